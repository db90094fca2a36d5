import { z } from 'zod';

/** Characters as Discord counts them: code points, not UTF-16 units. */
export function textLength(text: string | undefined): number {
  return Array.from(text ?? '').length;
}

/** Text of so many characters. */
export const characters = (least: number, most: number) =>
  z.string().check((given) => {
    const length = textLength(given.value);
    const issue = { origin: 'string', inclusive: true, continue: true, input: given.value } as const;
    if (length > most) given.issues.push({ ...issue, code: 'too_big', maximum: most });
    if (length < least) given.issues.push({ ...issue, code: 'too_small', minimum: least });
  });

/** An address on the web. */
export const link = (most: number) => characters(1, most).pipe(z.url({ protocol: /^https?$/ }));
/** An address of a picture or file: on the web, or among the files of the same message. */
export const address = characters(1, 2048).pipe(z.url({ protocol: /^(?:https?|attachment)$/ }));
