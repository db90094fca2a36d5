import { submitPainting } from '../submit.ts';
import {
  paintingCommand,
  pictureOption,
  promptOption,
  seedOption,
  stepsOption,
  strengthOption,
  takePicture,
} from './task-options.ts';

/** The guide's words for quality, and a strength at which the picture stays itself. */
const QUALITY =
  'professional photograph, high resolution, sharp focus, clean detail, natural lighting, DSLR quality, well-exposed, accurate colors';
const STRENGTH = { least: 0.2, most: 0.35, usual: 0.25 };

/** `/enhance`: a gentle pass for quality, shown beside what it began with. */
export const enhance = paintingCommand(
  'enhance',
  'The same picture in better quality: noise, texture, sharpness',
  [
    pictureOption('image', 'The picture to enhance', true),
    { ...promptOption, description: 'What is in the picture, if that is hard to see' },
    strengthOption(
      `${STRENGTH.least} to ${STRENGTH.most}; ${STRENGTH.usual} when left out`,
      STRENGTH.least,
      STRENGTH.most,
    ),
    seedOption,
    stepsOption,
  ],
  async (context, options) => {
    const { source, description } = await takePicture(context, options);
    const words = options.text('prompt');
    await submitPainting(context, {
      request: {
        source,
        prompt: words === undefined ? QUALITY : `${words}, ${QUALITY}`,
        strength: options.number('strength') ?? STRENGTH.usual,
        seed: options.number('seed'),
        steps: options.number('steps'),
      },
      action: 'enhance',
      beside: true,
      sourceDescription: description,
    });
  },
);
