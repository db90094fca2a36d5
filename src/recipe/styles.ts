import { z } from 'zod';
import { readJsonFolder } from './json-folder.ts';
import { mixStyles } from './mix-styles.ts';
import { namesEverywhere } from './style-name.ts';
import builtIn from './styles.json' with { type: 'json' };

const range = (min: number, max: number) =>
  z
    .tuple([z.number(), z.number(), z.number()])
    .refine(([low, high, value]) => min <= low && low <= value && value <= high && high <= max, {
      message: `Expected [low, high, default] within ${min} to ${max}`,
    });

/** What something with a name is called in files, replies and buttons. */
export const EntryId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'Expected lower-case letters, digits and hyphens');
export const EmojiText = z.string().min(1).max(16);

/** A look that can be asked for by name. `strength` and `guidance` are [low, high, default]. */
export const Style = z.strictObject({
  id: EntryId,
  name: z.string().min(1).max(100),
  emoji: EmojiText,
  aliases: z.array(z.string().min(1)).default([]),
  prompt: z.string().min(1).max(2000),
  negative: z.string().max(2000),
  strength: range(0.05, 1),
  guidance: range(1, 30),
  lora: z.strictObject({ id: z.string().min(1), weight: z.number().min(-2).max(2) }).optional(),
  /** Registry id of the model that it was made with, where that matters; another one where it is not there. */
  model: z.string().min(1).max(500).optional(),
});
export type Style = z.infer<typeof Style>;

/** The guide's six styles and ours. */
export const BUILT_IN_STYLES: readonly Style[] = z.array(Style).parse(builtIn);

/**
 * The built-in styles and an operator's own from `*.json` files (one style or a list a file); an own style with a
 * built-in id replaces it.
 * @throws OperatorError `bad-style` that names file, key and rule
 */
export function loadStyles(folder: string): Style[] {
  const styles = new Map(BUILT_IN_STYLES.map((style) => [style.id, style]));
  for (const style of readJsonFolder(folder, Style, 'bad-style')) styles.set(style.id, style);
  return [...styles.values()];
}

const fold = (text: string) => text.trim().toLowerCase();

/** A style by id, name or alias, or a mix such as `oil + watercolor`; case does not matter. */
export function findStyle(styles: readonly Style[], text: string): Style | undefined {
  const one = (name: string): Style | undefined => {
    const wanted = fold(name);
    return styles.find((style) =>
      [style.id, ...namesEverywhere(style.name), ...style.aliases].some((known) => fold(known) === wanted),
    );
  };
  return one(text) ?? mixStyles(text, one);
}

/**
 * Styles that a half-typed word may mean, best first; after a `+`, mixes with what stands before it.
 * @param shown what a style is called in the language of whoever types
 */
export function searchStyles(
  styles: readonly Style[],
  text: string,
  limit = 25,
  shown: (name: string) => string = (name) => name,
): Style[] {
  const plus = text.lastIndexOf('+');
  if (plus > 0) {
    const before = text.slice(0, plus);
    return searchStyles(styles, text.slice(plus + 1), limit, shown).flatMap(
      ({ id }) => findStyle(styles, `${before}+${id}`) ?? [],
    );
  }
  const wanted = fold(text);
  if (wanted === '') return styles.slice(0, limit);
  const rank = (style: Style): number => {
    const names = [style.id, style.name, shown(style.name), ...style.aliases].map(fold);
    if (names.some((name) => name.startsWith(wanted))) return 0;
    if (names.some((name) => name.includes(wanted))) return 1;
    return fold(style.prompt).includes(wanted) ? 2 : 3;
  };
  return styles
    .map((style) => ({ style, rank: rank(style) }))
    .filter((entry) => entry.rank < 3)
    .sort((a, b) => a.rank - b.rank)
    .slice(0, limit)
    .map((entry) => entry.style);
}
