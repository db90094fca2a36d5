import { sayIn } from '../../language/say.ts';
import type { Action } from '../command.ts';
import { localeHere } from '../locale-here.ts';
import { paintingMessage } from '../messages/painting-message.ts';
import { requireOpenPainting } from '../painting-source.ts';
import type { Context } from '../services.ts';
import { nonceOf } from '../submit.ts';

/** Shows a painting in a message of its own, with all its buttons; from now on it stands there. */
export async function showPainting(context: Context, paintingId: string): Promise<void> {
  const { services, conversation, origin } = context;
  const painting = await requireOpenPainting(context, paintingId);
  const locale = localeHere(await services.studio.settings.guild(origin.place.guildId), origin);
  const { attachmentLimitBytes } = origin.place;
  const body = await paintingMessage(sayIn(locale), services, painting, attachmentLimitBytes);
  const { messageId } = await conversation.post(body, nonceOf(`${origin.eventId}-show`));
  const { channelId } = origin.place;
  await services.studio.paintings.moveTo(painting.id, { channelId, messageId, locale });
}

/** A choice of a painting in a select. */
export const show: Action = {
  acknowledge: 'quiet',
  run: (context, _id, [paintingId = '']) => showPainting(context, paintingId),
};
