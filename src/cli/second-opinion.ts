import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import type { Config } from '../config.ts';
import { OperatorError } from '../errors.ts';
import type { SecondOpinion } from '../safety/judge.ts';

/** A painting must not wait for longer than this for a judge that does not answer. */
const LONGEST_MS = 10_000;

const Judge = z.object({
  name: z.string().min(1),
  explicit: z.custom<SecondOpinion['explicit']>((value) => typeof value === 'function'),
});
const Share = z.number().min(0).max(1);

/**
 * The operator's own judge of pictures: a module whose default export is a `SecondOpinion`. What it says is checked, and what
 * takes too long or throws counts as a judge that failed.
 * @returns undefined where none is set
 * @throws OperatorError `bad-second-opinion`
 */
export async function loadSecondOpinion(
  { OVERPAINT_SECOND_OPINION: path }: Pick<Config, 'OVERPAINT_SECOND_OPINION'>,
  longestMs = LONGEST_MS,
): Promise<SecondOpinion | undefined> {
  if (path === undefined) return undefined;
  const { name, explicit } = await importJudge(path);
  return {
    name,
    async explicit(file) {
      const { promise: tooLate, reject } = Promise.withResolvers<never>();
      const timer = setTimeout(
        () => reject(new Error(`${name} gave no answer within ${longestMs} ms`)),
        longestMs,
      );
      try {
        return Share.parse(await Promise.race([explicit(file), tooLate]));
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

async function importJudge(path: string): Promise<z.infer<typeof Judge>> {
  const unusable = (why: string, cause?: unknown) =>
    new OperatorError('bad-second-opinion', `OVERPAINT_SECOND_OPINION=${path} cannot be used: ${why}`, {
      cause,
    });
  const file = resolve(path);
  if (!existsSync(file)) throw unusable('there is no such file');
  let module: { default?: unknown };
  try {
    module = (await import(pathToFileURL(file).href)) as { default?: unknown };
  } catch (error) {
    throw unusable(error instanceof Error ? error.message : String(error), error);
  }
  const parsed = Judge.safeParse(module.default);
  if (parsed.success) return parsed.data;
  throw unusable('its default export must have a name, and a function explicit(file) that gives 0 to 1');
}
