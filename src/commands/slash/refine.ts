import { ApplicationCommandOptionType } from 'discord-api-types/v10';
import { phrase } from '../../language/phrase.ts';
import { ROUNDS } from '../../recipe/strength-ladder.ts';
import { roundsOf, titleOf } from '../series/asks.ts';
import { submitSeries } from '../series/submit-series.ts';
import { withDefaults } from './img2img.ts';
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

/** `/refine`: several gentle passes, each over the result of the one before. */
export const refine = paintingCommand(
  'refine',
  'Several gentle rounds, each over the one before: kinder than one hard pass',
  [
    pictureOption('image', 'The picture to refine'),
    promptOption,
    styleOption,
    {
      name: 'rounds',
      description: phrase('{least} to {most}; {usual} when left out', ROUNDS),
      type: ApplicationCommandOptionType.Integer,
      min_value: ROUNDS.least,
      max_value: ROUNDS.most,
    },
    strengthOption(phrase('Of each round; {usual} when left out', { usual: ROUNDS.strength }), 0.05, 0.6),
    seedOption,
    stepsOption,
  ],
  async (context, options) => {
    const { source, description } = await takePicture(context, options);
    const asked = readRequest(options);
    const { request, notes } = await withDefaults(context, { ...asked, source });
    const seed = asked.seed ?? context.services.drawSeed();
    const rounds = options.number('rounds') ?? ROUNDS.usual;
    await submitSeries(context, {
      ...roundsOf(request, seed, rounds, asked.strength ?? ROUNDS.strength),
      title: await titleOf(context, request),
      action: 'refine-rounds',
      notes,
      sourceDescription: description,
    });
  },
);
