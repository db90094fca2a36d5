import { UserError } from '../../errors.ts';
import { phrase } from '../../language/phrase.ts';
import { decodePicture } from '../../pipeline/index.ts';
import { submitPainting } from '../submit.ts';
import {
  paintingCommand,
  pictureOption,
  promptOption,
  readRequest,
  seedOption,
  stepsOption,
  strengthOption,
  styleOption,
  takePicture,
} from './painting-options.ts';

/** What is repainted is to become something else, and yet fit: the guide's band for major change begins here. */
export const PART_STRENGTH = 0.75;

/** `/inpaint`: repaints a part of a picture only. */
export const inpaint = paintingCommand(
  'inpaint',
  'Repaint a part of a picture: where a mask is white, or the picture see-through',
  [
    pictureOption('image', 'The picture'),
    { ...promptOption, description: 'What the part should become', required: true },
    pictureOption('mask', 'White where to repaint, black where not; else the see-through parts', false),
    styleOption,
    strengthOption(phrase('{usual} when left out', { usual: PART_STRENGTH }), 0.05, 1),
    seedOption,
    stepsOption,
  ],
  async (context, options) => {
    const { source, bytes, description } = await takePicture(context, options);
    const mask = options.file('mask')
      ? (await takePicture(context, options, 'mask')).source
      : await requireAlpha(bytes);
    const asked = readRequest(options);
    await submitPainting(context, {
      request: { ...asked, source, mask, strength: asked.strength ?? PART_STRENGTH },
      action: 'inpaint',
      sourceDescription: description,
    });
  },
);

/** @throws UserError `no-mask` when nothing of the picture is see-through */
async function requireAlpha(bytes: Uint8Array): Promise<'alpha'> {
  const { data } = await decodePicture(bytes);
  for (let i = 3; i < data.length; i += 4) if (data[i]! < 128) return 'alpha';
  throw new UserError(
    'no-mask',
    'Expected a mask, or a picture with see-through parts, but received neither',
    {
      hint: 'Paint white where it should change on a black picture of the same size, and attach that as mask.',
    },
  );
}
