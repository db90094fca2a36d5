import { UserError } from '../errors.ts';
import { phrase } from '../language/phrase.ts';
import { readProvenance } from '../recipe/metadata/overpaint.ts';
import type { NewPainting, Painting } from '../studio/paintings.ts';
import { askerIn, requireConsentOf } from './consent.ts';
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

/** @throws UserError `kept-private` when its maker, or whoever's picture it began with, does not want that */
export async function requireConsent(context: Context, painting: Painting): Promise<void> {
  await requireConsentOf(context, painting.askerId);
  await requireConsentOf(context, painting.sourceOwnerId);
}

/** What our own message says about the painting in it; undefined where its pictures lost their metadata. */
async function readFromMessage(
  { services, conversation }: Context,
  id: string,
  message: TargetMessage,
): Promise<NewPainting | undefined> {
  const askerId = askerIn(message);
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
    // What was hidden stays hidden, by whatever rule that was.
    const spoiler = attachment.filename.startsWith('SPOILER_') ? { spoiler: 'hidden-before' } : {};
    const hash = await services.images.put(bytes);
    pictures.push({ hash, seed: provenance.seed, width, height, ...spoiler });
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
    sourceOwnerId: null,
  };
}

/** The hash of one of a painting's pictures, from 0; its favourite unless told otherwise. @throws UserError `no-such-picture` */
export function pictureOf(painting: Painting, index = painting.favourite): string {
  const picture = painting.pictures[index];
  if (picture) return picture.hash;
  throw new UserError(
    'no-such-picture',
    phrase('Expected picture 1 to {most}, but received {given}', {
      most: painting.pictures.length,
      given: index + 1,
    }),
  );
}
