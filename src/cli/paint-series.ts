import { readFileSync } from 'node:fs';
import { extname, join, parse } from 'node:path';
import type { Command } from 'commander';
import { UserError } from '../errors.ts';
import { untranslated } from '../language/phrase.ts';
import { contactSheet, type Size } from '../pipeline/index.ts';
import type { Enlarging } from '../recipe/enlarging.ts';
import { bandOf } from '../recipe/strength.ts';
import { ROUNDS, RUNGS, readStrengths } from '../recipe/strength-ladder.ts';
import { wholeNumber, writeResult } from './one-picture.ts';
import { chainStages, flagsOf, readChain, refuseBesideChain } from './paint-chain.ts';
import { drawSeed, type PaintFlags } from './paint-options.ts';

/** Flags that make several paintings of one picture, and one sheet of them. */
export interface SeriesFlags {
  ladder?: true | string;
  rounds?: string;
  chain?: string;
}

const FLAGS: readonly [flag: string, about: string][] = [
  [
    '--ladder [strengths]',
    `paint at ${RUNGS.join(',')} (or your own) with one seed, and write a sheet of them`,
  ],
  [
    '--chain <name|file.json>',
    'paint the stages of a chain, each over the one before, and write a film strip of them',
  ],
  ['--rounds <3–5>', 'paint so many gentle rounds, each over the one before, and write a film strip of them'],
];

export function addSeriesFlags(command: Command): Command {
  for (const [flag, about] of FLAGS) command.option(flag, about);
  return command;
}

/** One picture of a series: what is written below it, where it goes, and what is done. */
interface Part {
  label: string;
  output: string;
  /** Painted with these flags in place of those that were given, by the size of what it starts from; else enlarged. */
  work: ((from: Size | undefined) => PartFlags) | Enlarging;
}
type PartFlags = Partial<PaintFlags> & { count: string; output: string };

type GivenFlags = SeriesFlags & { strength?: string; seed?: string; prompt?: string; output?: string };

/** A picture of a series that is there now. */
interface Made {
  outputs: string[];
  size: Size | undefined;
}

export interface SeriesWork {
  /** Paints one picture file with other flags in place of the given ones. */
  paint(input: string, flags: PartFlags): Promise<Made>;
  enlarge(input: string, enlarging: Enlarging, output: string): Promise<Made>;
}

/** What kind of series, by the end of its sheet's name. */
type Kind = keyof SeriesFlags;

/** @throws UserError `bad-value` for more than one */
function kindOf(flags: GivenFlags): Kind | undefined {
  if (flags.chain !== undefined) refuseBesideChain(flags);
  const asked = (['ladder', 'rounds', 'chain'] as const).filter((kind) => flags[kind] !== undefined);
  if (asked.length < 2) return asked[0];
  throw new UserError('bad-value', untranslated('Expected one of --ladder and --rounds, but received both'));
}

/**
 * Paints the series that the flags ask for.
 * @param chains folder of the operator's chains
 * @returns false where no series is asked for
 * @throws UserError `bad-value`, `bad-chain`, `unknown-chain`, and whatever the work throws: a series ends with its first
 * failure
 */
export async function paintSeries(
  input: string,
  flags: GivenFlags,
  { many, chains }: { many: boolean; chains: string },
  work: SeriesWork,
): Promise<boolean> {
  const kind = kindOf(flags);
  if (kind === undefined) return false;
  const base = baseOf(input, flags.output, many);
  const film = kind !== 'ladder';
  const cells = [{ picture: readFileSync(input), label: 'original' }];
  let from = input;
  let made: Made = { outputs: [], size: undefined };
  for (const part of partsOf[kind](flags, base, chains)) {
    made =
      typeof part.work === 'function'
        ? await work.paint(from, part.work(made.size))
        : await work.enlarge(from, part.work, part.output);
    const output = made.outputs[0]!;
    cells.push({ picture: readFileSync(output), label: part.label });
    if (film) from = output;
  }
  const sheet = `${base}-${kind}.jpg`;
  writeResult(sheet, await contactSheet(cells, { columns: film ? 6 : 3, film }));
  made.outputs.push(sheet);
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

const seedOf = ({ seed }: GivenFlags): number =>
  seed === undefined || seed === 'random' ? drawSeed() : Number(seed);

/** A painting of a series. */
function painted(label: string, output: string, flags: Partial<PaintFlags>): Part {
  return { label, output, work: () => ({ ...flags, count: '1', output }) };
}

const partsOf: Record<Kind, (flags: GivenFlags, base: string, chains: string) => Part[]> = {
  ladder(flags, base) {
    const seed = String(seedOf(flags));
    const strengths = typeof flags.ladder === 'string' ? readStrengths(flags.ladder) : RUNGS;
    return strengths.map((strength) => {
      const name = strength.toFixed(2);
      const own = { strength: String(strength), seed };
      return painted(`${name} ${bandOf(strength).name}`, `${base}-${name}.png`, own);
    });
  },
  rounds(flags, base) {
    const rounds = wholeNumber('--rounds', flags.rounds!, ROUNDS.least, ROUNDS.most);
    const seed = seedOf(flags);
    const strength = flags.strength ?? String(ROUNDS.strength);
    return Array.from({ length: rounds }, (_, i) =>
      painted(`round ${i + 1}`, `${base}-round-${i + 1}.png`, { strength, seed: String((seed + i) >>> 0) }),
    );
  },
  chain(flags, base, chains) {
    const stages = chainStages(readChain(flags.chain!, chains), flags.prompt, seedOf(flags));
    return stages.map((stage, i) => {
      const output = `${base}-stage-${i + 1}.png`;
      const { label } = stage;
      if ('work' in stage) return { label, output, work: stage.work };
      return { label, output, work: (from) => ({ ...flagsOf(stage, from), count: '1', output }) };
    });
  },
};
