import { imageToTensor, tensorToImage } from '../image/image-tensor.ts';
import type { RgbImage } from '../image/rgb-image.ts';
import { cutRim } from '../image/rim.ts';
import type { LoadedModel } from '../load-model.ts';
import { type Tensor, tensor } from '../tensor/tensor.ts';
import { encodeMoments, hasPosterior, runSingle, scaleLatents, unscaleLatents } from './vae.ts';

/**
 * A quick look at latents: by the small decoder where the folder has one, else by a linear map from latent channels to
 * colours, fitted once to the model's own VAE.
 */
export async function previewLatents(model: LoadedModel, latents: Tensor): Promise<RgbImage> {
  if (model.files.components.has('vae_decoder_preview')) {
    const decoded = await model.pool.withSession('vae_decoder_preview', (session) =>
      runSingle(session, unscaleLatents(latents, model.files.latents)),
    );
    return withoutRim(model, latents, decoded);
  }
  const map = await colourMap(model);
  return withoutRim(model, latents, paint(latents, map));
}

/** The preview, which is smaller than the picture, without what was reflected around it. */
function withoutRim({ files }: LoadedModel, latents: Tensor, preview: Tensor): RgbImage {
  const { rim, factor } = files.latents;
  const scale = preview.dims[3]! / (latents.dims[3]! * factor);
  return tensorToImage(cutRim(preview, Math.round(rim * scale)), 0);
}

/** Rows: one a colour; columns: one a latent channel, then the constant. */
type ColourMap = readonly Float64Array[];

const maps = new WeakMap<LoadedModel, Promise<ColourMap>>();

function colourMap(model: LoadedModel): Promise<ColourMap> {
  const known = maps.get(model);
  if (known) return known;
  const fitted = fitColourMap(model);
  maps.set(model, fitted);
  return fitted;
}

/** A chart of smooth and plain colour fields, large enough for any model's side multiple. */
function colourChart(side: number): RgbImage {
  const data = new Uint8Array(side * side * 3);
  const field = side / 16;
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const cell = Math.floor(y / field) * 16 + Math.floor(x / field);
      const at = (y * side + x) * 3;
      data[at] = (cell * 97) % 256;
      data[at + 1] = (cell * 57 + x) % 256;
      data[at + 2] = (cell * 31 + y) % 256;
    }
  }
  return { width: side, height: side, data };
}

async function fitColourMap(model: LoadedModel): Promise<ColourMap> {
  const { factor } = model.files.latents;
  const side = Math.max(256, model.files.sideMultiple);
  const chart = imageToTensor(colourChart(side));
  const moments = await encodeMoments(model, chart);
  const channels = hasPosterior(model, moments) ? moments.dims[1]! / 2 : moments.dims[1]!;
  const cells = side / factor;
  const latents = scaleLatents(
    tensor([1, channels, cells, cells], moments.data.slice(0, channels * cells * cells)),
    model.files.latents,
  );
  const colours = shrink(chart, factor);
  return [0, 1, 2].map((colour) => leastSquares(latents, channels, colours, colour));
}

/** The mean colour of each latent's pixels. */
function shrink(picture: Tensor, factor: number): Tensor {
  const side = picture.dims[2]!;
  const cells = side / factor;
  const out = tensor([1, 3, cells, cells]);
  for (let c = 0; c < 3; c++) {
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const cell = (c * cells + Math.floor(y / factor)) * cells + Math.floor(x / factor);
        out.data[cell]! += picture.data[(c * side + y) * side + x]! / (factor * factor);
      }
    }
  }
  return out;
}

/** Ridge regression of one colour on the latent channels, by Gaussian elimination of the normal equations. */
function leastSquares(latents: Tensor, channels: number, colours: Tensor, colour: number): Float64Array {
  const count = latents.dims[2]! * latents.dims[3]!;
  const size = channels + 1;
  const rows = Array.from({ length: size }, () => new Float64Array(size + 1));
  const value = (channel: number, i: number) =>
    channel === channels ? 1 : latents.data[channel * count + i]!;
  for (let i = 0; i < count; i++) {
    for (let a = 0; a < size; a++) {
      for (let b = 0; b < size; b++) rows[a]![b]! += value(a, i) * value(b, i);
      rows[a]![size]! += value(a, i) * colours.data[colour * count + i]!;
    }
  }
  for (let a = 0; a < size; a++) rows[a]![a]! += 1e-3 * count;
  for (let column = 0; column < size; column++) {
    for (let i = 0; i < size; i++) {
      if (i === column) continue;
      const factor = rows[i]![column]! / rows[column]![column]!;
      for (let k = column; k <= size; k++) rows[i]![k]! -= factor * rows[column]![k]!;
    }
  }
  return Float64Array.from(rows, (row, i) => row[size]! / row[i]!);
}

function paint(latents: Tensor, map: ColourMap): Tensor {
  const [, channels, height, width] = latents.dims as [number, number, number, number];
  const area = height * width;
  const out = tensor([1, 3, height, width]);
  map.forEach((weights, colour) => {
    for (let i = 0; i < area; i++) {
      let sum = weights[channels]!;
      for (let c = 0; c < channels; c++) sum += weights[c]! * latents.data[c * area + i]!;
      out.data[colour * area + i] = sum;
    }
  });
  return out;
}
