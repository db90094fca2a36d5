/** Characters as Discord counts them: code points, not UTF-16 units. */
export function textLength(text: string | undefined): number {
  return Array.from(text ?? '').length;
}
