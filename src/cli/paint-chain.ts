import { OperatorError, UserError } from '../errors.ts';
import { untranslated } from '../language/phrase.ts';
import { keptSize, type Size } from '../pipeline/index.ts';
import { Chain, findChain, loadChains } from '../recipe/chain.ts';
import { type PlannedStage, planChain } from '../recipe/chain-plan.ts';
import { readJsonFile } from '../recipe/json-folder.ts';
import type { PaintFlags } from './paint-options.ts';

/** A chain in a file needs nothing but its stages. */
const FileChain = Chain.partial({ id: true, name: true, emoji: true });
type Stages = Pick<Chain, 'stages'>;

/**
 * The chain that `--chain` names: one of those that there are, or a file's.
 * @param folder of the operator's chains
 * @throws UserError `bad-chain` or `unknown-chain`
 */
export function readChain(named: string, folder: string): Stages {
  if (named.toLowerCase().endsWith('.json')) return chainInFile(named);
  const chains = loadChains(folder);
  const found = findChain(chains, named);
  if (found) return found;
  throw new UserError(
    'unknown-chain',
    untranslated(`Expected a chain for --chain, but received ${JSON.stringify(named)}`),
    {
      hint: untranslated(`Try one of: ${chains.map(({ id }) => id).join(', ')}; or a file ending in .json.`),
    },
  );
}

function chainInFile(path: string): Stages {
  try {
    const [chain, ...more] = readJsonFile(path, FileChain, 'bad-chain');
    if (chain && more.length === 0) return chain;
  } catch (error) {
    if (error instanceof OperatorError)
      throw new UserError('bad-chain', untranslated(error.message), { cause: error });
    throw error;
  }
  throw new UserError('bad-chain', untranslated(`Expected one chain in ${path}`));
}

/** Flags that a chain's stages have of their own. */
const OF_STAGES = [
  'style',
  'strength',
  'negative',
  'size',
  'count',
  'mask',
  'recipe',
  'upscale',
  'background',
  'subject',
  'ladder',
  'rounds',
] as const;

/** @throws UserError `bad-value` */
export function refuseBesideChain(flags: object): void {
  const given = OF_STAGES.find((name) => (flags as Record<string, unknown>)[name] !== undefined);
  if (given === undefined) return;
  throw new UserError(
    'bad-value',
    untranslated(`Expected --chain without --${given}: its stages say that themselves`),
  );
}

/** The stages of a chain over one picture. @param flags those for all stages: prompt, seed … */
export const chainStages = (chain: Stages, prompt: string | undefined, seed: number): PlannedStage[] =>
  // Each stage is handed its source as a file.
  planChain(chain, { source: '0'.repeat(64), prompt, seed });

/** A painting stage as flags in place of those that were given. @param from size of the picture that it starts from */
export function flagsOf(
  stage: Extract<PlannedStage, { request: object }>,
  from: Size | undefined,
): Partial<PaintFlags> {
  const { style, prompt, negativePrompt, model, strength, steps, guidanceScale, seed, size } = stage.request;
  const text = (value: number | undefined) => (value === undefined ? undefined : String(value));
  const flags = {
    style: typeof style === 'string' ? style : undefined,
    prompt,
    negative: negativePrompt,
    model,
    strength: text(strength),
    steps: text(steps),
    guidance: text(guidanceScale),
    seed: text(seed),
    size: size === 'keep' && from ? sizeText(keptSize(from)) : undefined,
  };
  return Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined));
}

const sizeText = (size: ReturnType<typeof keptSize>) =>
  typeof size === 'string' ? size : `${size.width}x${size.height}`;
