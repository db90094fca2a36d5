import { ButtonStyle } from 'discord-api-types/v10';
import { button, row } from './buttons.ts';
import type { MessageBody } from './message-body.ts';

/** What the audit channel hears: who, where, which rule, by ids; neither pictures nor words. */
export interface Audited {
  action: 'refused' | 'hidden';
  stage: string;
  rule: string;
  jobId: string;
  askerId: string;
  channelId: string;
  /** The message that holds what was hidden. */
  messageId?: string | undefined;
}

export function auditMessage({
  action,
  stage,
  rule,
  jobId,
  askerId,
  channelId,
  messageId,
}: Audited): MessageBody {
  const message = messageId === undefined ? '' : ` · message ${messageId}`;
  return {
    content: `🛡️ **${action}** · rule \`${rule}\` · ${stage} · member ${askerId} · channel ${channelId}${message}\n-# job ${jobId}`,
  };
}

/** What moderators read about a result that somebody reported. */
export function reportMessage(report: {
  subject: string;
  reporterId: string;
  askerId: string | undefined;
  link: string;
}): MessageBody {
  const { subject, reporterId, askerId, link } = report;
  const whose = askerId === undefined ? '' : `, asked for by <@${askerId}>`;
  return {
    content: `🚩 <@${reporterId}> reports [this picture](${link})${whose}\n-# ${subject}`,
    components: [
      row(
        button({ action: 'delete', subject }, { label: 'Delete it', emoji: '🗑️', style: ButtonStyle.Danger }),
      ),
    ],
  };
}
