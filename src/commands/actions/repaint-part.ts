import { ApplicationCommandType } from 'discord-api-types/v10';
import { UserError } from '../../errors.ts';
import type { FormHandler, MessageCommand } from '../command.ts';
import { ownerOf, requireConsentOf, rootOwnerOf } from '../consent.ts';
import { toCustomId } from '../custom-id.ts';
import { GRID, paintingName } from '../messages/picture-pages.ts';
import { pictureOf, requireConsent } from '../painting-source.ts';
import type { Context } from '../services.ts';
import { PART_STRENGTH } from '../slash/inpaint.ts';
import { EVERYWHERE } from '../slash/painting-options.ts';
import { offeredStyles } from '../styles-for.ts';
import { keepPicture, type PaintAsk, submitPainting } from '../submit.ts';
import { paintForm, readForm, upload } from './paint-form.ts';
import { firstPicture, pictureIn } from './repaint.ts';

/** The field's name tells clients that draw masks what it is for. */
const MASK = 'mask';

/** The message's context menu: repaint a part of whatever picture it holds, by a mask that is uploaded in the form. */
export const repaintPart: MessageCommand = {
  data: { name: 'Repaint a part', type: ApplicationCommandType.Message, ...EVERYWHERE },
  acknowledge: 'form',
  async run(context, target) {
    const { say, conversation } = context;
    await requireConsentOf(context, ownerOf(target));
    firstPicture(target);
    await conversation.openForm(
      paintForm(
        say,
        {
          customId: toCustomId({ action: 'repaint-part', subject: target.channelId, argument: target.id }),
          title: say('Repaint a part'),
          styles: await offeredStyles(context),
          strength: String(PART_STRENGTH),
        },
        upload(say('Mask'), say('White where to repaint, black where not'), true, MASK),
      ),
    );
  },
};

export const repaintPartForm: FormHandler = {
  async run(context, { subject: channelId, argument: messageId }, values) {
    const file = values.file(MASK);
    if (messageId === undefined || !file)
      throw new UserError('no-mask', 'Expected a mask in the form, but received none');
    const { request, ...rest } = await sourceIn(context, channelId, messageId, file.filename);
    const mask = await keepPicture(context, await context.conversation.download(file));
    const read = readForm(values);
    await submitPainting(context, {
      request: { ...request, ...read, mask, strength: read.strength ?? PART_STRENGTH },
      action: 'repaint-part',
      ...rest,
    });
  },
};

/** Where a message holds several pictures, a mask `NAME-mask.png` is for the one of that name. */
const isFor = (mask: string, picture: string) => mask.startsWith(`${picture.replace(/\.\w+$/, '')}-mask`);

/** A picture of the painting in a message, or else of the message. */
async function sourceIn(
  context: Context,
  channelId: string,
  messageId: string,
  mask: string,
): Promise<Omit<PaintAsk, 'action'>> {
  const painting = await context.services.studio.paintings.byMessage(messageId);
  if (painting) {
    await requireConsent(context, painting);
    if (painting.pictures.length > 1 && isFor(mask, GRID))
      throw new UserError(
        'mask-of-grid',
        'Expected a mask of one picture, but this one is of the grid of all',
        {
          hint: 'Choose one of the pictures before you draw.',
        },
      );
    const named = painting.pictures.findIndex(({ seed }) => isFor(mask, paintingName(seed)));
    return {
      request: { source: pictureOf(painting, named === -1 ? undefined : named) },
      parentId: painting.id,
      sourceOwnerId: rootOwnerOf(painting),
    };
  }
  const { attachment, ...theirs } = await pictureIn(context, channelId, messageId, (filename) =>
    isFor(mask, filename),
  );
  const source = await keepPicture(context, await context.conversation.download(attachment));
  return { request: { source }, sourceDescription: attachment.description, ...theirs };
}
