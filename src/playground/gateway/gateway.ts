import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import type { GatewayEvent, Hub } from '../hub.ts';
import { renderWholeGuild } from '../rest/people-routes.ts';
import { gatewayUrl } from '../rest/rest-api.ts';
import { renderUser } from '../world/render-people.ts';
import { MESSAGE_CONTENT, PRIVILEGED } from './intents.ts';

const OP = {
  dispatch: 0,
  heartbeat: 1,
  identify: 2,
  presence: 3,
  resume: 6,
  reconnect: 7,
  invalidSession: 9,
  hello: 10,
  heartbeatAck: 11,
} as const;
const HEARTBEAT_MS = 41_250;
const REPLAY = 1000;
const MAX_SEND_BYTES = 4096;
/** What clients may send, and how often. */
const CLIENT_OPS = new Set([1, 2, 3, 4, 6, 8, 31, 43]);
const SENDS = { count: 120, perMs: 60_000 };
/** Every intent that there is; others close the connection. */
const ALL_INTENTS = 0b11_0011_0001_1111_1111_1111_1111;

const Packet = z.looseObject({ op: z.int(), d: z.unknown().optional() });
const Identify = z.looseObject({ token: z.string(), intents: z.int().nonnegative() });
const Resume = z.looseObject({ token: z.string(), session_id: z.string(), seq: z.int().nullable() });

interface Session {
  id: string;
  intents: number;
  seq: number;
  sent: { seq: number; text: string }[];
  socket: WebSocket | undefined;
}

export interface Gateway {
  /** Closes the bot's connection; it may resume. */
  drop(): void;
  /** Asks the bot to reconnect (op 7). */
  reconnect(): void;
  /** Ends the bot's session (op 9). */
  invalidate(): void;
  close(): void;
}

/** Discord's gateway, version 10, JSON, for one bot. */
export function startGateway(server: Server, hub: Hub): Gateway {
  return new LocalGateway(server, hub);
}

const send = (socket: WebSocket, op: number, d: unknown = null) =>
  socket.send(JSON.stringify({ op, d, s: null, t: null }));

class LocalGateway implements Gateway {
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: 1024 * 1024 });
  readonly #sessions = new Map<string, Session>();
  readonly #hub: Hub;
  readonly #unsubscribe: () => void;

  constructor(server: Server, hub: Hub) {
    this.#hub = hub;
    this.#unsubscribe = hub.gateway.on((event) => this.#spread(event));
    server.on('upgrade', (request, socket, head) => {
      if (request.url?.startsWith('/gateway')) {
        this.#sockets.handleUpgrade(request, socket, head, (connection) => this.#greet(connection));
      } else socket.destroy();
    });
  }

  drop(): void {
    this.#each((socket) => socket.close(4000, 'Dropped.'));
  }
  reconnect(): void {
    this.#each((socket) => send(socket, OP.reconnect));
  }
  invalidate(): void {
    this.#each((socket) => send(socket, OP.invalidSession, false));
    this.#sessions.clear();
    this.#setOnline();
  }
  close(): void {
    this.#unsubscribe();
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#sockets.close();
  }

  #each(act: (socket: WebSocket) => void): void {
    for (const { socket } of this.#sessions.values()) if (socket) act(socket);
  }

  /** Sends an event to every session that asked for its kind. */
  #spread(event: GatewayEvent): void {
    for (const session of this.#sessions.values()) {
      if (event.intent !== 0 && (session.intents & event.intent) === 0) continue;
      this.#dispatch(session, event.t, event.data((session.intents & MESSAGE_CONTENT) === 0));
    }
  }

  #dispatch(session: Session, t: string, d: object): void {
    session.seq += 1;
    const text = JSON.stringify({ op: OP.dispatch, t, s: session.seq, d });
    session.sent.push({ seq: session.seq, text });
    if (session.sent.length > REPLAY) session.sent.shift();
    session.socket?.send(text);
    this.#hub.traffic.emit({ at: Date.now(), direction: 'event', what: t, body: withoutTokens(d) });
  }

  #setOnline(): void {
    const online = [...this.#sessions.values()].some((session) => session.socket !== undefined);
    if (online === this.#hub.botOnline) return;
    this.#hub.botOnline = online;
    this.#hub.changes.emit({ type: 'bot' });
  }

  #greet(socket: WebSocket): void {
    let session: Session | undefined;
    let sent: number[] = [];
    send(socket, OP.hello, { heartbeat_interval: HEARTBEAT_MS });
    socket.on('message', (raw: Buffer) => {
      const packet = raw.length > MAX_SEND_BYTES ? undefined : parsePacket(raw);
      if (!packet) return close(socket, 4002, 'Error while decoding payload.');
      this.#hub.traffic.emit({ at: Date.now(), direction: 'sent', what: `op ${packet.op}` });
      const now = this.#hub.clock.now();
      sent = [...sent.filter((at) => now - at < SENDS.perMs), now];
      if (this.#hub.rateLimits && sent.length > SENDS.count) return close(socket, 4008, 'Rate limited.');
      if (packet.op === OP.heartbeat) send(socket, OP.heartbeatAck);
      else if (packet.op === OP.identify && session) return close(socket, 4005, 'Already authenticated.');
      else if (packet.op === OP.identify) session = this.#identify(socket, packet.d);
      else if (packet.op === OP.resume) session = this.#resume(socket, packet.d);
      else if (!session) return close(socket, 4003, 'Not authenticated.');
      else if (!CLIENT_OPS.has(packet.op)) return close(socket, 4001, 'Unknown opcode.');
      return undefined;
    });
    socket.on('close', () => {
      if (session?.socket === socket) session.socket = undefined;
      this.#setOnline();
    });
    socket.on('error', () => socket.terminate());
  }

  #identify(socket: WebSocket, data: unknown): Session | undefined {
    const parsed = Identify.safeParse(data);
    if (!parsed.success) return close(socket, 4002, 'Error while decoding payload.');
    const { token, intents } = parsed.data;
    if (token !== this.#hub.token) return close(socket, 4004, 'Authentication failed.');
    if (intents > ALL_INTENTS || (intents & ~ALL_INTENTS) !== 0)
      return close(socket, 4013, 'Invalid intent(s).');
    if (intents & PRIVILEGED & ~this.#hub.privilegedIntents)
      return close(socket, 4014, 'Disallowed intent(s).');
    // One bot, one session: an older one is over.
    this.#each((old) => old.close(4005, 'Session replaced.'));
    this.#sessions.clear();
    const session: Session = { id: randomBytes(16).toString('hex'), intents, seq: 0, sent: [], socket };
    this.#sessions.set(session.id, session);
    welcome(this.#hub, (t, d) => this.#dispatch(session, t, d), session.id);
    this.#setOnline();
    return session;
  }

  #resume(socket: WebSocket, data: unknown): Session | undefined {
    const parsed = Resume.safeParse(data);
    if (!parsed.success) return close(socket, 4002, 'Error while decoding payload.');
    const { token, session_id: id, seq } = parsed.data;
    if (token !== this.#hub.token) return close(socket, 4004, 'Authentication failed.');
    const session = this.#sessions.get(id);
    const last = seq ?? 0;
    if (session && last > session.seq) return close(socket, 4007, 'Invalid seq.');
    // What is no longer kept cannot be replayed.
    if (!session || (session.sent[0]?.seq ?? 0) > last + 1) {
      send(socket, OP.invalidSession, false);
      return undefined;
    }
    session.socket = socket;
    for (const missed of session.sent) if (missed.seq > last) socket.send(missed.text);
    this.#dispatch(session, 'RESUMED', {});
    this.#setOnline();
    return session;
  }
}

function close(socket: WebSocket, code: number, reason: string): undefined {
  socket.close(code, reason);
  return undefined;
}

function parsePacket(raw: Buffer): z.infer<typeof Packet> | undefined {
  try {
    return Packet.safeParse(JSON.parse(raw.toString('utf8'))).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const withoutTokens = (data: object) => ('token' in data ? { ...data, token: '…' } : data);

function welcome(hub: Hub, dispatch: (t: string, d: object) => void, sessionId: string): void {
  const { world } = hub;
  const guilds = [...world.guilds.values()];
  dispatch('READY', {
    v: 10,
    user: {
      ...renderUser(world.users.get(world.botId)!),
      mfa_enabled: false,
      verified: true,
      email: null,
      flags: 0,
    },
    guilds: guilds.map(({ id }) => ({ id, unavailable: true })),
    session_id: sessionId,
    session_type: 'normal',
    resume_gateway_url: gatewayUrl(hub),
    shard: [0, 1],
    application: { id: world.botId, flags: 1 << 19 },
    private_channels: [],
    relationships: [],
    user_settings: {},
    presences: [],
    guild_join_requests: [],
    geo_ordered_rtc_regions: [],
    _trace: [],
  });
  for (const guild of guilds) dispatch('GUILD_CREATE', renderWholeGuild(hub, guild));
}
