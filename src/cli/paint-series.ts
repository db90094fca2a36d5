import { readFileSync } from 'node:fs';
import { extname, join, parse } from 'node:path';
import type { Command } from 'commander';
import { UserError } from '../errors.ts';
import { untranslated } from '../language/phrase.ts';
import { contactSheet } from '../pipeline/index.ts';
import { bandOf } from '../recipe/strength.ts';
import { ROUNDS, RUNGS, readStrengths } from '../recipe/strength-ladder.ts';
import { wholeNumber, writeResult } from './one-picture.ts';
import { drawSeed } from './paint-options.ts';

/** Flags that make several paintings of one picture, and one sheet of them. */
export interface SeriesFlags {
  ladder?: true | string;
  rounds?: string;
}

const FLAGS: readonly [flag: string, about: string][] = [
  [
    '--ladder [strengths]',
    `paint at ${RUNGS.join(',')} (or your own) with one seed, and write a sheet of them`,
  ],
  ['--rounds <3–5>', 'paint so many gentle rounds, each over the one before, and write a film strip of them'],
];

export function addSeriesFlags(command: Command): Command {
  for (const [flag, about] of FLAGS) command.option(flag, about);
  return command;
}

/** One painting of a series: what is written below its picture, and the flags that are its own. */
interface Part {
  label: string;
  flags: { strength: string; seed: string; count: string; output: string };
}

type GivenFlags = SeriesFlags & { strength?: string; seed?: string; output?: string };

/**
 * Paints the series that the flags ask for.
 * @param paintPart paints one picture file with other flags in place of the given ones, and tells where it is
 * @returns false where no series is asked for
 * @throws UserError `bad-value`, and whatever `paintPart` throws: a series ends with its first failure
 */
export async function paintSeries(
  input: string,
  flags: GivenFlags,
  many: boolean,
  paintPart: (input: string, flags: Part['flags']) => Promise<{ outputs: string[] }>,
): Promise<boolean> {
  if (flags.ladder === undefined && flags.rounds === undefined) return false;
  if (flags.ladder !== undefined && flags.rounds !== undefined)
    throw new UserError(
      'bad-value',
      untranslated('Expected one of --ladder and --rounds, but received both'),
    );
  const base = baseOf(input, flags.output, many);
  const parts = flags.rounds === undefined ? ladderParts(flags, base) : roundParts(flags, base);
  const cells = [{ picture: readFileSync(input), label: 'original' }];
  let from = input;
  let outputs: string[] = [];
  for (const part of parts) {
    ({ outputs } = await paintPart(from, part.flags));
    const output = outputs[0]!;
    cells.push({ picture: readFileSync(output), label: part.label });
    if (flags.rounds !== undefined) from = output;
  }
  const film = flags.rounds !== undefined;
  const sheet = `${base}-${film ? 'rounds' : 'ladder'}.jpg`;
  writeResult(sheet, await contactSheet(cells, { columns: film ? 6 : 3, film }));
  outputs.push(sheet);
  return true;
}

/** Where the results go, without the end of their names. */
function baseOf(input: string, output: string | undefined, many: boolean): string {
  const { dir, name } = parse(input);
  if (output === undefined) return join(dir, `${name}.overpaint`);
  if (many || extname(output) === '') return join(output, name);
  const to = parse(output);
  return join(to.dir, to.name);
}

function ladderParts(flags: GivenFlags, base: string): Part[] {
  const seed = flags.seed === undefined || flags.seed === 'random' ? String(drawSeed()) : flags.seed;
  const strengths = typeof flags.ladder === 'string' ? readStrengths(flags.ladder) : RUNGS;
  return strengths.map((strength) => {
    const name = strength.toFixed(2);
    const output = `${base}-${name}.png`;
    return {
      label: `${name} ${bandOf(strength).name}`,
      flags: { strength: String(strength), seed, count: '1', output },
    };
  });
}

function roundParts(flags: GivenFlags, base: string): Part[] {
  const rounds = wholeNumber('--rounds', flags.rounds!, ROUNDS.least, ROUNDS.most);
  const seed = flags.seed === undefined || flags.seed === 'random' ? drawSeed() : Number(flags.seed);
  return Array.from({ length: rounds }, (_, i) => {
    const name = `round-${i + 1}`;
    const output = `${base}-${name}.png`;
    const own = String((seed + i) >>> 0);
    return {
      label: `round ${i + 1}`,
      flags: { strength: flags.strength ?? String(ROUNDS.strength), seed: own, count: '1', output },
    };
  });
}
