import { existsSync, readdirSync, statSync } from 'node:fs';
import { extname, join, parse } from 'node:path';
import { OperatorError, UserError } from '../errors.ts';
import { phrase } from '../language/phrase.ts';
import { type NetworkManifest, type NetworkTask, readNetworkManifest } from './network-manifest.ts';

export type { NetworkTask } from './network-manifest.ts';

interface Place {
  id: string;
  /** The `.onnx` file. */
  path: string;
  /** What is wrong with it; such a network is listed and cannot be used. */
  problem?: string;
}

/** A network beside the painting models: it enlarges, classifies or finds a subject. */
export type NetworkEntry = Place & NetworkManifest;
export type EntryOf<T extends NetworkTask> = Extract<NetworkEntry, { task: T }>;

/** The networks that were found, by task. */
export interface Networks {
  list(): readonly NetworkEntry[];
  /** Those of a task, in the order in which they are preferred: the operator's own come first. */
  of<T extends NetworkTask>(task: T): readonly EntryOf<T>[];
  /**
   * @throws UserError `unknown-network`; OperatorError `network-unusable`
   */
  get<T extends NetworkTask>(task: T, id: string): EntryOf<T>;
}

/** A bare `.onnx` file says nothing about itself, so it is taken for what people download most: an upscaler. */
function bareUpscaler(path: string, id: string): NetworkEntry {
  return {
    id,
    path,
    task: 'upscale',
    name: id,
    description: '',
    licence: { name: 'unknown' },
    file: parse(path).base,
    network: {},
  };
}

function fromFolder(dir: string, id: string): NetworkEntry | undefined {
  const manifest = readNetworkManifest(dir);
  if (manifest) {
    const path = join(dir, manifest.file);
    const entry: NetworkEntry = { ...manifest, id, path };
    return existsSync(path) ? entry : { ...entry, problem: `Expected the file ${path}, but it is not there` };
  }
  if (existsSync(join(dir, 'model_index.json'))) return undefined;
  const files = readdirSync(dir).filter((name) => extname(name) === '.onnx');
  return files.length === 1 ? bareUpscaler(join(dir, files[0]!), id) : undefined;
}

function fromPath(path: string, name: string): NetworkEntry | undefined {
  if (statSync(path).isDirectory()) return fromFolder(path, name);
  return extname(name) === '.onnx' ? bareUpscaler(path, parse(name).name) : undefined;
}

/**
 * Finds the networks below some folders: folders with an `overpaint.json` that names a task, and `.onnx` files (bare, or
 * alone in a folder), which count as upscalers.
 * @param dirs earlier ones come first; missing ones are passed over
 * @throws OperatorError `bad-manifest`
 */
export function openNetworks(dirs: readonly string[]): Networks {
  const entries = new Map<string, NetworkEntry>();
  for (const dir of dirs) {
    if (!existsSync(dir)) continue;
    for (const name of readdirSync(dir).sort()) {
      const entry = fromPath(join(dir, name), name);
      if (entry && !entries.has(entry.id)) entries.set(entry.id, entry);
    }
  }
  const list = [...entries.values()];
  const of = <T extends NetworkTask>(task: T): EntryOf<T>[] =>
    list.filter((entry): entry is EntryOf<T> => entry.task === task);
  return {
    list: () => list,
    of,
    get(task, id) {
      const known = of(task);
      const entry = known.find((candidate) => candidate.id === id);
      if (!entry) {
        throw new UserError(
          'unknown-network',
          phrase('Expected a known network, but received {given}', { given: JSON.stringify(id) }),
          {
            hint: phrase('Try one of: {names}.', { names: known.map((one) => one.id) }),
          },
        );
      }
      if (entry.problem === undefined) return entry;
      throw new OperatorError('network-unusable', `The network ${id} cannot be used: ${entry.problem}`);
    },
  };
}

/** The network for enlarging a kind of picture: one made for it, else one that does not say. */
export function upscalerFor(networks: Networks, kind: 'photo' | 'painting'): EntryOf<'upscale'> {
  const usable = networks.of('upscale').filter((entry) => entry.problem === undefined);
  const found =
    usable.find((entry) => entry.kind === kind) ??
    usable.find((entry) => entry.kind === undefined) ??
    usable[0];
  if (found) return found;
  throw new OperatorError('no-network', `Expected a network that enlarges pictures, but found none`);
}

/** The network that finds a kind of subject; undefined when there is none. */
export function subjectNetworkFor(networks: Networks, subject: 'any' | 'people'): EntryOf<'subject'> {
  const found = networks
    .of('subject')
    .find((entry) => entry.subject === subject && entry.problem === undefined);
  if (found) return found;
  throw new OperatorError(
    'no-network',
    `Expected a network that finds ${subject === 'any' ? 'subjects' : 'people'}, but found none`,
  );
}

/** The picture classifier; undefined when there is none that can be used. */
export function classifierOf(networks: Networks): EntryOf<'classify'> | undefined {
  return networks.of('classify').find((entry) => entry.problem === undefined);
}
