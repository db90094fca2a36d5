import { OperatorError } from '../../errors.ts';
import type { RgbImage } from '../image/rgb-image.ts';
import { openSession } from '../runtime/session.ts';
import { pictureInput, stretchBilinear, toInput } from './picture-input.ts';

/** What a classifier's outputs mean. */
export interface ClassifierSpec {
  labels: readonly string[];
}

/** A share of 1 for each label. */
export type Scores = Readonly<Record<string, number>>;

/** A network that says what kind of picture it sees. */
export interface Classifier {
  classify(image: RgbImage): Promise<Scores>;
  close(): Promise<void>;
}

/**
 * @param path of the `.onnx` file: one picture of fixed size with values 0 to 1 in, one number for each label out
 * @throws OperatorError `model-file-missing`, `model-file-broken` or `unsupported-model`
 */
export async function loadClassifier(
  path: string,
  spec: ClassifierSpec,
  device = 'auto',
): Promise<Classifier> {
  const session = await openSession(path, device, []);
  const input = pictureInput(session.inputs, path);
  const output = session.outputs[0]!.name;
  return {
    async classify(image) {
      const pixels = stretchBilinear(image, input.width, input.height);
      const feed = toInput(pixels, input, (value) => value);
      const values = (await session.run({ [input.name]: feed }, [output]))[output]!.data;
      if (values.length !== spec.labels.length || values.some((value) => !Number.isFinite(value))) {
        throw new OperatorError(
          'unsupported-model',
          `Expected ${spec.labels.length} numbers from ${path}, one for each label, but received ${values.join(', ')}`,
        );
      }
      return Object.fromEntries(spec.labels.map((label, i) => [label, values[i]!]));
    },
    close: () => session.release(),
  };
}
