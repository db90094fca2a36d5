import { UserError } from '../errors.ts';
import type { Painting } from '../studio/paintings.ts';
import type { TargetMessage } from './context.ts';
import type { Context } from './services.ts';

/**
 * Whose picture is it, and may others go on from it? A member who keeps theirs private is asked by nobody: what they
 * posted, what they had painted, and what came of their pictures is then theirs alone.
 */

const ASKER = /for <@(\d{17,20})>/;

/** Who asked for the painting in a message of ours. */
export const askerIn = (message: TargetMessage): string | undefined => ASKER.exec(message.content)?.[1];

/** Whose picture a message holds: its author's, or, in a message of ours, whoever asked for it. */
export const ownerOf = (message: TargetMessage): string | undefined =>
  message.isOurs ? askerIn(message) : message.authorId;

/** Whose picture a painting's family began with, as far as it is known: whoever goes on from it owes it to them. */
export const rootOwnerOf = ({ sourceOwnerId, askerId }: Painting): string => sourceOwnerId ?? askerId;

/** @throws UserError `kept-private` when somebody else keeps theirs private */
export async function requireConsentOf(
  { services, origin }: Context,
  ownerId: string | null | undefined,
): Promise<void> {
  if (ownerId === null || ownerId === undefined || ownerId === origin.member.id) return;
  const { keepsPrivate } = await services.studio.settings.member(ownerId);
  if (!keepsPrivate) return;
  throw new UserError('kept-private', `<@${ownerId}> keeps their pictures to themselves`, {
    hint: 'Start from a picture of your own with /img2img.',
  });
}

/** The line that names whose picture was used. */
export const creditFor = (ownerId: string, link: string | undefined): string =>
  link === undefined ? `from a picture by <@${ownerId}>` : `from [a picture](${link}) by <@${ownerId}>`;
