import { ApplicationCommandOptionType, ApplicationCommandType } from 'discord-api-types/v10';
import type { SlashCommand } from '../command.ts';
import { keepPicture, recipeFor, submitWork } from '../submit.ts';
import { EVERYWHERE } from './img2img.ts';
import { pictureOption } from './picture-option.ts';
import { checkEnlarging, enlargingOptions, readEnlarging } from './upscale.ts';

const STYLE = 'enhance';
const STRENGTH = 0.25;
const FINAL_STRENGTH = 0.2;

/** The guide's restoration chain: a low pass, enlarging, and a final low pass. */
export const restore: SlashCommand = {
  paints: true,
  data: {
    name: 'restore',
    description: 'Restore a picture: a low pass, enlarging, and a final low pass',
    type: ApplicationCommandType.ChatInput,
    ...EVERYWHERE,
    options: [
      pictureOption('The picture to restore'),
      {
        name: 'prompt',
        description: 'What the picture shows',
        type: ApplicationCommandOptionType.String,
        max_length: 1000,
      },
      ...enlargingOptions(2),
      {
        name: 'strength',
        description: `Of the first pass, 0.2 to 0.4; ${STRENGTH} when left out`,
        type: ApplicationCommandOptionType.Number,
        min_value: 0.1,
        max_value: 0.4,
      },
      {
        name: 'final_strength',
        description: `Of the final pass, 0.2 to 0.3; ${FINAL_STRENGTH} when left out`,
        type: ApplicationCommandOptionType.Number,
        min_value: 0.1,
        max_value: 0.3,
      },
      {
        name: 'seed',
        description: 'The same seed gives the same picture',
        type: ApplicationCommandOptionType.Integer,
        min_value: 0,
        max_value: 0xffffffff,
      },
    ],
  },
  async run(context, options) {
    const image = options.file('image')!;
    const enlarging = readEnlarging(options, 2);
    checkEnlarging(image, enlarging.scale);
    const source = await keepPicture(context, await context.conversation.download(image));
    const { recipe, notes } = recipeFor(context, {
      source,
      prompt: options.text('prompt'),
      style: context.services.styles().some(({ id }) => id === STYLE) ? STYLE : undefined,
      strength: options.number('strength') ?? STRENGTH,
      seed: options.number('seed'),
    });
    await submitWork(context, {
      work: {
        kind: 'restore',
        recipe,
        ...enlarging,
        finalStrength: options.number('final_strength') ?? FINAL_STRENGTH,
      },
      action: 'restore',
      notes,
      sourceDescription: image.description,
    });
  },
};
