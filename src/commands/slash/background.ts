import { ApplicationCommandOptionType } from 'discord-api-types/v10';
import { UserError } from '../../errors.ts';
import { phrase } from '../../language/phrase.ts';
import type { SubjectWish } from '../../recipe/work.ts';
import type { OptionValues, SlashCommand } from '../command.ts';
import { submitPainting, submitWork } from '../submit.ts';
import {
  paintingCommand,
  pictureOption,
  promptOption,
  readRequest,
  seedOption,
  strengthOption,
  styleOption,
  takePicture,
} from './painting-options.ts';

const option = ApplicationCommandOptionType;
/** Of what is repainted: much, since everything else stays as it is. */
const STRENGTH = 0.75;
/** Softens the seam between what is repainted and what stays. */
const FEATHER = 4;

const MODES = {
  'repaint-background': 'Repaint the background',
  'repaint-subject': 'Repaint the subject',
  'cut-out': 'Cut the subject out, as a transparent PNG',
} as const;
type Mode = keyof typeof MODES;
const NAMES = Object.keys(MODES) as Mode[];

/** `/background`: repaints what stands around the subject, or the subject, or cuts it out. */
export const background: SlashCommand = paintingCommand(
  'background',
  'Repaint only the background or only the subject, or cut the subject out',
  [
    pictureOption('image', 'A picture with one clear subject'),
    {
      name: 'mode',
      description: 'What to do; repaints the background when left out',
      type: option.String,
      choices: NAMES.map((value) => ({ name: MODES[value], value })),
    },
    { ...promptOption, description: 'What it should become' },
    styleOption,
    strengthOption(
      phrase('How far it may move from what is there; {usual} when left out', { usual: STRENGTH }),
      0.05,
      1,
    ),
    {
      name: 'subject',
      description: 'What to look for; people is quicker and knows nothing else',
      type: option.String,
      choices: [
        { name: 'any subject', value: 'any' },
        { name: 'people', value: 'people' },
      ],
    },
    {
      name: 'feather',
      description: 'Pixels over which the edge is softened',
      type: option.Integer,
      min_value: 0,
      max_value: 200,
    },
    { name: 'invert', description: 'Swaps subject and surroundings', type: option.Boolean },
    { name: 'show_mask', description: 'Sends the mask along with the result', type: option.Boolean },
    seedOption,
  ],
  async (context, options) => {
    const mode = NAMES.find((name) => name === options.text('mode')) ?? 'repaint-background';
    const asked = readRequest(options);
    if (mode !== 'cut-out' && asked.prompt === undefined && asked.style === undefined)
      throw new UserError('no-wish', 'Expected a prompt or a style for what is to be repainted', {
        hint: 'Such as prompt:a beach at dusk.',
      });
    const { source, description } = await takePicture(context, options);
    const subject = wishFor(options, mode);
    const ask = { action: 'background', sourceDescription: description };
    if (mode === 'cut-out') await submitWork(context, { ...ask, work: { kind: 'cut-out', source, subject } });
    else {
      const request = { ...asked, source, task: 'inpaint' as const, strength: asked.strength ?? STRENGTH };
      await submitPainting(context, { ...ask, request, subject });
    }
  },
);

/** The mask is white where something is to be painted, or kept: surroundings for the background, else the subject. */
function wishFor(options: OptionValues, mode: Mode): SubjectWish {
  const invert = options.flag('invert') ?? false;
  return {
    subject: options.text('subject') === 'people' ? 'people' : 'any',
    feather: options.number('feather') ?? (mode === 'cut-out' ? 0 : FEATHER),
    invert: mode === 'repaint-background' ? !invert : invert,
    showMask: options.flag('show_mask') ?? false,
  };
}
