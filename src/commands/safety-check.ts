import { sayIn } from '../language/say.ts';
import { fullPrompt } from '../recipe/recipe.ts';
import type { Work } from '../recipe/work.ts';
import { judgeWords, refusal } from '../safety/judge.ts';
import type { SafetyPlace } from '../safety/settings.ts';
import type { GuildSettings } from '../studio/settings.ts';
import type { Place } from './context.ts';
import { moderatorsLocale } from './locale-here.ts';
import { auditMessage } from './messages/safety-messages.ts';
import type { Context } from './services.ts';

/** What pictures are held against in a place. The words are judged before there is a job, so it does not carry them. */
export const safetyAt = ({ isAgeRestricted }: Place, { safety }: GuildSettings): SafetyPlace => ({
  ageRestricted: isAgeRestricted,
  settings: { ...safety, additions: [] },
});

/**
 * Judges the words of a wish before anything else happens.
 * @throws SafetyRefusal
 */
export async function checkWords(
  context: Context,
  settings: GuildSettings,
  jobId: string,
  work: Work,
): Promise<void> {
  // What is only enlarged or cut out was asked for in words before, or never.
  if (work.kind !== 'paint' && work.kind !== 'restore') return;
  await checkTexts(context, settings, jobId, [fullPrompt(work.recipe)]);
}

/**
 * Judges words that are to be painted by, now or later.
 * @param jobId names the wish for the moderators
 * @throws SafetyRefusal
 */
export async function checkTexts(
  { origin, conversation }: Context,
  settings: GuildSettings,
  jobId: string,
  texts: readonly string[],
): Promise<void> {
  const { safety, auditChannel } = settings;
  const ageRestricted = origin.place.isAgeRestricted;
  const verdict = judgeWords(texts, { settings: safety, ageRestricted });
  if (verdict.action !== 'refuse') return;
  if (auditChannel !== undefined) {
    const { member, place } = origin;
    const audited = { askerId: member.id, channelId: place.channelId, jobId };
    await conversation.tell(
      auditChannel,
      auditMessage(sayIn(moderatorsLocale(settings, place.guildLocale)), {
        ...audited,
        action: 'refused',
        stage: 'words',
        rule: verdict.rule ?? 'safety',
      }),
    );
  }
  throw refusal(verdict, 'words');
}
