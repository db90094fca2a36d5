import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
} from 'discord-api-types/v10';
import { listSchedulers } from '../../pipeline/index.ts';
import type { RecipeRequest } from '../../recipe/complete-recipe.ts';
import { PARAMETERS, type ParameterName, rangeOf } from '../../recipe/parameters.ts';
import { bandOf } from '../../recipe/strength.ts';
import { searchStyles } from '../../recipe/styles.ts';
import type { Choice, SlashCommand } from '../command.ts';
import type { Context, Services } from '../services.ts';
import { withStartingStrength } from '../start-strength.ts';
import { keepPicture, submitPainting } from '../submit.ts';

const DESCRIPTION = 100;

/** An option's name and description, from the parameter. */
function head(name: ParameterName) {
  const { option, about } = PARAMETERS[name] as { option?: string; about: string };
  return { name: option ?? name.toLowerCase(), description: about.slice(0, DESCRIPTION) };
}

function numeric(name: ParameterName) {
  const range = rangeOf(name)!;
  const type = range.whole ? ApplicationCommandOptionType.Integer : ApplicationCommandOptionType.Number;
  return {
    ...head(name),
    type,
    min_value: Math.max(range.min, name === 'guidanceScale' ? 1 : range.min),
    max_value: range.max,
  } as const;
}

export const EVERYWHERE = {
  integration_types: [ApplicationIntegrationType.GuildInstall, ApplicationIntegrationType.UserInstall],
  contexts: [
    InteractionContextType.Guild,
    InteractionContextType.BotDM,
    InteractionContextType.PrivateChannel,
  ],
};

const text = ApplicationCommandOptionType.String as const;

export const img2img: SlashCommand = {
  paints: true,
  data: {
    name: 'img2img',
    description: 'Repaint a picture',
    type: ApplicationCommandType.ChatInput,
    ...EVERYWHERE,
    options: [
      {
        name: 'image',
        description: 'The picture to repaint',
        type: ApplicationCommandOptionType.Attachment,
        required: true,
        ...imagesOnly(),
      },
      { ...head('prompt'), type: text, max_length: 1000 },
      { ...head('style'), type: text, autocomplete: true },
      numeric('strength'),
      numeric('seed'),
      { ...head('negativePrompt'), type: text, max_length: 1000 },
      numeric('steps'),
      numeric('guidanceScale'),
      { ...head('scheduler'), type: text, autocomplete: true },
      { ...head('model'), type: text, autocomplete: true },
      numeric('count'),
    ] as never,
  },

  complete(services, option, value) {
    switch (option) {
      case 'style':
        return searchStyles(services.styles(), value).map((style) => ({
          name: `${style.emoji} ${style.name} · ${style.strength[2].toFixed(2)} (${bandOf(style.strength[2]).name})`,
          value: style.id,
        }));
      case 'scheduler':
        return starting(
          listSchedulers().map(({ name, description }) => ({
            name: `${name} — ${description}`.slice(0, DESCRIPTION),
            value: name,
          })),
          value,
        );
      case 'model':
        return starting(
          services.registry
            .list()
            .filter((model) => model.problem === undefined)
            .map((model) => ({
              name: `${model.name} (${model.licence})`.slice(0, DESCRIPTION),
              value: model.id,
            })),
          value,
        );
      default:
        return [];
    }
  },

  async run(context, options) {
    const image = options.file('image')!;
    const bytes = await context.conversation.download(image);
    const source = await keepPicture(context, bytes);
    const request: RecipeRequest = {
      source,
      prompt: options.text('prompt'),
      negativePrompt: options.text('negative'),
      style: options.text('style'),
      strength: options.number('strength'),
      steps: options.number('steps'),
      guidanceScale: options.number('guidance'),
      scheduler: options.text('scheduler'),
      seed: options.number('seed'),
      model: options.text('model'),
      count: options.number('count'),
    };
    const filled = await withStartingStrength(context, await withDefaults(context, request));
    await submitPainting(context, { ...filled, action: 'img2img', sourceDescription: image.description });
  },
};

/** Discord's client then offers pictures only; the field is newer than the types. */
function imagesOnly(): object {
  return { file_types: ['image'] };
}

function starting(choices: readonly Choice[], value: string): Choice[] {
  const wanted = value.toLowerCase();
  return choices
    .filter(({ name, value: id }) => name.toLowerCase().includes(wanted) || id.toLowerCase().includes(wanted))
    .slice(0, 25);
}

/** Fills in style and strength from the member's and the server's settings when neither style nor prompt was given. */
export async function withDefaults(
  { services, origin }: Context,
  request: RecipeRequest,
): Promise<{ request: RecipeRequest; notes: string[] }> {
  const [guild, member] = await Promise.all([
    services.studio.settings.guild(origin.place.guildId),
    services.studio.settings.member(origin.member.id),
  ]);
  const strength = request.strength ?? member.defaultStrength ?? guild.defaultStrength;
  const base = strength === undefined ? request : { ...request, strength };
  if (request.style !== undefined || (request.prompt ?? '') !== '') return { request: base, notes: [] };
  const style = pickStyle(services, member.defaultStyle ?? guild.defaultStyle);
  return {
    request: { ...base, style },
    notes: [`No style or prompt was named, so this is ${style}; try another with style:`],
  };
}

function pickStyle(services: Services, wanted: string): string {
  const styles = services.styles();
  return styles.some((style) => style.id === wanted) ? wanted : styles[0]!.id;
}
