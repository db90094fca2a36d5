import { resize } from '../../src/pipeline/image/pillow-resize.ts';
import type { RgbaImage, RgbImage } from '../../src/pipeline/image/rgb-image.ts';

/** The middle square of a picture at `side` px, without opacity. */
export function squareOf(image: RgbaImage, side: number): RgbImage {
  const short = Math.min(image.width, image.height);
  const left = (image.width - short) >> 1;
  const top = (image.height - short) >> 1;
  const data = new Uint8Array(short * short * 3);
  for (let y = 0; y < short; y++)
    for (let x = 0; x < short; x++) {
      const from = ((top + y) * image.width + left + x) * 4;
      const opacity = image.data[from + 3]! / 255;
      for (let c = 0; c < 3; c++)
        data[(y * short + x) * 3 + c] = image.data[from + c]! * opacity + 255 * (1 - opacity);
    }
  return resize({ width: short, height: short, channels: 3, data }, side, side);
}

/** Root of the mean squared difference, values 0 to 1. */
export function rmse(a: RgbImage, b: RgbImage): number {
  let sum = 0;
  for (let i = 0; i < a.data.length; i++) sum += ((a.data[i]! - b.data[i]!) / 255) ** 2;
  return Math.sqrt(sum / a.data.length);
}

/** Peak signal to noise ratio in dB. */
export function psnr(a: RgbImage, b: RgbImage): number {
  return -20 * Math.log10(Math.max(1e-5, rmse(a, b)));
}

/** Mean error in the outer two pixels over the mean error inside: above 1 where a border line shows. */
export function borderError(a: RgbImage, b: RgbImage): number {
  const { width, height } = a;
  const sums = { rim: 0, inside: 0 };
  const counts = { rim: 0, inside: 0 };
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const where = Math.min(x, y, width - 1 - x, height - 1 - y) < 2 ? 'rim' : 'inside';
      for (let c = 0; c < 3; c++) {
        const i = (y * width + x) * 3 + c;
        sums[where] += Math.abs(a.data[i]! - b.data[i]!);
        counts[where] += 1;
      }
    }
  return sums.rim / counts.rim / (sums.inside / counts.inside);
}

function luma({ width, height, data }: RgbImage): Float64Array {
  return Float64Array.from(
    { length: width * height },
    (_, i) => 0.299 * data[3 * i]! + 0.587 * data[3 * i + 1]! + 0.114 * data[3 * i + 2]!,
  );
}

/** Edge strength by Sobel's operator over a luma that was blurred by a 5 x 5 box. */
function edges(image: RgbImage): Float64Array {
  const { width, height } = image;
  const light = luma(blur(image, 1.4));
  const out = new Float64Array(width * height);
  const at = (y: number, x: number) => light[y * width + x]!;
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      const dx =
        at(y - 1, x + 1) +
        2 * at(y, x + 1) +
        at(y + 1, x + 1) -
        at(y - 1, x - 1) -
        2 * at(y, x - 1) -
        at(y + 1, x - 1);
      const dy =
        at(y + 1, x - 1) +
        2 * at(y + 1, x) +
        at(y + 1, x + 1) -
        at(y - 1, x - 1) -
        2 * at(y - 1, x) -
        at(y - 1, x + 1);
      out[y * width + x] = Math.hypot(dx, dy);
    }
  return out;
}

/** Correlation of two pictures' edges: how much structure is kept, 1 for all of it. */
export function edgeCorrelation(a: RgbImage, b: RgbImage): number {
  const one = edges(a);
  const other = edges(b);
  const meanOf = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [p, q] = [meanOf(one), meanOf(other)];
  let [cross, left, right] = [0, 0, 0];
  one.forEach((value, i) => {
    const [u, v] = [value - p, other[i]! - q];
    cross += u * v;
    left += u * u;
    right += v * v;
  });
  return cross / Math.sqrt(left * right);
}

/** Mean slope of the steepest tenth of pixels: higher where edges are crisp. */
export function acutance(image: RgbImage): number {
  const light = luma(image);
  const slopes = new Float64Array(light.length);
  for (let i = 0; i + image.width + 1 < light.length; i++)
    slopes[i] = Math.hypot(light[i + 1]! - light[i]!, light[i + image.width]! - light[i]!);
  const steep = slopes.sort().slice(Math.floor(slopes.length * 0.9));
  return steep.reduce((sum, value) => sum + value, 0) / steep.length;
}

/** Gaussian blur with edges repeated. */
export function blur({ width, height, data }: RgbImage, sigma: number): RgbImage {
  const reach = Math.ceil(sigma * 3);
  const weights = Array.from({ length: 2 * reach + 1 }, (_, i) =>
    Math.exp(-((i - reach) ** 2) / (2 * sigma ** 2)),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const pass = (from: Float64Array, dx: number, dy: number) => {
    const to = new Float64Array(from.length);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        for (let c = 0; c < 3; c++) {
          let sum = 0;
          weights.forEach((weight, k) => {
            const px = Math.min(width - 1, Math.max(0, x + (k - reach) * dx));
            const py = Math.min(height - 1, Math.max(0, y + (k - reach) * dy));
            sum += weight * from[(py * width + px) * 3 + c]!;
          });
          to[(y * width + x) * 3 + c] = sum / total;
        }
    return to;
  };
  const smooth = pass(pass(Float64Array.from(data), 1, 0), 0, 1);
  return { width, height, data: Uint8Array.from(smooth, Math.round) };
}

/** Adds noise of a given deviation (0 to 255), the same for every run. */
export function addNoise({ width, height, data }: RgbImage, deviation: number): RgbImage {
  let state = 1;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  const noisy = Uint8Array.from(data, (value) => {
    const normal = Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
    return Math.min(255, Math.max(0, Math.round(value + deviation * normal)));
  });
  return { width, height, data: noisy };
}
