import { z } from 'zod';
import bundled from './chains.json' with { type: 'json' };
import { Enlarging } from './enlarging.ts';
import { readJsonFolder } from './json-folder.ts';
import { MAX_STRENGTH, MIN_STRENGTH } from './strength.ts';
import { EmojiText, EntryId } from './styles.ts';

/**
 * A chain: several stages, each over the result of the one before. What a stage says of style, words and model holds for
 * the stages after it too, until they say otherwise.
 */
const words = z.string().min(1).max(1000);
const Touch = {
  /** Joins the words of the stages before, or takes their place. */
  prompt: words.optional(),
  replaces: z.literal(true).optional(),
  negative: words.optional(),
  model: z.string().min(1).max(500).optional(),
  strength: z.number().min(MIN_STRENGTH).max(MAX_STRENGTH).optional(),
  steps: z.int().min(1).max(150).optional(),
  guidance: z.number().min(1).max(30).optional(),
  seed: z.int().min(0).max(0xffffffff).optional(),
};

export const ChainStage = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('paint'), style: z.string().min(1).max(220).optional(), ...Touch }),
  /** A gentle pass in the look of the stages before. */
  z.strictObject({ kind: z.literal('refine'), ...Touch }),
  z.strictObject({ kind: z.literal('upscale'), ...Enlarging.shape }),
]);
export type ChainStage = z.infer<typeof ChainStage>;

/** With the sheet of them, as many files as Discord takes in a message at most. */
export const MOST_STAGES = 8;
/** So many chains a member, and a server, may keep. */
export const MOST_CHAINS = { member: 10, guild: 25 } as const;

export const Chain = z.strictObject({
  id: EntryId,
  name: z.string().min(1).max(100),
  emoji: EmojiText,
  /** What it is for, in one line. */
  about: z.string().max(200).default(''),
  stages: z.array(ChainStage).min(1).max(MOST_STAGES),
});
export type Chain = z.infer<typeof Chain>;

/** The chains that come with Overpaint. */
export const BUILT_IN_CHAINS: readonly Chain[] = z.array(Chain).parse(bundled);

/**
 * The built-in chains and an operator's own from `*.json` files; an own one with a built-in id replaces it.
 * @throws OperatorError `bad-chain` that names file, key and rule
 */
export function loadChains(folder: string): Chain[] {
  const chains = new Map(BUILT_IN_CHAINS.map((chain) => [chain.id, chain]));
  for (const chain of readJsonFolder(folder, Chain, 'bad-chain')) chains.set(chain.id, chain);
  return [...chains.values()];
}

/** A chain by id or name; case does not matter. */
export function findChain(chains: readonly Chain[], text: string): Chain | undefined {
  const wanted = text.trim().toLowerCase();
  return chains.find(({ id, name }) => id === wanted || name.toLowerCase() === wanted);
}
