import { imageToTensor, tensorToImage } from '../../src/pipeline/image/image-tensor.ts';
import type { RgbImage } from '../../src/pipeline/image/rgb-image.ts';
import { addRim, cutRim } from '../../src/pipeline/image/rim.ts';
import { invertDecoder } from '../../src/pipeline/latents/decoder-inversion.ts';
import { decodeUnscaled } from '../../src/pipeline/latents/vae.ts';
import type { LoadedModel } from '../../src/pipeline/load-model.ts';
import { openSession } from '../../src/pipeline/runtime/session.ts';
import { tensor } from '../../src/pipeline/tensor/tensor.ts';

/** A picture through the auto-encoder and back, by the posterior's mean, as the product encodes and decodes it. */
export async function roundTrip(model: LoadedModel, picture: RgbImage): Promise<RgbImage> {
  const { rim } = model.files.latents;
  const moments = await invertDecoder(model, addRim(imageToTensor(picture), rim));
  const [, channels, height, width] = moments.dims as [number, number, number, number];
  const size = (channels / 2) * height * width;
  const mean = tensor([1, channels / 2, height, width], moments.data.slice(0, size));
  return tensorToImage(cutRim(await decodeUnscaled(model, mean), rim), 0);
}

/** Names the style of a painting, by what is other than in its source. */
export interface Judge {
  labels: readonly string[];
  name(painting: RgbImage, source: RgbImage): Promise<string>;
  /** How likely the painting is in that style, 0 to 1. */
  chance(painting: RgbImage, source: RgbImage, style: string): Promise<number>;
  close(): Promise<void>;
}

const LABELS = [
  'oil',
  'watercolor',
  'anime',
  'pencil',
  'cyberpunk',
  'vintage',
  'impressionist',
  'charcoal',
  'ink',
  'pastel',
  'comic',
  'pixel',
  'noir',
  'golden-hour',
  'night',
  'winter',
  'autumn',
  'studio',
  'art-nouveau',
  'expressionist',
  'photo',
];

/** Opens the classifier that training/judge.py wrote; its classes are in this order. */
export async function openJudge(path: string): Promise<Judge> {
  const session = await openSession(path, 'cpu', []);
  const logits = async (painting: RgbImage, source: RgbImage) => {
    const pictures = { sample: imageToTensor(painting), source: imageToTensor(source) };
    return [...(await session.run(pictures, ['logits'])).logits!.data];
  };
  return {
    labels: LABELS,
    async name(painting, source) {
      const values = await logits(painting, source);
      return LABELS[values.indexOf(Math.max(...values))]!;
    },
    async chance(painting, source, style) {
      const values = (await logits(painting, source)).map((value) => Math.exp(value));
      return values[LABELS.indexOf(style)]! / values.reduce((sum, value) => sum + value, 0);
    },
    close: () => session.release(),
  };
}
