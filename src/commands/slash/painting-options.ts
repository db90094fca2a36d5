import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
} from 'discord-api-types/v10';
import { phrase } from '../../language/phrase.ts';
import type { RecipeRequest } from '../../recipe/complete-recipe.ts';
import { PARAMETERS, type ParameterName, rangeOf } from '../../recipe/parameters.ts';
import { bandOf } from '../../recipe/strength.ts';
import { styleName } from '../../recipe/style-name.ts';
import { type Style, searchStyles } from '../../recipe/styles.ts';
import type { Choice, OptionValues, SlashCommand, Wording } from '../command.ts';
import type { Context } from '../services.ts';
import { type Asking, offeredStyles } from '../styles-for.ts';
import { keepPicture } from '../submit.ts';

/** Options that the painting commands share; names, words and ranges are those of the recipe's parameters. */
type Options = NonNullable<SlashCommand['data']['options']>;

/** Discord's limit. */
const DESCRIPTION = 100;
const PROMPT = 1000;

export const EVERYWHERE = {
  integration_types: [ApplicationIntegrationType.GuildInstall, ApplicationIntegrationType.UserInstall],
  contexts: [
    InteractionContextType.Guild,
    InteractionContextType.BotDM,
    InteractionContextType.PrivateChannel,
  ],
};

/** An option's name and description, from the parameter. */
function head(name: ParameterName) {
  const { option, about } = PARAMETERS[name] as { option?: string; about: string };
  return { name: option ?? name.toLowerCase(), description: about.slice(0, DESCRIPTION) };
}

/** An option for a parameter that is a number, within its range. */
export function numberOption(name: ParameterName): Options[number] {
  const range = rangeOf(name)!;
  const option = {
    ...head(name),
    min_value: Math.max(range.min, name === 'guidanceScale' ? 1 : range.min),
    max_value: range.max,
  };
  return range.whole
    ? { ...option, type: ApplicationCommandOptionType.Integer }
    : { ...option, type: ApplicationCommandOptionType.Number };
}

/** An option for a parameter in words. */
export const wordsOption = (name: ParameterName) => ({
  ...head(name),
  type: ApplicationCommandOptionType.String as const,
  max_length: PROMPT,
});

/** An option for a parameter that is chosen by its name. */
export const nameOption = (name: ParameterName) => ({
  ...head(name),
  type: ApplicationCommandOptionType.String as const,
  autocomplete: true as const,
});

/** Discord's client then offers pictures only; the field is newer than the types. */
const pictures: object = { file_types: ['image'] };

export const pictureOption = (name: string, description: Wording, required = true) => ({
  name,
  description,
  type: ApplicationCommandOptionType.Attachment as const,
  required,
  ...pictures,
});

export const promptOption = wordsOption('prompt');
export const styleOption = nameOption('style');
export const seedOption = numberOption('seed');
export const stepsOption = numberOption('steps');

/** A strength in a narrower range than usual. */
export const strengthOption = (description: Wording, least: number, most: number, name = 'strength') => ({
  name,
  description,
  type: ApplicationCommandOptionType.Number as const,
  min_value: least,
  max_value: most,
});

/** A task's own range of strength, and where it begins. */
export interface StrengthRange {
  least: number;
  most: number;
  usual: number;
}

export const strengthWithin = (range: StrengthRange) =>
  strengthOption(phrase('{least} to {most}; {usual} when left out', { ...range }), range.least, range.most);

/** A command that leads to a painting. */
export function paintingCommand(
  name: string,
  description: Wording,
  options: Options,
  run: SlashCommand['run'],
): SlashCommand {
  return {
    paints: true,
    data: { name, description, type: ApplicationCommandType.ChatInput, ...EVERYWHERE, options },
    complete: (asking, focused, value) => (focused === 'style' ? styleChoices(asking, value) : []),
    run,
  };
}

/** Discord's limit for a choice's name and value. */
const CHOICE = 100;

/** @param model registry id of the model that was chosen already */
export const styleChoices = (asking: Asking, value: string, model?: string): Promise<Choice[]> =>
  choicesOf(asking, offeredStyles(asking, model), value);

export async function choicesOf(
  { say }: Pick<Asking, 'say'>,
  styles: Promise<readonly Style[]>,
  value: string,
): Promise<Choice[]> {
  const shown = (name: string) => say(styleName(name));
  return searchStyles(await styles, value, 25, shown)
    .filter(({ id }) => id.length <= CHOICE)
    .map(({ id, emoji, name, strength: [, , usual] }) => ({
      name: `${emoji} ${shown(name)} · ${usual.toFixed(2)} (${say(bandOf(usual).name)})`.slice(0, CHOICE),
      value: id,
    }));
}

/** What the options of a task say, as far as they are there. */
export const readRequest = (options: OptionValues): Omit<RecipeRequest, 'source'> => ({
  prompt: options.text('prompt'),
  style: options.text('style'),
  strength: options.number('strength'),
  seed: options.number('seed'),
  steps: options.number('steps'),
});

/** Words of a member before those of a task. */
export const withWords = (given: string | undefined, own: string): string =>
  given === undefined ? own : `${given}, ${own}`;

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
