import { ApplicationCommandOptionType, ApplicationCommandType } from 'discord-api-types/v10';
import { phrase, untranslated } from '../../language/phrase.ts';
import { checkUpscaledSize } from '../../pipeline/index.ts';
import type { Work } from '../../recipe/work.ts';
import type { Action, OptionValues, SlashCommand } from '../command.ts';
import { rootOwnerOf } from '../consent.ts';
import type { Attachment } from '../context.ts';
import { pictureOf, requireOpenPainting } from '../painting-source.ts';
import type { Context } from '../services.ts';
import { keepPicture, submitWork } from '../submit.ts';
import { EVERYWHERE, pictureOption } from './painting-options.ts';

type Kind = Extract<Work, { kind: 'upscale' }>['as'];
const KINDS: readonly Kind[] = ['auto', 'photo', 'painting'];

/** The options of every command that enlarges. */
export const enlargingOptions = (scale: 2 | 4) => [
  {
    name: 'scale',
    description: phrase('How many times longer its sides become; {scale} when left out', { scale }),
    type: ApplicationCommandOptionType.Integer as const,
    choices: [2, 4].map((value) => ({ name: untranslated(`${value}×`), value })),
  },
  {
    name: 'kind',
    description: 'What it is; auto goes by its recipe, or looks at it',
    type: ApplicationCommandOptionType.String as const,
    choices: KINDS.map((value) => ({ name: value, value })),
  },
];

/** What those options say. */
export function readEnlarging(options: OptionValues, scale: 2 | 4): { scale: 2 | 4; as: Kind } {
  const given = options.number('scale');
  const kind = options.text('kind');
  return {
    scale: given === 2 || given === 4 ? given : scale,
    as: KINDS.find((known) => known === kind) ?? 'auto',
  };
}

/** Refuses what would become too large before it waits in the queue. @throws UserError `upscaled-too-large` */
export function checkEnlarging({ width, height }: Partial<Attachment>, scale: number): void {
  if (width !== undefined && height !== undefined) checkUpscaledSize({ width, height }, scale);
}

export const upscale: SlashCommand = {
  paints: true,
  data: {
    name: 'upscale',
    description: 'Enlarge a picture two or four times',
    type: ApplicationCommandType.ChatInput,
    ...EVERYWHERE,
    options: [pictureOption('image', 'The picture to enlarge'), ...enlargingOptions(4)],
  },
  async run(context, options) {
    const image = options.file('image')!;
    const { scale, as } = readEnlarging(options, 4);
    checkEnlarging(image, scale);
    const source = await keepPicture(context, await context.conversation.download(image));
    await submitWork(context, {
      work: { kind: 'upscale', source, scale, as },
      action: 'upscale',
      sourceDescription: image.description,
    });
  },
};

/** Twice, so that it mostly fits what may be uploaded; `/upscale` does more. */
const BUTTON_SCALE = 2;

/** Enlarges a painting's favourite picture. */
export async function upscalePainting(context: Context, paintingId: string): Promise<void> {
  const painting = await requireOpenPainting(context, paintingId);
  const source = pictureOf(painting);
  const picture = painting.pictures[painting.favourite]!;
  checkEnlarging(picture, BUTTON_SCALE);
  const recipe = { ...painting.recipe, seed: picture.seed };
  await submitWork(context, {
    work: { kind: 'upscale', source, scale: BUTTON_SCALE, as: 'auto', recipe },
    action: 'upscale',
    parentId: painting.id,
    sourceOwnerId: rootOwnerOf(painting),
  });
}

export const upscaleAction: Action = {
  acknowledge: 'quiet',
  run: (context, { subject }) => upscalePainting(context, subject),
};
