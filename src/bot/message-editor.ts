import { type Client, WebhookClient } from 'discord.js';
import type { MessageBody } from '../commands/messages/message-body.ts';
import type { Delivery } from '../studio/deliveries.ts';
import { sendable } from './conversation.ts';
import { troubleOf } from './failures.ts';
import { toDiscord } from './to-discord.ts';

/**
 * Edits the messages of deliveries: only the newest state, and not too often. A last edit waits for the one under way
 * and is never left out.
 */
export interface MessageEditor {
  /** Shows a state in passing; a newer one may take its place before it is sent. */
  edit(delivery: Delivery, body: MessageBody): void;
  /**
   * Shows the last state. Where the message is gone, or its token too old, an ordinary message takes its place.
   * @returns the id of the message that now holds it
   */
  finish(delivery: Delivery, body: MessageBody): Promise<string>;
  /** Resolves when no edit is under way. */
  settled(): Promise<void>;
}

interface Line {
  next: MessageBody | undefined;
  sending: Promise<void> | undefined;
  last: number;
  ended: boolean;
  edits: number;
}

const TOKEN_MS = 14 * 60_000;

export function createMessageEditor(
  client: Client<true>,
  leastMs: number,
  onFailure: (error: unknown, jobId: string) => void,
): MessageEditor {
  const lines = new Map<string, Line>();
  const lineOf = (jobId: string): Line => {
    const known = lines.get(jobId) ?? {
      next: undefined,
      sending: undefined,
      last: 0,
      ended: false,
      edits: 0,
    };
    lines.set(jobId, known);
    return known;
  };

  const put = async ({ order, messageId }: Delivery, body: MessageBody): Promise<void> => {
    const { token } = order;
    if (token && Date.now() - token.bornAtMs < TOKEN_MS) {
      const webhook = new WebhookClient(
        { id: token.applicationId, token: token.value },
        { rest: client.rest.options },
      );
      await webhook.editMessage(messageId!, toDiscord(body));
    } else await (await sendable(client, order.channelId)).messages.edit(messageId!, toDiscord(body));
  };

  const drain = async (delivery: Delivery, line: Line): Promise<void> => {
    while (line.next && !line.ended) {
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, line.last + leastMs - Date.now())));
      const body = line.next;
      line.next = undefined;
      if (line.ended || !body) break;
      line.last = Date.now();
      line.edits += 1;
      // A picture costs more than a line of text: every second edit carries it.
      const { files, ...text } = body;
      await put(delivery, files && line.edits % 2 === 1 ? body : text).catch((error: unknown) =>
        onFailure(error, delivery.jobId),
      );
    }
    line.sending = undefined;
  };

  return {
    edit(delivery, body) {
      const line = lineOf(delivery.jobId);
      if (line.ended) return;
      line.next = body;
      line.sending ??= drain(delivery, line);
    },
    async finish(delivery, body) {
      const line = lineOf(delivery.jobId);
      line.ended = true;
      await line.sending;
      lines.delete(delivery.jobId);
      try {
        await put(delivery, body);
        return delivery.messageId!;
      } catch (error) {
        const trouble = troubleOf(error);
        if (trouble !== 'gone' && trouble !== 'late' && trouble !== 'forbidden') throw error;
        onFailure(error, delivery.jobId);
        const channel = await sendable(client, delivery.order.channelId);
        return (await channel.send(toDiscord(body))).id;
      }
    },
    async settled() {
      for (const { sending } of lines.values()) await sending;
    },
  };
}
