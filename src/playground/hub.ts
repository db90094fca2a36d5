import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Traffic } from './answers.ts';
import type { Clock } from './clock.ts';
import type { Attachment, Channel, Interaction, Message, World } from './world/world.ts';

/** An event for the bot's gateway session. */
export interface GatewayEvent {
  t: string;
  /** Intent bit without which it is not sent; 0 is always sent. */
  intent: number;
  /** The payload; words are held back from sessions without the privileged intent. */
  data(withhold: boolean): object;
}

/** What changed, for people: the page and the actors' streams. */
export type Change =
  | { type: 'message' | 'messageUpdate'; message: Message }
  | { type: 'messageDelete'; messageId: string; channelId: string; onlyFor?: string }
  | { type: 'typing'; channelId: string; userId: string }
  | { type: 'interaction'; interaction: Interaction }
  | { type: 'channel'; channel: Channel }
  | { type: 'bot' };

type Listener<T> = (value: T) => void;

/** A list of listeners. */
export class Signal<T> {
  readonly #listeners = new Set<Listener<T>>();
  on(listener: Listener<T>): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  emit(value: T): void {
    for (const listener of this.#listeners) listener(value);
  }
}

export interface FaultCounts {
  'rest-429': number;
  'rest-500': number;
  'token-expiry': number;
  delay: number;
}

/** What the playground's parts share. */
export interface Hub {
  readonly world: World;
  readonly clock: Clock;
  readonly token: string;
  /** Base address, such as `http://127.0.0.1:8787`. */
  base: string;
  id(): string;
  readonly gateway: Signal<GatewayEvent>;
  readonly changes: Signal<Change>;
  readonly traffic: Signal<Traffic>;
  readonly faults: { counts: FaultCounts; route?: string };
  readonly rateLimits: boolean;
  /** Privileged intents that are switched on for the application, whatever its session asks for. */
  readonly privilegedIntents: number;
  /** Whether the bot has a gateway session. */
  botOnline: boolean;
  attachmentUrl(attachment: Attachment): string;
}

/** How long an attachment's address is good for. */
export const DAY_MS = 24 * 60 * 60_000;

/** Signs and checks addresses of attachments, which expire after a day as Discord's do. */
export function createUrlSigner(clock: Clock, base: () => string) {
  const secret = randomBytes(32);
  const sign = (path: string, expiry: string, issued: string) =>
    createHmac('sha256', secret).update(`${path}?${expiry}&${issued}`).digest('hex');
  return {
    url(attachment: Attachment): string {
      const folder = attachment.ephemeral ? 'ephemeral-attachments' : 'attachments';
      const path = `/${folder}/${attachment.channelId}/${attachment.id}/${encodeURIComponent(attachment.filename)}`;
      const issued = Math.floor(clock.now() / 1000).toString(16);
      const expiry = Math.floor((clock.now() + DAY_MS) / 1000).toString(16);
      return `${base()}${path}?ex=${expiry}&is=${issued}&hm=${sign(path, expiry, issued)}`;
    },
    /** Whether an address is ours and has not run out. */
    isValid(
      path: string,
      query: { ex?: string | undefined; is?: string | undefined; hm?: string | undefined },
    ): boolean {
      const { ex = '', is = '', hm = '' } = query;
      const expected = Buffer.from(sign(path, ex, is));
      const given = Buffer.from(hm);
      const genuine = expected.length === given.length && timingSafeEqual(expected, given);
      return genuine && Number.parseInt(ex, 16) * 1000 > clock.now();
    },
  };
}

/** Finds a message in a channel. They stand in the order of their ids, so halving finds them. */
export function findMessage(world: World, channelId: string, messageId: string): Message | undefined {
  if (!/^\d{1,20}$/.test(messageId)) return undefined;
  const list = world.messages.get(channelId) ?? [];
  const wanted = BigInt(messageId);
  let [from, to] = [0, list.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (BigInt(list[middle]!.id) < wanted) from = middle + 1;
    else to = middle;
  }
  return list[from]?.id === messageId ? list[from] : undefined;
}
