import { UserError } from '../errors.ts';
import { phrase } from '../language/phrase.ts';
import { applyReply, parseReply } from '../recipe/reply-grammar.ts';
import type { Painting } from '../studio/paintings.ts';
import { asRequest } from './actions/go-on.ts';
import { rootOwnerOf } from './consent.ts';
import { pictureOf, requireConsent, requirePainting } from './painting-source.ts';
import type { Context } from './services.ts';
import { stylesFor } from './styles-for.ts';
import { submitPainting } from './submit.ts';

/**
 * Goes on from a painting by what a member wrote under it.
 * @param text the reply's words; empty when Discord held them back
 */
export async function replyTo(context: Context, painting: Painting, text: string): Promise<void> {
  await requireConsent(context, painting);
  const reply = parseReply(text, await stylesFor(context));
  if (reply.action === 'undo') return undo(context, painting);
  const index = reply.picture === undefined ? undefined : reply.picture - 1;
  const again = reply.action === 'again' || (reply.move !== undefined && reply.words === undefined);
  const source = again ? painting.recipe.source : pictureOf(painting, index);
  const request = applyReply(painting.recipe, reply, source);
  const parentId = again ? (painting.parentId ?? undefined) : painting.id;
  const sourceOwnerId = rootOwnerOf(painting);
  const strengthIsChosen = reply.strength !== undefined || reply.move !== undefined;
  await submitPainting(context, {
    request,
    action: 'reply',
    inheritsSteps: true,
    strengthIsChosen,
    parentId,
    sourceOwnerId,
  });
}

/** What a painting was made from. @throws UserError `nothing-to-undo` */
export function requireParentId({ parentId }: Painting): string {
  if (parentId !== null) return parentId;
  throw new UserError(
    'nothing-to-undo',
    'Expected a painting that was made from another one, but this is the first of its family',
  );
}

/** Shows the parent again, as it was, so that another branch can begin there. */
async function undo(context: Context, painting: Painting): Promise<void> {
  const parent = await requirePainting(context, requireParentId(painting));
  await submitPainting(context, {
    request: asRequest(parent.recipe),
    action: 'undo',
    parentId: parent.parentId ?? undefined,
    sourceOwnerId: rootOwnerOf(parent),
    notes: [phrase('back to the step before')],
  });
}
