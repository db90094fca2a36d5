import { Client, type ClientOptions, GatewayIntentBits, Options, Partials } from 'discord.js';
import {
  type Playground,
  type PlaygroundOptions,
  startPlayground as start,
} from '../../src/playground/index.ts';
import { type Conformance, createConformance } from './discord-schema.ts';

/**
 * A playground whose whole traffic is checked against Discord's own schemas; closing it throws when something did not
 * fit.
 */
export async function startPlayground(
  options: PlaygroundOptions = {},
): Promise<Playground & { conformance: Conformance }> {
  const conformance = createConformance();
  const playground = await start({
    ...options,
    onTraffic: (line) => {
      conformance.onTraffic(line);
      options.onTraffic?.(line);
    },
  });
  return {
    ...playground,
    conformance,
    async close() {
      await playground.close();
      const problems = conformance.problems();
      if (problems.length > 0)
        throw new Error(`Not as Discord's schemas say:\n  ${problems.slice(0, 100).join('\n  ')}`);
    },
  };
}

/** An unchanged discord.js client, told nothing but where the API is. */
export async function connect(
  playground: Playground,
  options: Partial<ClientOptions> = {},
): Promise<Client<true>> {
  const client = new Client({
    intents: [
      GatewayIntentBits.Guilds,
      GatewayIntentBits.GuildMessages,
      GatewayIntentBits.GuildMessageReactions,
      GatewayIntentBits.DirectMessages,
      GatewayIntentBits.DirectMessageReactions,
    ],
    partials: [Partials.Message, Partials.Reaction, Partials.Channel, Partials.User],
    makeCache: Options.cacheWithLimits({ ...Options.DefaultMakeCacheSettings, MessageManager: 50 }),
    ...options,
    rest: { api: playground.apiUrl, globalRequestsPerSecond: Infinity, ...options.rest },
  });
  const ready = new Promise<void>((resolve) => client.once('clientReady', () => resolve()));
  await client.login(playground.token);
  await ready;
  return client as Client<true>;
}

/** An answer of the REST API. */
export interface Answer {
  status: number;
  // Tests look into answers of all kinds.
  // oxlint-disable-next-line typescript/no-explicit-any
  body: any;
  headers: Headers;
}

/** Calls the REST API as the bot, without a library between. */
export function rest(playground: Pick<Playground, 'apiUrl' | 'token'>) {
  const send = async (
    method: string,
    path: string,
    body?: string | FormData,
    headers: Record<string, string> = {},
  ): Promise<Answer> => {
    const response = await fetch(`${playground.apiUrl}/v10${path}`, {
      method,
      headers: { authorization: `Bot ${playground.token}`, ...headers },
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    return {
      status: response.status,
      body: isJson && text !== '' ? JSON.parse(text) : text,
      headers: response.headers,
    };
  };
  const json = (method: string) => (path: string, body?: unknown) =>
    body === undefined
      ? send(method, path)
      : send(method, path, JSON.stringify(body), { 'content-type': 'application/json' });
  return {
    send,
    get: (path: string) => send('GET', path),
    post: json('POST'),
    put: json('PUT'),
    patch: json('PATCH'),
    delete: json('DELETE'),
    /** A body with files, as clients send one. */
    upload(method: string, path: string, payload: unknown, files: Readonly<Record<string, Blob>>) {
      const form = new FormData();
      form.append('payload_json', JSON.stringify(payload));
      Object.entries(files).forEach(([name, blob], i) => form.append(`files[${i}]`, blob, name));
      return send(method, path, form);
    },
  };
}

/** The first wrong field: its path and code. */
export function firstError(errors: object, path: string[] = []): [string, string] {
  for (const [key, inner] of Object.entries(errors)) {
    if (key === '_errors') return [path.join('.'), (inner as { code: string }[])[0]!.code];
    return firstError(inner as object, [...path, key]);
  }
  return [path.join('.'), ''];
}

/** Acts as a member over HTTP, as a script would. @param locale what their client speaks, as a browser says it */
export function actor(playground: Pick<Playground, 'url'>, name: string, locale?: string) {
  const call = async (
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: unknown }> => {
    const response = await fetch(`${playground.url}${path}`, {
      method,
      headers: {
        ...(locale === undefined ? {} : { 'accept-language': locale }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  };
  const post = async <T>(verb: string, body: unknown): Promise<T> => {
    const answer = await call('POST', `/actors/${name}/${verb}`, body);
    if (answer.status >= 300)
      throw Object.assign(new Error(JSON.stringify(answer.body)), {
        status: answer.status,
        body: answer.body,
      });
    return answer.body as T;
  };
  const interactionOf = async (id: string) =>
    (await call('GET', `/actors/${name}/interactions/${id}`)).body as InteractionView;
  const until = async (
    { interactionId }: Started,
    fits: (seen: InteractionView) => boolean,
  ): Promise<InteractionView> => {
    for (let i = 0; i < 800; i++) {
      const seen = await interactionOf(interactionId);
      if (fits(seen)) return seen;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error('the interaction stayed as it was');
  };
  return {
    call,
    command: (channel: string, command: string, options: object = {}) =>
      post<Started>('command', { channel, command, options }),
    autocomplete: (channel: string, command: string, option: string, value: string) =>
      post<{ choices: { name: string; value: string }[] }>('autocomplete', {
        channel,
        command,
        option,
        value,
        options: {},
      }),
    context: (messageId: string, command: string) => post<Started>('context', { messageId, command }),
    click: (messageId: string, button: { label?: string; emoji?: string; customId?: string }) =>
      post<Started>('click', { messageId, ...button }),
    select: (messageId: string, customId: string, values: string[]) =>
      post<Started>('select', { messageId, customId, values }),
    modal: (interactionId: string, fields: object) => post<Started>('modal', { interactionId, fields }),
    say: (channel: string, content: string, more: object = {}) =>
      post<{ messageId: string }>('message', { channel, content, ...more }),
    react: (messageId: string, emoji: string, remove = false) =>
      post<void>('react', { messageId, emoji, remove }),
    interaction: interactionOf,
    messages: async (channel: string) =>
      (await call('GET', `/actors/${name}/messages?channel=${channel}`)).body as MessageSeen[],
    /** Waits until the interaction is answered. */
    answered: (started: Started) => until(started, ({ state }) => state !== 'pending'),
    until,
    /** Waits for a message in a channel that fits. */
    async see(
      channel: string,
      fits: (message: MessageSeen) => boolean,
      timeoutMs = 20_000,
    ): Promise<MessageSeen> {
      const end = Date.now() + timeoutMs;
      let seen: MessageSeen[] = [];
      while (Date.now() < end) {
        seen = (await call('GET', `/actors/${name}/messages?channel=${channel}`)).body as MessageSeen[];
        const found = seen.findLast(fits);
        if (found) return found;
        await new Promise((resolve) => setTimeout(resolve, 30));
      }
      throw new Error(
        `no such message in ${channel}; the last ones: ${JSON.stringify(seen.slice(-3).map(({ content, components }) => ({ content, components })))}`,
      );
    },
  };
}

export interface Started {
  interactionId: string;
}
export interface InteractionView {
  id: string;
  state: string;
  messageIds: string[];
  modal?: { custom_id: string; title: string };
}
export interface MessageSeen {
  id: string;
  author: { id: string; name: string; bot: boolean };
  content: string;
  attachments: {
    url: string;
    filename: string;
    size: number;
    width?: number;
    height?: number;
    description?: string;
  }[];
  components: unknown[];
  embeds: unknown[];
  reactions: { emoji: { name: string }; count: number }[];
  reference?: string;
  flags: number;
  ephemeral: boolean;
  loading: boolean;
  editedTimestamp: string | null;
}
