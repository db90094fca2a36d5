import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { OperatorError } from '../errors.ts';
import { mixStyles } from './mix-styles.ts';
import builtIn from './styles.json' with { type: 'json' };

const range = (min: number, max: number) =>
  z
    .tuple([z.number(), z.number(), z.number()])
    .refine(([low, high, value]) => min <= low && low <= value && value <= high && high <= max, {
      message: `Expected [low, high, default] within ${min} to ${max}`,
    });

/** A look that can be asked for by name. `strength` and `guidance` are [low, high, default]. */
export const Style = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'Expected lower-case letters, digits and hyphens'),
  name: z.string().min(1).max(100),
  emoji: z.string().min(1).max(16),
  aliases: z.array(z.string().min(1)).default([]),
  prompt: z.string().min(1).max(2000),
  negative: z.string().max(2000),
  strength: range(0.05, 1),
  guidance: range(1, 30),
  lora: z.strictObject({ id: z.string().min(1), weight: z.number().min(-2).max(2) }).optional(),
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
  for (const file of styleFiles(folder)) {
    for (const style of readStyleFile(join(folder, file))) styles.set(style.id, style);
  }
  return [...styles.values()];
}

function styleFiles(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function readStyleFile(path: string): Style[] {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new OperatorError('bad-style', `${path} is not JSON: ${String(error)}`, { cause: error });
  }
  const parsed = z.array(Style).safeParse(Array.isArray(json) ? json : [json]);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new OperatorError('bad-style', `${path}: ${issue.path.join('.')}: ${issue.message}`);
}

const fold = (text: string) => text.trim().toLowerCase();

/** A style by id, name or alias, or a mix such as `oil + watercolor`; case does not matter. */
export function findStyle(styles: readonly Style[], text: string): Style | undefined {
  const one = (name: string): Style | undefined => {
    const wanted = fold(name);
    return styles.find((style) =>
      [style.id, style.name, ...style.aliases].some((known) => fold(known) === wanted),
    );
  };
  return one(text) ?? mixStyles(text, one);
}

/** Styles that a half-typed word may mean, best first; after a `+`, mixes with what stands before it. */
export function searchStyles(styles: readonly Style[], text: string, limit = 25): Style[] {
  const plus = text.lastIndexOf('+');
  if (plus > 0) {
    const before = text.slice(0, plus);
    return searchStyles(styles, text.slice(plus + 1), limit).flatMap(
      ({ id }) => findStyle(styles, `${before}+${id}`) ?? [],
    );
  }
  const wanted = fold(text);
  if (wanted === '') return styles.slice(0, limit);
  const rank = (style: Style): number => {
    const names = [style.id, style.name, ...style.aliases].map(fold);
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
