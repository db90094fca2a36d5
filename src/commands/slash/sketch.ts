import { ApplicationCommandOptionType } from 'discord-api-types/v10';
import { type PreparedSketch, prepareSketch } from '../../pipeline/index.ts';
import { keepPicture, submitPainting } from '../submit.ts';
import {
  paintingCommand,
  pictureOption,
  promptOption,
  seedOption,
  stepsOption,
  strengthOption,
  styleOption,
  takePicture,
} from './task-options.ts';

const STRENGTH = { least: 0.7, most: 0.9, usual: 0.8 };

/** `/sketch`: finished art from a drawing, which is cleaned first. */
export const sketch = paintingCommand(
  'sketch',
  'Finished art from a drawing; its ground is cleaned first',
  [
    pictureOption('image', 'The drawing: dark lines on a light ground work best', true),
    { ...promptOption, description: 'The finished picture: materials, light, atmosphere', required: true },
    styleOption,
    strengthOption(
      `${STRENGTH.least} to ${STRENGTH.most}; ${STRENGTH.usual} when left out`,
      STRENGTH.least,
      STRENGTH.most,
    ),
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
    await submitPainting(context, {
      request: {
        source,
        prompt: options.text('prompt'),
        style: options.text('style'),
        strength: options.number('strength') ?? STRENGTH.usual,
        seed: options.number('seed'),
        steps: options.number('steps'),
      },
      action: 'sketch',
      beside: options.flag('show_prepared') === true,
      sourceDescription: given.description,
      notes: wordsFor(prepared, asDrawn),
    });
  },
);

function wordsFor({ did, warnings }: PreparedSketch, asDrawn: boolean): string[] {
  const done = did.length === 0 ? 'the drawing was clean already' : `prepared the drawing: ${did.join(', ')}`;
  return [
    asDrawn ? 'the drawing was taken as it is' : `${done}; Compare shows it beside the result`,
    ...warnings.map((warning) => `⚠️ ${warning}`),
  ];
}
