import { moderatorsLocale } from '../commands/locale-here.ts';
import { type Audited, auditMessage } from '../commands/messages/safety-messages.ts';
import { sayIn } from '../language/say.ts';
import type { JobFailure, JobResult } from '../queue/job.ts';
import { sendable } from './conversation.ts';
import type { DeliveryOptions } from './delivery-options.ts';
import { toDiscord } from './to-discord.ts';

/** The job that was judged: who asked, and where. */
interface Judged {
  jobId: string;
  askerId: string;
  channelId: string;
  guildId?: string | undefined;
  messageId?: string | undefined;
}

/** What the safety rules had to do with an end; undefined where nothing. */
function verdictIn(end: JobResult | JobFailure): Pick<Audited, 'action' | 'stage' | 'rule'> | undefined {
  if ('pictures' in end) {
    const rule = end.pictures.find(({ spoiler }) => spoiler !== undefined)?.spoiler;
    return rule === undefined ? undefined : { action: 'hidden', stage: 'result', rule };
  }
  return end.kind === 'user' && end.refusal ? { action: 'refused', ...end.refusal } : undefined;
}

/** Tells the log, and the server's audit channel where it has one, what became of a job by the safety rules, by ids only. */
export async function auditEnd(
  { client, services, logger }: Pick<DeliveryOptions, 'client' | 'services' | 'logger'>,
  end: JobResult | JobFailure,
  { guildId, ...judged }: Judged,
): Promise<void> {
  const verdict = verdictIn(end);
  if (!verdict) return;
  logger.info({ ...judged, ...verdict }, 'safety');
  const settings = await services.studio.settings.guild(guildId);
  const { auditChannel } = settings;
  if (auditChannel === undefined) return;
  try {
    const guild = guildId === undefined ? undefined : client.guilds.cache.get(guildId);
    const say = sayIn(moderatorsLocale(settings, guild?.preferredLocale));
    const message = await toDiscord(auditMessage(say, { ...judged, ...verdict }), services.sign);
    await (await sendable(client, auditChannel)).send(message);
  } catch (error) {
    // Whoever asked still gets their answer.
    logger.warn({ err: error, auditChannel }, 'the audit channel could not be told');
  }
}
