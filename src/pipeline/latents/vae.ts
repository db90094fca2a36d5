import { OperatorError } from '../../errors.ts';
import type { LoadedModel } from '../load-model.ts';
import type { LatentSpace } from '../model-files.ts';
import type { Session } from '../runtime/session.ts';
import type { TorchGenerator } from '../tensor/random.ts';
import { type Tensor, tensor } from '../tensor/tensor.ts';
import { type TileSize, tiledDecode, tiledEncode } from './vae-tiling.ts';

/** Runs a graph of one input and one output. */
export async function runSingle(session: Session, input: Tensor): Promise<Tensor> {
  const [inPort] = session.inputs;
  const [outPort] = session.outputs;
  if (!inPort || !outPort)
    throw new OperatorError('unsupported-model', 'Expected one input and one output in the VAE');
  const results = await session.run({ [inPort.name]: input }, [outPort.name]);
  return results[outPort.name]!;
}

/** Sides beyond which the VAE works in tiles, since its memory grows with the area. */
const TILE_PIXELS = { cpu: 768, gpu: 1024 } as const;

function tileFor(
  model: LoadedModel,
  widthPx: number,
  heightPx: number,
  provider: string,
): TileSize | undefined {
  const side = provider === 'cpu' ? TILE_PIXELS.cpu : TILE_PIXELS.gpu;
  const { rim } = model.files.latents;
  if ((widthPx - 2 * rim) * (heightPx - 2 * rim) <= side * side) return undefined;
  return { pixels: 512, latents: 512 / model.files.latents.factor, overlap: 0.25 };
}

/**
 * The VAE's description of a picture.
 * @param picture [1, 3, height, width] in −1..1
 * @returns mean and log variance along the channels [1, 2·C, h, w], or latents that the graph has sampled itself (legacy exports) [1, C, h, w]
 */
export async function encodeMoments(model: LoadedModel, picture: Tensor): Promise<Tensor> {
  return model.pool.withSession('vae_encoder', async (session) => {
    const [, , height, width] = picture.dims as [number, number, number, number];
    const tile = tileFor(model, width, height, session.provider);
    const run = (part: Tensor) => runSingle(session, part);
    return tile ? tiledEncode(run, picture, tile) : run(picture);
  });
}

/** True where the graph gives mean and variance, so that we draw. */
export function hasPosterior(model: LoadedModel, moments: Tensor): boolean {
  const channels = model.files.latents.channels;
  return channels === undefined
    ? moments.dims[1]! % 2 === 0 && moments.dims[1]! > 4
    : moments.dims[1] === channels * 2;
}

/**
 * Draws latents from the posterior and scales them to what the denoiser knows.
 * @see Kingma & Welling 2013, https://arxiv.org/abs/1312.6114; diffusers `DiagonalGaussianDistribution.sample`
 */
export function sampleLatents(model: LoadedModel, moments: Tensor, generator: TorchGenerator): Tensor {
  const space = model.files.latents;
  if (!hasPosterior(model, moments)) return scaleLatents(moments, space);
  const [batch, doubled, height, width] = moments.dims as [number, number, number, number];
  const out = tensor([batch, doubled / 2, height, width]);
  const half = out.data.length;
  const noise = generator.normals(half);
  for (let i = 0; i < half; i++) {
    const logVariance = Math.min(20, Math.max(-30, moments.data[half + i]!));
    out.data[i] = moments.data[i]! + Math.fround(Math.exp(0.5 * logVariance)) * noise[i]!;
  }
  return scaleLatents(out, space);
}

function perChannel(latents: Tensor, change: (value: number, channel: number) => number): Tensor {
  const [, channels, height, width] = latents.dims as [number, number, number, number];
  const area = height * width;
  return {
    dims: latents.dims,
    data: latents.data.map((value, i) => change(value, Math.floor(i / area) % channels)),
  };
}

/** From the VAE's latents to the denoiser's. */
export function scaleLatents(latents: Tensor, { scaling, shift, mean, std }: LatentSpace): Tensor {
  if (mean && std) return perChannel(latents, (value, c) => ((value - mean[c]!) * scaling) / std[c]!);
  return { dims: latents.dims, data: latents.data.map((value) => (value - shift) * scaling) };
}

/** From the denoiser's latents to the VAE's. */
export function unscaleLatents(latents: Tensor, { scaling, shift, mean, std }: LatentSpace): Tensor {
  if (mean && std) return perChannel(latents, (value, c) => (value * std[c]!) / scaling + mean[c]!);
  return { dims: latents.dims, data: latents.data.map((value) => value / scaling + shift) };
}

/**
 * Turns the denoiser's latents into a picture.
 * @returns [1, 3, height, width], about −1..1, not clamped
 */
export function decodeLatents(model: LoadedModel, latents: Tensor): Promise<Tensor> {
  return decodeUnscaled(model, unscaleLatents(latents, model.files.latents));
}

/** As `decodeLatents`, of the VAE's own latents. */
export async function decodeUnscaled(model: LoadedModel, latents: Tensor): Promise<Tensor> {
  return model.pool.withSession('vae_decoder', async (session) => {
    const [, , height, width] = latents.dims as [number, number, number, number];
    const { factor } = model.files.latents;
    const tile = tileFor(model, width * factor, height * factor, session.provider);
    const run = (part: Tensor) => runSingle(session, part);
    return tile ? tiledDecode(run, latents, tile) : run(latents);
  });
}
