/** A file's name as it is kept: letters, digits, `.`, `_` and `-`, as Discord does; nothing of a path. */
export function cleanName(filename: string): string {
  const base = filename.split(/[/\\]/).at(-1) ?? '';
  const clean = base
    .normalize('NFC')
    .replaceAll(/[^\p{L}\p{N}._-]+/gu, '_')
    .replace(/^\.+/, '')
    .slice(-200);
  return clean === '' ? 'unknown' : clean;
}
