import { ApplicationCommandOptionType } from 'discord-api-types/v10';
import { phrase } from '../../language/phrase.ts';
import { RUNGS, readStrengths } from '../../recipe/strength-ladder.ts';
import { ladderOf, titleOf } from '../series/asks.ts';
import { submitSeries } from '../series/submit-series.ts';
import { withDefaults } from './img2img.ts';
import {
  paintingCommand,
  pictureOption,
  promptOption,
  readRequest,
  seedOption,
  stepsOption,
  styleOption,
  takePicture,
} from './painting-options.ts';

/** `/ladder`: one picture at several strengths with one seed, to see which strength it bears. */
export const ladder = paintingCommand(
  'ladder',
  'One picture at several strengths, to find the one that fits',
  [
    pictureOption('image', 'The picture to repaint'),
    promptOption,
    styleOption,
    {
      name: 'strengths',
      description: phrase('With spaces between; {usual} when left out', { usual: RUNGS.join(' ') }),
      type: ApplicationCommandOptionType.String,
      max_length: 100,
    },
    seedOption,
    stepsOption,
  ],
  async (context, options) => {
    const own = options.text('strengths');
    const strengths = own === undefined ? RUNGS : readStrengths(own);
    const { source, description } = await takePicture(context, options);
    const asked = readRequest(options);
    const { request, notes } = await withDefaults(context, { ...asked, source });
    const seed = asked.seed ?? context.services.drawSeed();
    await submitSeries(context, {
      ...ladderOf(request, seed, strengths),
      title: await titleOf(context, request),
      action: 'ladder',
      notes,
      sourceDescription: description,
    });
  },
);
