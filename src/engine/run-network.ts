import { Cancelled } from '../errors.ts';
import type { TileProgress } from '../pipeline/index.ts';
import {
  cutOut,
  decodePicture,
  encodeMask,
  encodePicture,
  featherMask,
  flattenOnWhite,
  invertMask,
  maskShare,
  readXmp,
  type Scores,
  upscale,
} from '../pipeline/index.ts';
import { markAfter } from '../recipe/metadata/ai-mark.ts';
import { addPngTexts, readPngTexts } from '../recipe/metadata/png-text.ts';
import type {
  ClassifyOrder,
  EngineSubject,
  EngineUpscaled,
  NetworkOrder,
  NetworkResult,
  SubjectOrder,
  UpscaleOrder,
} from './network-orders.ts';
import type { OpenNetworks } from './open-networks.ts';

interface RunHooks {
  onTile: (progress: TileProgress) => void;
  signal: AbortSignal;
}

/** Carries out one order of the networks beside the painting model. */
export async function runNetwork(
  networks: OpenNetworks,
  order: NetworkOrder,
  hooks: RunHooks,
): Promise<NetworkResult> {
  switch (order.kind) {
    case 'upscale':
      return { kind: 'upscale', value: await enlarge(networks, order, hooks) };
    case 'classify':
      return { kind: 'classify', value: await look(networks, order) };
    case 'subject':
      return { kind: 'subject', value: await findSubject(networks, order, hooks) };
  }
}

async function enlarge(
  networks: OpenNetworks,
  { source, scale, network }: UpscaleOrder,
  { onTile, signal }: RunHooks,
): Promise<EngineUpscaled> {
  const started = performance.now();
  const picture = await decodePicture(source);
  const upscaler = await networks.upscaler(network);
  const { image, tiles } = await upscale(upscaler, picture, { scale, onTile, signal });
  const png = await encodePicture(image, { type: 'png' }, markAfter(await readXmp(source)));
  return {
    png: withTextsOf(source, png),
    width: image.width,
    height: image.height,
    tiles,
    milliseconds: performance.now() - started,
    provider: upscaler.provider,
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
  };
}

/** What a painting says about itself goes along: it is still the same painting. */
function withTextsOf(source: Uint8Array, png: Uint8Array): Uint8Array {
  const texts = [...readPngTexts(source)].filter(([key]) => key === 'parameters' || key === 'overpaint');
  return addPngTexts(png, new Map(texts));
}

async function look(networks: OpenNetworks, { source, network }: ClassifyOrder): Promise<Scores> {
  const classifier = await networks.classifier(network);
  return classifier.classify(flattenOnWhite(await decodePicture(source)));
}

async function findSubject(
  networks: OpenNetworks,
  order: SubjectOrder,
  { signal }: RunHooks,
): Promise<EngineSubject> {
  const started = performance.now();
  const picture = await decodePicture(order.source);
  const segmenter = await networks.segmenter(order.network);
  if (signal.aborted) throw new Cancelled();
  const found = await segmenter.find(flattenOnWhite(picture));
  const mask = await featherMask(order.invert ? invertMask(found) : found, order.feather);
  const png =
    order.as === 'mask'
      ? await encodeMask(mask)
      : await encodePicture(cutOut(picture, mask), { type: 'png' }, markAfter(await readXmp(order.source)));
  return {
    png,
    width: picture.width,
    height: picture.height,
    share: maskShare(mask),
    milliseconds: performance.now() - started,
  };
}
