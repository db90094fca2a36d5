import { phrase } from '../../language/phrase.ts';
import type { SlashCommand } from '../command.ts';
import { recipeFor } from '../recipe-for.ts';
import { keepPicture, submitWork } from '../submit.ts';
import {
  paintingCommand,
  pictureOption,
  promptOption,
  readRequest,
  type StrengthRange,
  seedOption,
  strengthOption,
  strengthWithin,
} from './painting-options.ts';
import { checkEnlarging, enlargingOptions, readEnlarging } from './upscale.ts';

const STYLE = 'enhance';
const FIRST: StrengthRange = { least: 0.2, most: 0.4, usual: 0.25 };
const FINAL: StrengthRange = { least: 0.2, most: 0.3, usual: 0.2 };

/** `/restore`, the guide's restoration chain: a low pass, enlarging, and a final low pass. */
export const restore: SlashCommand = paintingCommand(
  'restore',
  'Restore a picture: a low pass, enlarging, and a final low pass',
  [
    pictureOption('image', 'The picture to restore'),
    { ...promptOption, description: 'What the picture shows' },
    ...enlargingOptions(2),
    { ...strengthWithin(FIRST), description: phrase('Of the first pass; {usual} when left out', FIRST) },
    strengthOption(
      phrase('Of the final pass; {usual} when left out', FINAL),
      FINAL.least,
      FINAL.most,
      'final_strength',
    ),
    seedOption,
  ],
  async (context, options) => {
    const image = options.file('image')!;
    const enlarging = readEnlarging(options, 2);
    checkEnlarging(image, enlarging.scale);
    const source = await keepPicture(context, await context.conversation.download(image));
    const asked = readRequest(options);
    const { recipe, hints, notes } = await recipeFor(context, {
      ...asked,
      source,
      style: context.services.styles().some(({ id }) => id === STYLE) ? STYLE : undefined,
      strength: asked.strength ?? FIRST.usual,
    });
    await submitWork(context, {
      work: {
        kind: 'restore',
        recipe,
        ...enlarging,
        finalStrength: options.number('final_strength') ?? FINAL.usual,
      },
      action: 'restore',
      hints,
      notes,
      sourceDescription: image.description,
    });
  },
);
