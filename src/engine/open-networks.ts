import {
  type Classifier,
  type ClassifierSpec,
  loadClassifier,
  loadSegmenter,
  loadUpscaler,
  type Segmenter,
  type SegmenterSpec,
  type Upscaler,
  type UpscalerSpec,
} from '../pipeline/index.ts';
import type { NetworkFile } from './network-orders.ts';

/** The networks that stay open between orders. */
export interface OpenNetworks {
  upscaler(network: NetworkFile<UpscalerSpec>): Promise<Upscaler>;
  classifier(network: NetworkFile<ClassifierSpec>): Promise<Classifier>;
  segmenter(network: NetworkFile<SegmenterSpec>): Promise<Segmenter>;
}

/** Two of a kind: the one for photographs and the one for paintings. */
const KEPT = 2;

/** The last few by their file; the one that was not used for longest is closed. */
function keep<Spec, T extends { close(): Promise<void> }>(
  open: (path: string, spec: Spec) => Promise<T>,
): (network: NetworkFile<Spec>) => Promise<T> {
  const kept = new Map<string, T>();
  return async ({ path, spec }) => {
    const key = JSON.stringify([path, spec]);
    const known = kept.get(key);
    const network = known ?? (await open(path, spec));
    kept.delete(key);
    kept.set(key, network);
    const [oldest] = kept.keys();
    if (kept.size > KEPT && oldest !== undefined) {
      await kept.get(oldest)?.close();
      kept.delete(oldest);
    }
    return network;
  };
}

/** Networks are opened when they are first asked for. */
export function openNetworksOn(device: string): OpenNetworks {
  return {
    upscaler: keep((path, spec: UpscalerSpec) => loadUpscaler(path, spec, device)),
    classifier: keep((path, spec: ClassifierSpec) => loadClassifier(path, spec, device)),
    segmenter: keep((path, spec: SegmenterSpec) => loadSegmenter(path, spec, device)),
  };
}
