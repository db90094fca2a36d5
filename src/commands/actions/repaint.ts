import { ApplicationCommandType } from 'discord-api-types/v10';
import { UserError } from '../../errors.ts';
import type { Action, FormHandler, MessageCommand } from '../command.ts';
import { ownerOf, requireConsentOf, rootOwnerOf } from '../consent.ts';
import type { Attachment, TargetMessage } from '../context.ts';
import { toCustomId } from '../custom-id.ts';
import { pictureOf, requireConsent } from '../painting-source.ts';
import type { Context } from '../services.ts';
import { withDefaults } from '../slash/img2img.ts';
import { EVERYWHERE } from '../slash/painting-options.ts';
import { withStartingStrength } from '../start-strength.ts';
import { offeredStyles } from '../styles-for.ts';
import { keepPicture, submitPainting } from '../submit.ts';
import { paintForm, readForm, upload } from './paint-form.ts';

const PICTURE = /\.(png|jpe?g|webp|gif|avif|tiff?)$/i;
const isPicture = ({ contentType, filename }: Attachment) =>
  contentType?.startsWith('image/') ?? PICTURE.test(filename);

/**
 * The first picture of a message, of those whose name is wanted where there are such.
 * @throws UserError `no-picture`
 */
export function firstPicture(
  { attachments }: TargetMessage,
  isWanted: (filename: string) => boolean = () => true,
): Attachment {
  const pictures = attachments.filter(isPicture);
  const found = pictures.find(({ filename }) => isWanted(filename)) ?? pictures[0];
  if (found) return found;
  throw new UserError('no-picture', 'Expected a message with a picture, but this one has none');
}

/** The message's context menu: repaint whatever picture it holds. */
export const repaint: MessageCommand = {
  data: { name: 'Repaint', type: ApplicationCommandType.Message, ...EVERYWHERE },
  acknowledge: 'form',
  async run(context, target) {
    const { services, origin, conversation } = context;
    await requireConsentOf(context, ownerOf(target));
    const settings = await services.studio.settings.guild(origin.place.guildId);
    await conversation.openForm(
      paintForm(
        context.say,
        {
          customId: toCustomId({ action: 'repaint', subject: target.channelId, argument: target.id }),
          title: context.say('Repaint'),
          styles: await offeredStyles(context),
          style: settings.defaultStyle,
        },
        upload(context.say('Another picture'), context.say('Instead of the one in the message'), false),
      ),
    );
  },
};

export const repaintForm: FormHandler = {
  async run(context, { subject: channelId, argument: messageId }, values) {
    const uploaded = values.file('picture');
    const painting =
      messageId === undefined || uploaded
        ? undefined
        : await context.services.studio.paintings.byMessage(messageId);
    const read = readForm(values);
    if (painting) {
      await requireConsent(context, painting);
      await submitPainting(context, {
        request: { source: pictureOf(painting), ...read },
        action: 'repaint',
        strengthIsChosen: read.strength !== undefined,
        parentId: painting.id,
        sourceOwnerId: rootOwnerOf(painting),
      });
      return;
    }
    const { attachment, ...theirs } = uploaded
      ? { attachment: uploaded }
      : await pictureIn(context, channelId, messageId);
    const source = await keepPicture(context, await context.conversation.download(attachment));
    const filled = await withStartingStrength(context, await withDefaults(context, { source, ...read }));
    await submitPainting(context, {
      ...filled,
      action: 'repaint',
      strengthIsChosen: read.strength !== undefined,
      sourceDescription: attachment.description,
      ...theirs,
    });
  },
};

/** The picture in a message, and whose it is: that they allow it is asked again, since the form may be old. */
export async function pictureIn(
  context: Context,
  channelId: string,
  messageId: string | undefined,
  isWanted?: (filename: string) => boolean,
) {
  if (messageId === undefined)
    throw new UserError('no-picture', 'Expected a picture in the form, but received none');
  const target = await context.conversation.fetchMessage(channelId, messageId);
  const owner = ownerOf(target);
  await requireConsentOf(context, owner);
  return { attachment: firstPicture(target, isWanted), sourceOwnerId: owner, sourceLink: target.link };
}

/** A form that is filled in already but for the picture: the quickest way to see what this is about. */
export const example: Action = {
  acknowledge: 'form',
  async run(context) {
    const { origin, conversation } = context;
    await conversation.openForm(
      paintForm(
        context.say,
        {
          customId: toCustomId({ action: 'repaint', subject: origin.place.channelId }),
          title: context.say('An example: only a picture is missing'),
          styles: await offeredStyles(context),
          style: 'watercolor',
          prompt: 'soft morning light',
          strength: '0.5',
        },
        upload(context.say('Your picture'), context.say('A photo with one clear subject works best'), true),
      ),
    );
  },
};
