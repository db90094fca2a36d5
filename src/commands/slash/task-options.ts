import { ApplicationCommandOptionType, ApplicationCommandType } from 'discord-api-types/v10';
import { bandOf } from '../../recipe/strength.ts';
import { searchStyles } from '../../recipe/styles.ts';
import type { Choice, OptionValues, SlashCommand } from '../command.ts';
import type { Context, Services } from '../services.ts';
import { keepPicture } from '../submit.ts';
import { EVERYWHERE } from './img2img.ts';

/** Options that the commands for one task share. Discord's names and limits. */
const option = ApplicationCommandOptionType;

type Options = NonNullable<SlashCommand['data']['options']>;

/** The newest field of Discord's: its client then offers pictures only. */
const pictures = { file_types: ['image'] };

export const pictureOption = (name: string, description: string, required: boolean): Options[number] =>
  ({ name, description, type: option.Attachment, required, ...pictures }) as Options[number];

export const promptOption: Options[number] = {
  name: 'prompt',
  description: 'What the picture should become',
  type: option.String,
  max_length: 1000,
};
export const styleOption: Options[number] = {
  name: 'style',
  description: 'A look by name',
  type: option.String,
  autocomplete: true,
};
export const seedOption: Options[number] = {
  name: 'seed',
  description: 'The same seed gives the same picture again',
  type: option.Integer,
  min_value: 0,
  max_value: 0xffffffff,
};
export const stepsOption: Options[number] = {
  name: 'steps',
  description: 'Length of the whole schedule',
  type: option.Integer,
  min_value: 1,
  max_value: 150,
};
export const strengthOption = (description: string, least: number, most: number): Options[number] => ({
  name: 'strength',
  description,
  type: option.Number,
  min_value: least,
  max_value: most,
});

/** A command that leads to a painting. */
export function paintingCommand(
  name: string,
  description: string,
  options: Options,
  run: SlashCommand['run'],
): SlashCommand {
  return {
    paints: true,
    data: { name, description, type: ApplicationCommandType.ChatInput, ...EVERYWHERE, options },
    complete: (services, focused, value) => (focused === 'style' ? styleChoices(services, value) : []),
    run,
  };
}

export const styleChoices = (services: Services, value: string): Choice[] =>
  searchStyles(services.styles(), value).map((style) => ({
    name: `${style.emoji} ${style.name} · ${style.strength[2].toFixed(2)} (${bandOf(style.strength[2]).name})`,
    value: style.id,
  }));

/** The picture of an option, kept. @returns its hash and bytes */
export async function takePicture(
  context: Context,
  options: OptionValues,
  name = 'image',
): Promise<{ source: string; bytes: Uint8Array; description: string | undefined }> {
  const image = options.file(name)!;
  const bytes = await context.conversation.download(image);
  return { source: await keepPicture(context, bytes), bytes, description: image.description };
}
