import { OperatorError } from '../../errors.ts';
import { resize } from '../image/pillow-resize.ts';
import { type GrayImage, gray, type RgbImage, rgb } from '../image/rgb-image.ts';
import { openSession } from '../runtime/session.ts';
import { pictureInput, toInput } from './picture-input.ts';

/** How a network that finds subjects wants its picture, and what to make of its answer. */
export interface SegmenterSpec {
  /** The output that holds the mask; the first when left out. */
  output?: string | undefined;
  white: 'brightest' | '255';
  mean: readonly [number, number, number];
  std: readonly [number, number, number];
  /** True when the answer's own range is to become 0..1. */
  stretch: boolean;
}

/** A network that finds what a picture is of. */
export interface Segmenter {
  /** White where the subject is, of the picture's size. */
  find(image: RgbImage): Promise<GrayImage>;
  close(): Promise<void>;
}

/**
 * @param path of the `.onnx` file: one picture of fixed size in, a mask of one channel out
 * @throws OperatorError `model-file-missing`, `model-file-broken` or `unsupported-model`
 */
export async function loadSegmenter(path: string, spec: SegmenterSpec, device = 'auto'): Promise<Segmenter> {
  const session = await openSession(path, device, []);
  const input = pictureInput(session.inputs, path);
  const output = spec.output ?? session.outputs[0]!.name;
  if (!session.outputs.some((port) => port.name === output)) {
    await session.release();
    throw new OperatorError('unsupported-model', `Expected an output ${output} in ${path}, but it has none`);
  }
  return {
    async find(image) {
      const small = resize(rgb(image), input.width, input.height).data;
      const white = spec.white === '255' ? 255 : Math.max(1, brightest(small));
      const feed = toInput(small, input, (value, c) => (value / white - spec.mean[c]!) / spec.std[c]!);
      const answer = (await session.run({ [input.name]: feed }, [output]))[output]!;
      const values = spec.stretch ? stretched(answer.data) : answer.data;
      const data = Uint8Array.from(values, (value) => Math.round(Math.min(1, Math.max(0, value)) * 255));
      return resize(gray({ width: input.width, height: input.height, data }), image.width, image.height);
    },
    close: () => session.release(),
  };
}

function brightest(bytes: Uint8Array): number {
  let most = 0;
  for (let i = 0; i < bytes.length; i++) if (bytes[i]! > most) most = bytes[i]!;
  return most;
}

/** Moves the range of some numbers to 0..1; all equal ones become 0. */
function stretched(values: Float32Array): Float32Array {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return high > low ? values.map((value) => (value - low) / (high - low)) : new Float32Array(values.length);
}
