import { ApplicationCommandOptionType, ApplicationCommandType } from 'discord-api-types/v10';
import { tellRecipe } from '../actions/found-recipe.ts';
import type { SlashCommand } from '../command.ts';
import { EVERYWHERE } from './painting-options.ts';

export const recipe: SlashCommand = {
  data: {
    name: 'recipe',
    description: 'How a picture was made: by this bot, Automatic1111 or ComfyUI',
    type: ApplicationCommandType.ChatInput,
    ...EVERYWHERE,
    options: [
      {
        name: 'image',
        description: 'A PNG as it was saved',
        type: ApplicationCommandOptionType.Attachment,
        required: true,
      },
    ],
  },
  async run(context, options) {
    await tellRecipe(context, options.file('image')!);
  },
};
