import { submitPainting } from '../submit.ts';
import {
  paintingCommand,
  pictureOption,
  promptOption,
  readRequest,
  seedOption,
  stepsOption,
  strengthWithin,
  takePicture,
  withWords,
} from './painting-options.ts';

/** The guide's words for quality, and a strength at which the picture stays itself. */
const QUALITY =
  'professional photograph, high resolution, sharp focus, clean detail, natural lighting, DSLR quality, well-exposed, accurate colors';
const STRENGTH = { least: 0.2, most: 0.35, usual: 0.25 };

/** `/enhance`: a gentle pass for quality, shown beside what it began with. */
export const enhance = paintingCommand(
  'enhance',
  'The same picture in better quality: noise, texture, sharpness',
  [
    pictureOption('image', 'The picture to enhance'),
    { ...promptOption, description: 'What is in the picture, if that is hard to see' },
    strengthWithin(STRENGTH),
    seedOption,
    stepsOption,
  ],
  async (context, options) => {
    const { source, description } = await takePicture(context, options);
    const asked = readRequest(options);
    const { strength = STRENGTH.usual, prompt } = asked;
    await submitPainting(context, {
      request: { ...asked, source, strength, prompt: withWords(prompt, QUALITY) },
      action: 'enhance',
      beside: true,
      sourceDescription: description,
    });
  },
);
