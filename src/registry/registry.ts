import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { OperatorError, UserError } from '../errors.ts';
import { phrase } from '../language/phrase.ts';
import { keepsSteps, readModelFiles } from '../pipeline/index.ts';
import { type ModelDefaults, plainDefaults } from '../recipe/model-defaults.ts';
import { Style } from '../recipe/styles.ts';

const pair = z.tuple([z.number(), z.number()]);
const unit = z.number().min(0).max(1);
const rising = z.tuple([unit, unit]).refine(([low, high]) => low < high, 'Expected the lower strength first');

/** A list of ids stands for styles in their own ranges. */
function listed(value: unknown): unknown {
  const ids = z.array(z.string()).safeParse(value);
  return ids.success ? Object.fromEntries(ids.data.map((id) => [id, {}])) : value;
}

/** `overpaint.json` beside a model's `model_index.json`; all of it may be left out. */
const Manifest = z.strictObject({
  name: z.string().min(1).max(100).optional(),
  description: z.string().max(500).optional(),
  licence: z
    .strictObject({ name: z.string().min(1), source: z.string().optional(), note: z.string().optional() })
    .optional(),
  defaults: z
    .strictObject({
      steps: z.int().min(1).max(150).optional(),
      strength: z.number().min(0.05).max(1).optional(),
      scheduler: z.string().optional(),
      guidance: z
        .strictObject({
          default: z.number().optional(),
          min: z.number().min(0).default(0),
          max: z.number().max(30).default(30),
          scale: z.strictObject({ from: pair, to: pair }).optional(),
        })
        .optional(),
      fidelity: z.strictObject({ from: rising, to: z.tuple([unit, unit]) }).optional(),
    })
    .optional(),
  /** Built-in styles that this model does well, and where, if not where the style says; all when left out. */
  styles: z
    .preprocess(listed, z.record(z.string(), Style.pick({ strength: true, guidance: true }).partial()))
    .optional(),
});

/** A model that can be asked for. */
export interface ModelEntry {
  id: string;
  name: string;
  description: string;
  dir: string;
  licence: string;
  defaults: ModelDefaults;
  /** What is wrong with its files; such a model is listed and cannot be used. */
  problem?: string;
}

export interface Registry {
  list(): readonly ModelEntry[];
  /** @throws UserError `unknown-model` */
  get(id: string): ModelEntry;
  /** The model for requests that name none. @throws OperatorError `no-models` */
  default(): ModelEntry;
}

function looksLikeModel(dir: string): boolean {
  return (
    statSync(dir).isDirectory() &&
    (existsSync(join(dir, 'model_index.json')) || existsSync(join(dir, 'unet')))
  );
}

function readManifest(dir: string): z.infer<typeof Manifest> {
  const path = join(dir, 'overpaint.json');
  if (!existsSync(path)) return {};
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new OperatorError('bad-manifest', `${path} is not JSON`, { cause: error });
  }
  const parsed = Manifest.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new OperatorError('bad-manifest', `${path}: ${issue.path.join('.')}: ${issue.message}`);
}

function toDefaults(id: string, defaults: z.infer<typeof Manifest>['defaults']): ModelDefaults {
  const { guidance: asked, ...given } = defaults ?? {};
  const fields = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const plain = plainDefaults(id);
  if (!asked) return { ...plain, ...fields };
  const guidance: ModelDefaults['guidance'] = { min: asked.min, max: asked.max };
  if (asked.default !== undefined) guidance.default = asked.default;
  if (asked.scale) guidance.scale = asked.scale;
  return { ...plain, ...fields, guidance };
}

/** Reads one model folder as a registry entry. */
export function readModelEntry(dir: string, id = basename(resolve(dir))): ModelEntry {
  const manifest = readManifest(dir);
  const entry: ModelEntry = {
    id,
    name: manifest.name ?? id,
    description: manifest.description ?? '',
    dir,
    licence: manifest.licence?.name ?? 'unknown',
    defaults: {
      ...toDefaults(id, manifest.defaults),
      ...(manifest.styles ? { styles: manifest.styles } : {}),
    },
  };
  try {
    const { scheduler: own } = readModelFiles(dir);
    const strengthKeepsSteps = (scheduler: string) => keepsSteps(scheduler, own);
    return { ...entry, defaults: { ...entry.defaults, strengthKeepsSteps } };
  } catch (error) {
    if (error instanceof OperatorError) return { ...entry, problem: error.message };
    throw error;
  }
}

/**
 * Finds the models below some folders.
 * @param dirs folders that hold model folders; missing ones are passed over
 * @param defaultId the model for requests that name none; the first usable one otherwise
 */
export function openRegistry(dirs: readonly string[], defaultId?: string): Registry {
  const entries = new Map<string, ModelEntry>();
  for (const dir of dirs) {
    if (!existsSync(dir)) continue;
    for (const name of readdirSync(dir).sort()) {
      const path = join(dir, name);
      if (looksLikeModel(path) && !entries.has(name)) entries.set(name, readModelEntry(path, name));
    }
  }
  const list = [...entries.values()];
  const get = (id: string): ModelEntry => {
    const entry = entries.get(id);
    if (entry && entry.problem === undefined) return entry;
    if (entry) throw new OperatorError('model-unusable', `The model ${id} cannot be used: ${entry.problem}`);
    throw new UserError(
      'unknown-model',
      phrase('Expected a known model, but received {given}', { given: JSON.stringify(id) }),
      { hint: phrase('Try one of: {names}.', { names: list.map((known) => known.id) }) },
    );
  };
  return {
    list: () => list,
    get,
    default() {
      if (defaultId !== undefined) return get(defaultId);
      const first = list.find((entry) => entry.problem === undefined);
      if (first) return first;
      throw new OperatorError(
        'no-models',
        `Expected a model in ${dirs.join(' or ')}, but found none that can be used`,
      );
    },
  };
}
