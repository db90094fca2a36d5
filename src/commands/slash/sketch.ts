import { ApplicationCommandOptionType } from 'discord-api-types/v10';
import { type Phrase, phrase } from '../../language/phrase.ts';
import { type PreparedSketch, prepareSketch } from '../../pipeline/index.ts';
import { keepPicture, submitPainting } from '../submit.ts';
import {
  paintingCommand,
  pictureOption,
  promptOption,
  readRequest,
  seedOption,
  stepsOption,
  strengthWithin,
  styleOption,
  takePicture,
} from './painting-options.ts';

const STRENGTH = { least: 0.7, most: 0.9, usual: 0.8 };

/** `/sketch`: finished art from a drawing, which is cleaned first. */
export const sketch = paintingCommand(
  'sketch',
  'Finished art from a drawing; its ground is cleaned first',
  [
    pictureOption('image', 'The drawing: dark lines on a light ground work best'),
    { ...promptOption, description: 'The finished picture: materials, light, atmosphere', required: true },
    styleOption,
    strengthWithin(STRENGTH),
    {
      name: 'show_prepared',
      description: 'Show the prepared drawing beside the result',
      type: ApplicationCommandOptionType.Boolean,
    },
    {
      name: 'as_drawn',
      description: 'Take the drawing as it is, without cleaning',
      type: ApplicationCommandOptionType.Boolean,
    },
    seedOption,
    stepsOption,
  ],
  async (context, options) => {
    const given = await takePicture(context, options);
    const prepared = await prepareSketch(given.bytes);
    const asDrawn = options.flag('as_drawn') === true;
    const source = asDrawn ? given.source : await keepPicture(context, prepared.png);
    const asked = readRequest(options);
    await submitPainting(context, {
      request: { ...asked, source, strength: asked.strength ?? STRENGTH.usual },
      action: 'sketch',
      beside: options.flag('show_prepared') === true,
      sourceDescription: given.description,
      notes: wordsFor(prepared, asDrawn),
    });
  },
);

function wordsFor({ did, warnings }: PreparedSketch, asDrawn: boolean): Phrase[] {
  return [
    asDrawn ? phrase('the drawing was taken as it is') : preparedWords(did),
    ...warnings.map((warning) => phrase('⚠️ {warning}', { warning })),
  ];
}

const preparedWords = (did: readonly Phrase[]): Phrase =>
  did.length === 0
    ? phrase('the drawing was clean already; Compare shows it beside the result')
    : phrase('prepared the drawing: {done}; Compare shows it beside the result', { done: did });
