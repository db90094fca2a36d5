import { existsSync, readdirSync, statSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { dirname, join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { OperatorError } from '../../errors.ts';
import { fuseAttention } from '../graph/fuse-attention.ts';
import { readGraphFile } from '../graph/graph-file.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type Feed, fromOrtValue, toOrtValue } from './values.ts';

/** One input or output of a graph, as the file declares it; unknown sizes are names. */
export interface Port {
  name: string;
  type: string;
  shape: readonly (number | string)[];
}

/** A loaded graph. */
export interface Session {
  readonly provider: string;
  /** Bytes of the graph and its weights on disk. */
  readonly fileBytes: number;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  /**
   * Runs the graph and returns the wanted outputs by name.
   * @param quiet true where a failure is an answer, and not to be printed by ONNX Runtime
   */
  run(
    feeds: Record<string, Feed>,
    wanted: readonly string[],
    quiet?: boolean,
  ): Promise<Record<string, Tensor>>;
  release(): Promise<void>;
}

/** Why a device was not used, in one line each. */
export type ProviderNotes = string[];

/** Milliseconds spent inside ONNX Runtime since the start, for the overhead benchmark. */
export const runtimeClock = { runMs: 0 };

/** Physical cores, as far as the system tells: hyperthreads slow matrix work down. */
function threads(): number {
  const logical = availableParallelism();
  const models = new Set(cpus().map((cpu) => cpu.model));
  return logical > 4 && models.size === 1 ? Math.ceil(logical / 2) : logical;
}

/** Execution providers to try, best first, for a device name such as `auto`, `cpu`, `cuda`, `cuda:1` or `webgpu`. */
export function providersFor(
  device: string,
  notes: ProviderNotes,
): ort.InferenceSession.ExecutionProviderConfig[][] {
  const bundled = new Set(ort.listSupportedBackends().map((backend) => backend.name));
  const [name = 'auto', index = '0'] = device.split(':');
  const cuda: ort.InferenceSession.ExecutionProviderConfig[] = [
    { name: 'cuda', deviceId: Number(index) },
    'cpu',
  ];
  switch (name) {
    case 'cpu':
      return [['cpu']];
    case 'cuda':
      return [cuda, ['cpu']];
    case 'webgpu':
      return [['webgpu', 'cpu'], ['cpu']];
    case 'auto':
      if (!bundled.has('cuda')) notes.push('cuda: not part of this ONNX Runtime');
      return bundled.has('cuda') && existsSync('/dev/nvidia0') ? [cuda, ['cpu']] : [['cpu']];
    default:
      throw new OperatorError(
        'bad-device',
        `Expected auto, cpu, cuda, cuda:N or webgpu for the device, but received ${device}`,
      );
  }
}

const firstLine = (error: unknown) =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0]!;

/**
 * Opens a graph on the first provider that takes it.
 * @param path of the `.onnx` file; data files that it names must lie beside or below it
 * @param edited gives the same graph wired otherwise, whose weights stay in the file; see `graph/graph-file.ts`
 * @throws OperatorError `model-file-missing` or `model-file-broken`, naming the file
 */
export async function openSession(
  path: string,
  device: string,
  notes: ProviderNotes,
  edited?: () => Uint8Array,
): Promise<Session> {
  if (!existsSync(path)) {
    throw new OperatorError(
      'model-file-missing',
      `Expected the file ${path}, but it is not there: download or export it again`,
    );
  }
  let cause: unknown;
  for (const { provider, providers, graph } of attempts(path, providersFor(device, notes), edited?.())) {
    try {
      const options = sessionOptions(providers);
      const session = graph
        ? await ort.InferenceSession.create(graph, withWeightsIn(dirname(path), options))
        : await ort.InferenceSession.create(path, options);
      return wrap(session, path, provider);
    } catch (error) {
      cause = error;
      notes.push(`${provider}: ${firstLine(error)}`);
    }
  }
  throw new OperatorError('model-file-broken', `${path} cannot be loaded: ${explain(firstLine(cause))}`, {
    cause,
  });
}

interface Attempt {
  provider: string;
  providers: ort.InferenceSession.ExecutionProviderConfig[];
  /** The graph, where it is not the one in the file. */
  graph?: Uint8Array | undefined;
}

/** The ways to open a graph, best first: on processors with ONNX Runtime's own attention, where there is some to replace. */
function* attempts(
  path: string,
  all: readonly Attempt['providers'][],
  graph: Uint8Array | undefined,
): Generator<Attempt> {
  for (const providers of all) {
    const [first] = providers;
    const provider = typeof first === 'string' ? first : first!.name;
    const fused = provider === 'cpu' && !graph ? withFusedAttention(path) : undefined;
    if (fused) yield { provider, providers, graph: fused };
    yield { provider, providers, graph };
  }
}

function withFusedAttention(path: string): Uint8Array | undefined {
  try {
    const graph = readGraphFile(path);
    return fuseAttention(graph) > 0 ? graph.toBytes() : undefined;
  } catch (error) {
    // What cannot be read is opened as it is; ONNX Runtime says then what is wrong with it.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

type SessionOptions = ort.InferenceSession.SessionOptions;

const sessionOptions = (
  executionProviders: ort.InferenceSession.ExecutionProviderConfig[],
): SessionOptions => ({
  executionProviders,
  graphOptimizationLevel: 'all',
  // On processors, what a run needs takes twice the memory when it is planned as one block, and no less time.
  enableMemPattern: executionProviders[0] !== 'cpu',
  intraOpNumThreads: threads(),
  logSeverityLevel: 3,
  extra: { session: { set_denormal_as_zero: '1', intra_op: { allow_spinning: '0' } } },
});

/** Options for a graph in memory whose weights lie in a folder. */
const withWeightsIn = (folder: string, options: SessionOptions): SessionOptions => ({
  ...options,
  extra: {
    session: {
      ...(options.extra?.['session'] as object),
      model_external_initializers_file_folder_path: folder,
    },
  },
});

function explain(message: string): string {
  if (/Could not find an implementation for/.test(message)) {
    return `${message}. It holds operators that only run on CUDA: use a plain export of the model on this device`;
  }
  if (/external data|External data/.test(message)) return `${message}. Put its data file back beside it`;
  return `${message}. Download or export it again`;
}

function ports(metadata: readonly ort.InferenceSession.ValueMetadata[]): Port[] {
  return metadata.map((value) =>
    value.isTensor
      ? { name: value.name, type: value.type, shape: value.shape }
      : { name: value.name, type: 'other', shape: [] },
  );
}

/** Bytes of the files in a component's folder: the graph, and what it keeps beside itself. */
const folderBytes = (folder: string): number =>
  readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);

function wrap(session: ort.InferenceSession, path: string, provider: string): Session {
  const inputs = ports(session.inputMetadata);
  return {
    provider,
    fileBytes: folderBytes(dirname(path)),
    inputs,
    outputs: ports(session.outputMetadata),
    async run(feeds, wanted, quiet = false) {
      const values: Record<string, ort.Tensor> = {};
      for (const port of inputs) {
        const feed = feeds[port.name];
        if (!feed) {
          throw new OperatorError(
            'unsupported-model',
            `${path} wants an input ${port.name} that Overpaint does not know`,
          );
        }
        values[port.name] = toOrtValue(feed, port.type, path);
      }
      const started = performance.now();
      const results = await session.run(values, [...wanted], { logSeverityLevel: quiet ? 4 : 3 });
      runtimeClock.runMs += performance.now() - started;
      return Object.fromEntries(wanted.map((name) => [name, fromOrtValue(results[name]!, path)]));
    },
    release: () => session.release(),
  };
}
