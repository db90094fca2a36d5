import { UserError } from '../../errors.ts';
import { phrase, type Said } from '../../language/phrase.ts';
import { sayIn } from '../../language/say.ts';
import { composeGrid } from '../../pipeline/index.ts';
import type { Painting } from '../../studio/paintings.ts';
import type { Action } from '../command.ts';
import { resultButtons, resultText } from '../messages/paint-messages.ts';
import { pictureOf, requirePainting } from '../painting-source.ts';
import type { Context } from '../services.ts';
import { cancelJob } from '../slash/queue.ts';

const NOT_TO_DELETE = phrase('Only who asked for a painting, or a moderator, can delete it');

/** @throws UserError `not-yours` */
function requireOwner({ origin }: Context, painting: Pick<Painting, 'askerId'>, refused: Said): void {
  if (painting.askerId === origin.member.id || origin.member.isModerator) return;
  throw new UserError('not-yours', refused);
}

export async function deletePainting(context: Context, paintingId: string): Promise<void> {
  const { services, conversation } = context;
  if (await deleteOther(context, paintingId)) return;
  const painting = await requirePainting(context, paintingId);
  requireOwner(context, painting, NOT_TO_DELETE);
  await services.studio.paintings.remove(painting.id);
  await conversation.remove(painting.channelId, painting.messageId);
  for (const { hash } of painting.pictures) await services.images.delete(hash);
}

/** Deletes a result that is no painting: an enlarged upload, a cut-out. @returns whether it was one */
async function deleteOther(context: Context, jobId: string): Promise<boolean> {
  const { services, conversation } = context;
  const delivery = await services.studio.deliveries.get(jobId);
  if (delivery?.messageId === undefined || (await services.studio.paintings.get(jobId))) return false;
  const { order, messageId } = delivery;
  requireOwner(context, order, NOT_TO_DELETE);
  await conversation.remove(order.channelId, messageId);
  return true;
}

export const remove: Action = {
  acknowledge: 'quiet',
  run: (context, { subject }) => deletePainting(context, subject),
};

export const cancel: Action = {
  acknowledge: 'quiet',
  async run(context, { subject }) {
    if (!(await cancelJob(context, subject)))
      await context.conversation.answer({ content: context.say('There is nothing left to cancel.') });
  },
};

export const favourite: Action = {
  acknowledge: 'quiet',
  async run(context, { subject }, [value]) {
    const { services, conversation } = context;
    const painting = await requirePainting(context, subject);
    requireOwner(
      context,
      painting,
      phrase('Only who asked for a painting, or a moderator, can choose its favourite'),
    );
    const chosen = Number(value);
    pictureOf(painting, chosen);
    await services.studio.paintings.setFavourite(painting.id, chosen);
    const changed = { ...painting, favourite: chosen };
    // The message stays in the language that it is in.
    const shown = sayIn(painting.locale ?? 'en-US');
    const parent =
      painting.parentId === null ? undefined : await services.studio.paintings.get(painting.parentId);
    await conversation.change(painting.channelId, painting.messageId, {
      content: resultText(shown, changed, parent, []),
      components: resultButtons(shown, changed),
    });
    await conversation.answer({
      content: context.say('Picture {number} is the favourite: buttons and replies go on from it.', {
        number: chosen + 1,
      }),
    });
  },
};

export const compare: Action = {
  acknowledge: 'private',
  async run(context, { subject }) {
    const { services, conversation, say } = context;
    const painting = await requirePainting(context, subject);
    const [before, after] = await Promise.all([
      services.images.get(painting.recipe.source),
      services.images.get(pictureOf(painting)),
    ]);
    if (!before || !after)
      throw new UserError('picture-gone', 'The pictures to compare are not stored any more');
    const bytes = await composeGrid([before, after], 2);
    await conversation.answer({
      content: say('Before and after'),
      files: [
        {
          name: 'before-after.jpg',
          bytes,
          description: say('The source picture on the left, the painting on the right'),
          spoiler: painting.pictures[painting.favourite]?.spoiler !== undefined,
        },
      ],
    });
  },
};
