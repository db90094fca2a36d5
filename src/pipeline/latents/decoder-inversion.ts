import type { LoadedModel } from '../load-model.ts';
import { clamp, type Tensor, tensor } from '../tensor/tensor.ts';
import { decodeUnscaled, encodeMoments, hasPosterior } from './vae.ts';

/**
 * As `encodeMoments`, with a mean from which the decoder makes the picture more exactly. What the encoder says of the decoded
 * picture differs from what it said of the picture itself; the mean is moved by that difference, as many times as the VAE's
 * config asks for (`decoder_inversion_steps`, 0 when absent). Each time costs one pass of decoder and encoder.
 * @param picture [1, 3, height, width] in −1..1
 * @see Hong et al. 2024, https://arxiv.org/abs/2409.18442, the forward step method
 */
export async function invertDecoder(model: LoadedModel, picture: Tensor): Promise<Tensor> {
  const told = await encodeMoments(model, picture);
  const { inversionSteps } = model.files.latents;
  if (inversionSteps === 0) return told;
  const [batch, planes, height, width] = told.dims as [number, number, number, number];
  const channels = hasPosterior(model, told) ? planes / 2 : planes;
  const dims = [batch, channels, height, width];
  const size = batch * channels * height * width;
  const target = told.data.subarray(0, size);
  const data = Float32Array.from(told.data);
  for (let step = 0; step < inversionSteps; step++) {
    const decoded = await decodeUnscaled(model, tensor(dims, data.slice(0, size)));
    const found = await encodeMoments(model, clamp(decoded, -1, 1));
    for (let i = 0; i < size; i++) data[i]! += target[i]! - found.data[i]!;
  }
  return tensor(told.dims, data);
}
