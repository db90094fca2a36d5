import type { ClassifierSpec, Scores, SegmenterSpec, TileProgress, UpscalerSpec } from '../pipeline/index.ts';

/** Work of the engine beside painting, as it crosses to its process: file bytes in, file bytes or numbers out. */
export type NetworkOrder = UpscaleOrder | ClassifyOrder | SubjectOrder;

/** A network's file, and what must be known about it. */
export interface NetworkFile<Spec> {
  path: string;
  spec: Spec;
}

export interface UpscaleOrder {
  kind: 'upscale';
  jobId: string;
  source: Uint8Array;
  scale: 2 | 4;
  network: NetworkFile<UpscalerSpec>;
}

export interface ClassifyOrder {
  kind: 'classify';
  jobId: string;
  source: Uint8Array;
  network: NetworkFile<ClassifierSpec>;
}

export interface SubjectOrder {
  kind: 'subject';
  jobId: string;
  source: Uint8Array;
  network: NetworkFile<SegmenterSpec>;
  /** Pixels over which the mask's edge is softened. */
  feather: number;
  /** True where the surroundings are wanted, not the subject. */
  invert: boolean;
  /** What is handed back: a mask, white where the subject is; or the picture with everything else transparent. */
  as: 'mask' | 'cut-out';
}

/** An enlarged picture. */
export interface EngineUpscaled {
  /** With the source's own texts and the mark of what was done. */
  png: Uint8Array;
  width: number;
  height: number;
  tiles: number;
  milliseconds: number;
  provider: string;
  peakRssBytes: number;
}

/** A subject mask, or a cut-out. */
export interface EngineSubject {
  png: Uint8Array;
  width: number;
  height: number;
  /** Share of the picture that the mask covers, 0 to 1. */
  share: number;
  milliseconds: number;
}

/** What each kind of order comes back with. */
export interface NetworkResults {
  upscale: EngineUpscaled;
  classify: Scores;
  subject: EngineSubject;
}

export type NetworkResult = {
  [K in NetworkOrder['kind']]: { kind: K; value: NetworkResults[K] };
}[NetworkOrder['kind']];

export interface NetworkHooks {
  onTile?: (progress: TileProgress) => void;
  signal?: AbortSignal;
}
