import { invariant, OperatorError } from '../errors.ts';
import type { Scores, Stage } from '../pipeline/index.ts';
import { modelFidelity, modelGuidance } from '../recipe/model-defaults.ts';
import type { Recipe } from '../recipe/recipe.ts';
import {
  classifierOf,
  type EntryOf,
  type Networks,
  subjectNetworkFor,
  upscalerFor,
} from '../registry/networks.ts';
import type { ModelEntry } from '../registry/registry.ts';
import type {
  EngineSubject,
  EngineUpscaled,
  NetworkHooks,
  NetworkOrder,
  NetworkResults,
} from './network-orders.ts';
import type { EnginePainted, EngineStep, PaintOrder } from './protocol.ts';
import { Supervisor, type SupervisorOptions, type SupervisorStatus } from './supervisor.ts';

export type { EngineSubject, EngineUpscaled, NetworkHooks } from './network-orders.ts';
export type { EnginePainted, EnginePicture, EngineStep } from './protocol.ts';

export interface PaintRequest {
  jobId: string;
  recipe: Recipe;
  /** Bytes of the source picture's file. */
  source: Uint8Array;
  /** Bytes of the mask's file. */
  mask?: Uint8Array;
  /** Id of the painting that this one is made from. */
  parent?: string;
  /** Steps from one preview to the next; 0 (the default) for none. */
  previewEvery?: number;
  /** Milliseconds at least from one preview to the next, so that none is made (and looked at) that nobody shows; 0 by default. */
  previewGapMs?: number;
  /** File for the run's tensors. */
  tracePath?: string;
  /** True to have the classifier look at source, previews and pictures; nothing is looked at where there is no classifier. */
  classify?: boolean;
}

export interface PaintHooks {
  onStep?(step: EngineStep): void;
  onStage?(stage: Stage): void;
  /**
   * Where `classify` asks for it: what the classifier says of the source, right before the work starts, or why it says
   * nothing.
   */
  onSourceLook?(look: Scores | 'absent' | 'failed'): void;
  signal?: AbortSignal;
}

export interface UpscaleRequest {
  jobId: string;
  source: Uint8Array;
  scale: 2 | 4;
  kind: 'photo' | 'painting';
  /** Id of a network; that of the kind when left out. */
  network?: string;
}

export interface SubjectRequest {
  jobId: string;
  source: Uint8Array;
  /** `people` is quick and knows nothing else. */
  subject: 'any' | 'people';
  /** Pixels over which the edge is softened; 0 (the default) leaves it as it was found. */
  feather?: number;
  /** True for everything but the subject. */
  invert?: boolean;
}

export type EngineStatus = SupervisorStatus;

/**
 * Works in a process of its own, one order after the other. Every order may fail with UserError and OperatorError from the
 * pipeline; Cancelled when `signal` fires; OperatorError `engine-crashed` or `engine-hung` (retryable) when the process died
 * twice over it; OperatorError `no-network` where the network for it is missing.
 */
export interface Engine {
  paint(request: PaintRequest, hooks?: PaintHooks): Promise<EnginePainted>;
  /** Enlarges a picture; progress by tile, cancelled between two tiles. */
  upscale(request: UpscaleRequest, hooks?: NetworkHooks): Promise<EngineUpscaled>;
  /** What the picture classifier says, a share of 1 for each of its labels. */
  classify(request: { jobId: string; source: Uint8Array }, hooks?: NetworkHooks): Promise<Scores>;
  /** A mask, white where the subject is. */
  subjectMask(request: SubjectRequest, hooks?: NetworkHooks): Promise<EngineSubject>;
  /** The subject alone, on a transparent ground. */
  cutOut(request: SubjectRequest, hooks?: NetworkHooks): Promise<EngineSubject>;
  status(): EngineStatus;
  /** Resolves when the process is up. */
  ready(): Promise<void>;
  close(): Promise<void>;
}

export interface EngineOptions extends SupervisorOptions {
  /** The entry for a recipe's model. */
  resolveModel(id: string): ModelEntry;
  /** Networks for everything but painting; without them such orders are refused. */
  networks?: Networks;
}

/** Starts the engine's process. It is started again whenever it dies. */
export function startEngine(options: EngineOptions): Engine {
  const supervisor = new Supervisor(options);
  const networks = () => options.networks ?? noNetworks();
  const classifier = () => {
    const entry = options.networks && classifierOf(options.networks);
    return entry && fileOf(entry);
  };
  const run = async <K extends NetworkOrder['kind']>(
    order: Extract<NetworkOrder, { kind: K }>,
    { signal, onTile }: NetworkHooks = {},
  ): Promise<NetworkResults[K]> => {
    const word = await supervisor.run({
      jobId: order.jobId,
      message: { type: 'network', order },
      onWord: (heard) => heard.type === 'tile' && onTile?.(heard.progress),
      signal,
    });
    invariant(
      word.type === 'finished' && word.result.kind === order.kind,
      'the engine must answer what it was asked',
    );
    return word.result.value as NetworkResults[K];
  };
  const subject = async (request: SubjectRequest, as: 'mask' | 'cut-out', hooks?: NetworkHooks) => {
    const { jobId, source, feather = 0, invert = false } = request;
    const network = fileOf(subjectNetworkFor(networks(), request.subject));
    return run<'subject'>({ kind: 'subject', jobId, source, network, feather, invert, as }, hooks);
  };
  return {
    async paint(request, hooks = {}) {
      const order = toOrder(request, options.resolveModel(request.recipe.model));
      const look = request.classify ? classifier() : undefined;
      if (request.classify && !look) hooks.onSourceLook?.('absent');
      const word = await supervisor.run({
        jobId: order.jobId,
        message: { type: 'paint', order: look ? { ...order, classifier: look } : order },
        onWord(heard) {
          if (heard.type === 'stage') hooks.onStage?.(heard.stage);
          else if (heard.type === 'step') hooks.onStep?.(heard.step);
          else if (heard.type === 'source-look') hooks.onSourceLook?.(heard.look);
        },
        signal: hooks.signal,
      });
      invariant(word.type === 'painted', 'the engine must answer what it was asked');
      return word.painted;
    },
    async upscale({ jobId, source, scale, kind, network }, hooks) {
      const entry =
        network === undefined ? upscalerFor(networks(), kind) : networks().get('upscale', network);
      return run<'upscale'>({ kind: 'upscale', jobId, source, scale, network: fileOf(entry) }, hooks);
    },
    async classify({ jobId, source }, hooks) {
      const network = classifier() ?? noNetworks();
      return run<'classify'>({ kind: 'classify', jobId, source, network }, hooks);
    },
    subjectMask: (request, hooks) => subject(request, 'mask', hooks),
    cutOut: (request, hooks) => subject(request, 'cut-out', hooks),
    status: () => supervisor.status(),
    ready: () => supervisor.ready(),
    close: () => supervisor.close(),
  };
}

function noNetworks(): never {
  throw new OperatorError(
    'no-network',
    'Expected a network for this, but none was found in the models folder',
  );
}

const fileOf = <E extends Pick<EntryOf<'upscale' | 'classify' | 'subject'>, 'path' | 'network'>>({
  path,
  network,
}: E): { path: string; spec: E['network'] } => ({
  path,
  spec: network,
});

function toOrder(request: PaintRequest, model: ModelEntry): PaintOrder {
  const { jobId, recipe, source, mask, parent, tracePath } = request;
  return {
    jobId,
    recipe,
    modelDir: model.dir,
    modelName: model.name,
    modelGuidance: modelGuidance(model.defaults, recipe.guidanceScale),
    modelFidelity: modelFidelity(model.defaults, recipe),
    source,
    previewEvery: request.previewEvery ?? 0,
    previewGapMs: request.previewGapMs ?? 0,
    ...(mask ? { mask } : {}),
    ...(parent === undefined ? {} : { parent }),
    ...(tracePath === undefined ? {} : { tracePath }),
  };
}
