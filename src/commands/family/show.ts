import type { Action } from '../command.ts';
import { paintingMessage } from '../messages/painting-message.ts';
import { requireOpenPainting } from '../painting-source.ts';
import type { Context } from '../services.ts';
import { nonceOf } from '../submit.ts';

/** Shows a painting in a message of its own, with all its buttons; from now on it stands there. */
export async function showPainting(context: Context, paintingId: string): Promise<void> {
  const { services, conversation, origin } = context;
  const painting = await requireOpenPainting(context, paintingId);
  const body = await paintingMessage(services, painting, origin.place.attachmentLimitBytes);
  const { messageId } = await conversation.post(body, nonceOf(`${origin.eventId}-show`));
  await services.studio.paintings.moveTo(painting.id, { channelId: origin.place.channelId, messageId });
}

/** A choice of a painting in a select. */
export const show: Action = {
  acknowledge: 'quiet',
  run: (context, _id, [paintingId = '']) => showPainting(context, paintingId),
};
