import { ApplicationCommandOptionType } from 'discord-api-types/v10';
import { phrase } from '../../language/phrase.ts';
import { submitPainting } from '../submit.ts';
import {
  paintingCommand,
  pictureOption,
  promptOption,
  readRequest,
  seedOption,
  stepsOption,
  strengthWithin,
  takePicture,
  withWords,
} from './painting-options.ts';

/** Kinds of light, each with the words for it. */
const LIGHTS = {
  'golden hour': 'golden hour, warm tones, soft shadows, low sun',
  'studio three-point': 'studio three-point lighting, professional portrait, soft key light, rim light',
  'window light': 'soft window light from the side, gentle shadows, natural interior light',
  night: 'night scene, moonlight, deep blue shadows, dim ambient light',
  overcast: 'overcast daylight, even soft light, muted contrast',
  'blue hour': 'blue hour, cool twilight, soft glow on the horizon',
  candlelight: 'candlelight, warm flickering glow, dark surroundings, chiaroscuro',
  neon: 'neon lights, magenta and cyan glow, wet reflections',
  backlight: 'strong backlight, glowing edges, sun flare, silhouette',
} as const;
type Light = keyof typeof LIGHTS;
const NAMES = Object.keys(LIGHTS) as Light[];
const STRENGTH = { least: 0.3, most: 0.5, usual: 0.4 };

/** `/relight`: the same scene in another light. */
export const relight = paintingCommand(
  'relight',
  'The same picture in another light',
  [
    pictureOption('image', 'The picture to relight'),
    {
      name: 'light',
      description: 'Which light',
      type: ApplicationCommandOptionType.String,
      required: true,
      choices: NAMES.map((name) => ({ name, value: name })),
    },
    { ...promptOption, description: 'More about the picture or the light' },
    strengthWithin(STRENGTH),
    seedOption,
    stepsOption,
  ],
  async (context, options) => {
    const { source, description } = await takePicture(context, options);
    const light = NAMES.find((name) => name === options.text('light')) ?? 'golden hour';
    const asked = readRequest(options);
    const { strength = STRENGTH.usual, prompt } = asked;
    await submitPainting(context, {
      request: { ...asked, source, strength, prompt: withWords(prompt, LIGHTS[light]) },
      action: 'relight',
      sourceDescription: description,
      notes: [phrase('light: {light}', { light: phrase(light) })],
    });
  },
);
