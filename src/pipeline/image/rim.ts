import { type Tensor, tensor } from '../tensor/tensor.ts';

/** Where a place outside 0..length − 1 lands when it is reflected at the ends without repeating them. */
function reflected(at: number, length: number): number {
  if (length === 1) return 0;
  const period = 2 * (length - 1);
  const within = ((at % period) + period) % period;
  return within < length ? within : period - within;
}

/**
 * A picture with its reflection around it, so that networks find the border's surroundings like any other place.
 * @param picture [b, c, height, width]
 * @param rim pixels on each side
 * @returns [b, c, height + 2·rim, width + 2·rim]
 */
export function addRim(picture: Tensor, rim: number): Tensor {
  if (rim === 0) return picture;
  const [batch, channels, height, width] = picture.dims as [number, number, number, number];
  const out = tensor([batch, channels, height + 2 * rim, width + 2 * rim]);
  const columns = Int32Array.from({ length: width + 2 * rim }, (_, x) => reflected(x - rim, width));
  let to = 0;
  for (let plane = 0; plane < batch * channels; plane++) {
    for (let y = -rim; y < height + rim; y++) {
      const row = (plane * height + reflected(y, height)) * width;
      for (const x of columns) out.data[to++] = picture.data[row + x]!;
    }
  }
  return out;
}

/** Cuts off as many pixels on each side. */
export function cutRim(picture: Tensor, rim: number): Tensor {
  if (rim === 0) return picture;
  const [batch, channels, height, width] = picture.dims as [number, number, number, number];
  const out = tensor([batch, channels, height - 2 * rim, width - 2 * rim]);
  let to = 0;
  for (let plane = 0; plane < batch * channels; plane++) {
    for (let y = rim; y < height - rim; y++) {
      const row = (plane * height + y) * width;
      out.data.set(picture.data.subarray(row + rim, row + width - rim), to);
      to += width - 2 * rim;
    }
  }
  return out;
}
