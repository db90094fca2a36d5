import { type Phrase, phrase } from '../../language/phrase.ts';
import { listSchedulers } from '../../pipeline/index.ts';
import type { RecipeRequest } from '../../recipe/complete-recipe.ts';
import { findStyle } from '../../recipe/styles.ts';
import type { Choice, SlashCommand } from '../command.ts';
import type { Context } from '../services.ts';
import { withStartingStrength } from '../start-strength.ts';
import { offeredOf, stylesFor } from '../styles-for.ts';
import { submitPainting } from '../submit.ts';
import {
  nameOption,
  numberOption,
  paintingCommand,
  pictureOption,
  promptOption,
  readRequest,
  seedOption,
  stepsOption,
  styleChoices,
  styleOption,
  takePicture,
  wordsOption,
} from './painting-options.ts';

/** Discord's limit for a choice's name. */
const NAME = 100;

/** `/img2img`: only the picture is needed. */
export const img2img: SlashCommand = {
  ...paintingCommand(
    'img2img',
    'Repaint a picture',
    [
      pictureOption('image', 'The picture to repaint'),
      promptOption,
      styleOption,
      numberOption('strength'),
      seedOption,
      wordsOption('negativePrompt'),
      stepsOption,
      numberOption('guidanceScale'),
      numberOption('fidelity'),
      nameOption('scheduler'),
      nameOption('model'),
      numberOption('count'),
    ],
    async (context, options) => {
      const { source, description } = await takePicture(context, options);
      const request: RecipeRequest = {
        source,
        ...readRequest(options),
        negativePrompt: options.text('negative'),
        guidanceScale: options.number('guidance'),
        fidelity: options.number('fidelity'),
        scheduler: options.text('scheduler'),
        model: options.text('model'),
        count: options.number('count'),
      };
      const filled = await withStartingStrength(context, await withDefaults(context, request));
      await submitPainting(context, {
        ...filled,
        action: 'img2img',
        strengthIsChosen: request.strength !== undefined,
        sourceDescription: description,
      });
    },
  ),

  complete(asking, option, value, _subcommand, chosen) {
    const { services, say } = asking;
    switch (option) {
      case 'style':
        return styleChoices(asking, value, chosen('model'));
      case 'scheduler':
        return starting(
          listSchedulers().map(({ name, description }) => ({
            name: `${name} — ${say(description)}`.slice(0, NAME),
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
              name: `${model.name} (${model.licence})`.slice(0, NAME),
              value: model.id,
            })),
          value,
        );
      default:
        return [];
    }
  },
};

function starting(choices: readonly Choice[], value: string): Choice[] {
  const wanted = value.toLowerCase();
  return choices
    .filter(({ name, value: id }) => name.toLowerCase().includes(wanted) || id.toLowerCase().includes(wanted))
    .slice(0, 25);
}

/** Fills in style and strength from the member's and the server's settings when neither style nor prompt was given. */
export async function withDefaults(
  context: Context,
  request: RecipeRequest,
): Promise<{ request: RecipeRequest; notes: Phrase[] }> {
  const { services, origin } = context;
  const [guild, member] = await Promise.all([
    services.studio.settings.guild(origin.place.guildId),
    services.studio.settings.member(origin.member.id),
  ]);
  const strength = request.strength ?? member.defaultStrength ?? guild.defaultStrength;
  const base = strength === undefined ? request : { ...request, strength };
  if (request.style !== undefined || (request.prompt ?? '') !== '') return { request: base, notes: [] };
  const style = await pickStyle(context, [member.defaultStyle, guild.defaultStyle]);
  return {
    request: { ...base, style },
    notes: [phrase('No style or prompt was named, so this is {style}; try another with style:', { style })],
  };
}

/** The first wish that can be fulfilled: styles of members and servers may be gone. */
async function pickStyle(context: Context, wishes: readonly (string | undefined)[]): Promise<string> {
  const styles = await stylesFor(context);
  const [usual = styles[0]!] = offeredOf(context, styles);
  const [found = usual] = wishes.flatMap((wish) => findStyle(styles, wish ?? '') ?? []);
  return found.id;
}
