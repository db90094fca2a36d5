import { type Client, WebhookClient } from 'discord.js';
import type { MessageBody } from '../commands/messages/message-body.ts';
import { nonceOf } from '../commands/submit.ts';
import type { Sign } from '../credentials/signing.ts';
import type { DeliveryOrder } from '../studio/deliveries.ts';
import { sendable } from './conversation.ts';
import { troubleOf } from './failures.ts';
import { toDiscord } from './to-discord.ts';

/** What is edited: the message of one piece of work, by its id. */
export interface Edited {
  jobId: string;
  order: Pick<DeliveryOrder, 'askerId' | 'channelId' | 'token'>;
  messageId: string | undefined;
}

/**
 * Edits the messages of deliveries: only the newest state, and not too often. A last edit waits for the one under way
 * and is never left out.
 */
export interface MessageEditor {
  /** Shows a state in passing; a newer one may take its place before it is sent. */
  edit(delivery: Edited, body: MessageBody): void;
  /**
   * Shows the last state. Where the message is gone, its token too old or the channel closed to us, an ordinary message
   * takes its place, and where that fails too, a direct one to who asked.
   * @returns where it stands now
   */
  finish(delivery: Edited, body: MessageBody): Promise<Standing>;
  /** Lets states be shown in passing again after the last one. */
  reopen(jobId: string): void;
  /** Resolves when no edit is under way. */
  settled(): Promise<void>;
}

export interface Standing {
  channelId: string;
  messageId: string;
}

interface Line {
  next: MessageBody | undefined;
  sending: Promise<void> | undefined;
  last: number;
  edits: number;
  /** Words that stand there, and whether the last edit brought a picture. */
  shown: string | undefined;
  pictured: boolean;
}

const TOKEN_MS = 14 * 60_000;
/** So many jobs whose last state stands are remembered: what was prepared for them before may still come late. */
const KEPT_ENDS = 1000;
/** The first edits come faster: a small model is done before the second would be due. */
const QUICK_EDITS = 4;
const QUICK_SHARE = 0.3;

const newLine = (): Line => ({
  next: undefined,
  sending: undefined,
  last: 0,
  edits: 0,
  shown: undefined,
  pictured: false,
});

type Ready = Awaited<ReturnType<typeof toDiscord>>;

async function put(client: Client<true>, { order, messageId }: Edited, ready: Ready): Promise<Standing> {
  const { token, channelId } = order;
  if (token && Date.now() - token.bornAtMs < TOKEN_MS) {
    const webhook = new WebhookClient(
      { id: token.applicationId, token: token.value },
      { rest: client.rest.options },
    );
    await webhook.editMessage(messageId!, ready);
  } else await (await sendable(client, channelId)).messages.edit(messageId!, ready);
  return { channelId, messageId: messageId! };
}

/** The ways to reach somebody, the best first. The nonce keeps a message that is tried twice from standing there twice. */
function waysToFinish(client: Client<true>, delivery: Edited, ready: Ready) {
  const { order, jobId } = delivery;
  const fresh = { ...ready, nonce: nonceOf(`${jobId}-end`), enforceNonce: true };
  return [
    () => put(client, delivery, ready),
    async () => {
      const { id, channelId } = await (await sendable(client, order.channelId)).send(fresh);
      return { channelId, messageId: id };
    },
    async () => {
      const { id, channelId } = await client.users.send(order.askerId, fresh);
      return { channelId, messageId: id };
    },
  ];
}

export function createMessageEditor(
  client: Client<true>,
  sign: Sign,
  leastMs: number,
  onFailure: (error: unknown, jobId: string) => void,
): MessageEditor {
  const lines = new Map<string, Line>();
  const ended = new Set<string>();
  const lineOf = (jobId: string): Line => {
    const known = lines.get(jobId) ?? newLine();
    lines.set(jobId, known);
    return known;
  };

  const ready = (body: MessageBody) => toDiscord(body, sign);

  const sendNext = async (delivery: Edited, line: Line, body: MessageBody): Promise<void> => {
    line.last = Date.now();
    line.edits += 1;
    // A picture costs more than a line of text: after an edit that brought one, the next goes without.
    const { files, ...text } = body;
    line.pictured = files !== undefined && !line.pictured;
    if (!line.pictured && text.content === line.shown) return;
    line.shown = text.content;
    try {
      await put(client, delivery, await ready(line.pictured ? body : text));
    } catch (error) {
      onFailure(error, delivery.jobId);
    }
  };

  const drain = async (delivery: Edited, line: Line): Promise<void> => {
    while (line.next && !ended.has(delivery.jobId)) {
      const pause = line.edits < QUICK_EDITS ? leastMs * QUICK_SHARE : leastMs;
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, line.last + pause - Date.now())));
      const body = line.next;
      line.next = undefined;
      if (!ended.has(delivery.jobId)) await sendNext(delivery, line, body);
    }
    line.sending = undefined;
  };

  return {
    edit(delivery, body) {
      if (ended.has(delivery.jobId)) return;
      const line = lineOf(delivery.jobId);
      line.next = body;
      line.sending ??= drain(delivery, line);
    },
    async finish(delivery, body) {
      ended.add(delivery.jobId);
      if (ended.size > KEPT_ENDS) ended.delete(ended.values().next().value!);
      await lines.get(delivery.jobId)?.sending;
      try {
        const ways = waysToFinish(client, delivery, await ready(body));
        return await firstThatWorks(ways, (error) => onFailure(error, delivery.jobId));
      } finally {
        lines.delete(delivery.jobId);
      }
    },
    reopen(jobId) {
      ended.delete(jobId);
    },
    async settled() {
      for (const { sending } of lines.values()) await sending;
    },
  };
}

const AVOIDABLE = ['gone', 'late', 'forbidden'];

async function firstThatWorks<T>(
  ways: (() => Promise<T>)[],
  onFailure: (error: unknown) => void,
): Promise<T> {
  const [way, ...others] = ways;
  try {
    return await way!();
  } catch (error) {
    if (others.length === 0 || !AVOIDABLE.includes(troubleOf(error))) throw error;
    onFailure(error);
    return firstThatWorks(others, onFailure);
  }
}
