import { WebSocket } from 'ws';
import type { Playground } from '../../src/playground/index.ts';

/** A packet of the gateway. */
export interface Packet {
  op: number;
  // Tests look into events of all kinds.
  // oxlint-disable-next-line typescript/no-explicit-any
  d: any;
  s: number | null;
  t: string | null;
}

const INTENTS = (1 << 0) | (1 << 9) | (1 << 10) | (1 << 12) | (1 << 13);

/** A bare connection to the gateway, without a library between. */
export class Socket {
  readonly packets: Packet[] = [];
  closed: { code: number; reason: string } | undefined;
  readonly #socket: WebSocket;

  constructor(playground: Pick<Playground, 'url'>) {
    this.#socket = new WebSocket(`${playground.url.replace('http', 'ws')}/gateway?v=10&encoding=json`);
    this.#socket.on('message', (raw: Buffer) => this.packets.push(JSON.parse(raw.toString()) as Packet));
    this.#socket.on('close', (code, reason) => (this.closed = { code, reason: reason.toString() }));
    this.#socket.on('error', () => undefined);
  }

  send(op: number, d: unknown): void {
    this.#socket.send(JSON.stringify({ op, d }));
  }
  sendText(text: string): void {
    this.#socket.send(text);
  }
  close(code = 4000): void {
    this.#socket.close(code);
  }

  /** Waits for a packet that fits. */
  async next(fits: (packet: Packet) => boolean): Promise<Packet> {
    return this.#wait(() => this.packets.find(fits), 'no such packet');
  }
  event(t: string, fits: (d: Packet['d']) => boolean = () => true): Promise<Packet> {
    return this.next((packet) => packet.t === t && fits(packet.d));
  }
  /** Waits for the end. @returns the close code */
  async end(): Promise<number> {
    return (await this.#wait(() => this.closed, 'still open')).code;
  }

  async #wait<T>(look: () => T | undefined, what: string): Promise<T> {
    for (let i = 0; i < 500; i++) {
      const found = look();
      if (found !== undefined) return found;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error(`${what}; got ${JSON.stringify(this.packets.map(({ op, t }) => [op, t]))}`);
  }
}

/** Logs in over a bare connection. */
export async function identify(
  playground: Pick<Playground, 'url' | 'token'>,
  more: { intents?: number; token?: string } = {},
): Promise<Socket> {
  const socket = new Socket(playground);
  await socket.next(({ op }) => op === 10);
  socket.send(2, {
    token: playground.token,
    intents: INTENTS,
    properties: { os: 'linux', browser: 'test', device: 'test' },
    ...more,
  });
  return socket;
}
