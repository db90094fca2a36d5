import { UserError } from '../errors.ts';
import { type Phrase, phrase } from '../language/phrase.ts';
import type { Say } from '../language/say.ts';
import type { Painting } from '../studio/paintings.ts';
import type { TargetMessage } from './context.ts';
import type { Context } from './services.ts';

/**
 * Whose picture is it, and may others go on from it? A member who keeps theirs private is asked by nobody: what they
 * posted, what they had painted, and what came of their pictures is then theirs alone.
 */

/** The first line of a message of ours: what is made, and for whom, whom it rings no bell for. */
export const headOf = (say: Say, title: string, askerId: string): string =>
  say('{title} for {member}', { title, member: `<@${askerId}>` });

/** Only the first line names one, in whatever language; members' own words cannot, since their `>` is escaped. */
const ASKER = /^[^\n]*?<@(\d{17,20})>/;

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
  throw new UserError(
    'kept-private',
    phrase('{member} keeps their pictures to themselves', { member: `<@${ownerId}>` }),
    { hint: 'Start from a picture of your own with /img2img.' },
  );
}

/** The line that names whose picture was used. */
export const creditFor = (ownerId: string, link: string | undefined): Phrase => {
  const member = `<@${ownerId}>`;
  return link === undefined
    ? phrase('from a picture by {member}', { member })
    : phrase('from [a picture]({link}) by {member}', { member, link });
};
