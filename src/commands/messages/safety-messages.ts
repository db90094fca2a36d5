import { ButtonStyle } from 'discord-api-types/v10';
import type { Say } from '../../language/say.ts';
import type { SafetyStage } from '../../safety/judge.ts';
import { button, row } from './buttons.ts';
import type { MessageBody } from './message-body.ts';

/** What the audit channel hears: who, where, which rule, by ids; neither pictures nor words. */
export interface Audited {
  action: 'refused' | 'hidden';
  stage: SafetyStage | 'words';
  rule: string;
  jobId: string;
  askerId: string;
  channelId: string;
  /** The message that holds what was hidden. */
  messageId?: string | undefined;
}

const STAGES = { words: 'words', source: 'source', preview: 'preview', result: 'result' } as const;
const ACTIONS = { refused: '🛡️ **refused**', hidden: '🛡️ **hidden**' } as const;

export function auditMessage(
  say: Say,
  { action, stage, rule, jobId, askerId, channelId, messageId }: Audited,
): MessageBody {
  const parts = [
    say(ACTIONS[action]),
    say('rule `{rule}`', { rule }),
    say(STAGES[stage]),
    say('member {id}', { id: askerId }),
    say('channel {id}', { id: channelId }),
    ...(messageId === undefined ? [] : [say('message {id}', { id: messageId })]),
  ];
  return { content: `${parts.join(' · ')}\n-# ${say('job {id}', { id: jobId })}` };
}

/** What moderators read about a result that somebody reported. */
export function reportMessage(
  say: Say,
  report: {
    subject: string;
    reporterId: string;
    askerId: string | undefined;
    link: string;
  },
): MessageBody {
  const { subject, reporterId, askerId, link } = report;
  const reporter = `<@${reporterId}>`;
  const told =
    askerId === undefined
      ? say('🚩 {reporter} reports [this picture]({link})', { reporter, link })
      : say('🚩 {reporter} reports [this picture]({link}), asked for by {asker}', {
          reporter,
          link,
          asker: `<@${askerId}>`,
        });
  return {
    content: `${told}\n-# ${subject}`,
    components: [
      row(
        button(
          { action: 'delete', subject },
          { label: say('Delete it'), emoji: '🗑️', style: ButtonStyle.Danger },
        ),
      ),
    ],
  };
}
