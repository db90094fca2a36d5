import { UserError } from '../errors.ts';
import { readProvenance } from '../recipe/metadata/overpaint.ts';
import type { NewPainting, Painting } from '../studio/paintings.ts';
import type { TargetMessage } from './context.ts';
import type { Context } from './services.ts';

/**
 * A painting that can be gone on from. One that the studio has lost is read again from the PNGs in the message whose
 * button was pressed.
 * @throws UserError `painting-gone`, `kept-private`
 */
export async function requirePainting(context: Context, id: string): Promise<Painting> {
  const { services, origin } = context;
  const known = await services.studio.paintings.get(id);
  if (known) return known;
  const adopted = origin.message && (await readFromMessage(context, id, origin.message));
  if (adopted) return services.studio.paintings.add(adopted);
  throw new UserError('painting-gone', 'This painting is not remembered any more', {
    hint: 'Right-click the message → Apps → Repaint goes on from its picture.',
  });
}

/** A painting to go on from, by the wish of whoever made it. @throws UserError `painting-gone`, `kept-private` */
export async function requireOpenPainting(context: Context, id: string): Promise<Painting> {
  const painting = await requirePainting(context, id);
  await requireConsent(context, painting);
  return painting;
}

/** @throws UserError `kept-private` when its maker does not want others to go on from it */
export async function requireConsent({ services, origin }: Context, painting: Painting): Promise<void> {
  if (painting.askerId === origin.member.id) return;
  const { keepsPrivate } = await services.studio.settings.member(painting.askerId);
  if (!keepsPrivate) return;
  throw new UserError('kept-private', `<@${painting.askerId}> keeps their paintings to themselves`, {
    hint: 'Start from a picture of your own with /img2img.',
  });
}

const ASKER = /for <@(\d{17,20})>/;

/** What our own message says about the painting in it; undefined where its pictures lost their metadata. */
async function readFromMessage(
  { services, conversation }: Context,
  id: string,
  message: TargetMessage,
): Promise<NewPainting | undefined> {
  const askerId = ASKER.exec(message.content)?.[1];
  if (askerId === undefined) return undefined;
  const pictures = [];
  let first: ReturnType<typeof readProvenance>;
  for (const attachment of message.attachments) {
    if (!attachment.filename.endsWith('.png')) continue;
    const bytes = await conversation.download(attachment);
    const provenance = readProvenance(bytes);
    if (!provenance) continue;
    first ??= provenance;
    const { width = 0, height = 0 } = attachment;
    pictures.push({ hash: await services.images.put(bytes), seed: provenance.seed, width, height });
  }
  if (!first) return undefined;
  return {
    id,
    recipe: first.recipe,
    parentId: first.parent ?? null,
    pictures,
    askerId,
    guildId: null,
    channelId: message.channelId,
    messageId: message.id,
    executedSteps: first.recipe.steps,
    tookMs: 0,
  };
}

/** The hash of one of a painting's pictures, from 0; its favourite unless told otherwise. @throws UserError `no-such-picture` */
export function pictureOf(painting: Painting, index = painting.favourite): string {
  const picture = painting.pictures[index];
  if (picture) return picture.hash;
  throw new UserError(
    'no-such-picture',
    `Expected picture 1 to ${painting.pictures.length}, but received ${index + 1}`,
  );
}
