import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Playground, startPlayground } from '../../src/playground/index.ts';
import { createConformance } from '../support/discord-schema.ts';
import { actor, rest } from '../support/playground-bot.ts';
import { identify } from '../support/playground-socket.ts';

type Api = ReturnType<typeof rest>;
const media = { url: 'https://example.org/a.png' };
const button = { type: 2, style: 1, label: 'a', custom_id: 'a', emoji: { name: '🎲' }, disabled: false };
const option = { label: 'a', value: 'a', description: 'a', default: true };
const choice = { type: 3, custom_id: 's', options: [option], placeholder: 'x', min_values: 1, max_values: 1 };
const text = { type: 10, content: 'x', id: 7 };
const RIGHT: readonly object[] = [
  {
    content: 'x',
    tts: false,
    nonce: 'n',
    flags: 4,
    allowed_mentions: { parse: ['users'], replied_user: true },
  },
  {
    embeds: [
      {
        title: 't',
        description: 'd',
        url: 'https://example.org',
        color: 5,
        timestamp: '2026-01-01T00:00:00.000Z',
        image: media,
        thumbnail: media,
        footer: { text: 'f', icon_url: media.url },
        author: { name: 'a', url: media.url, icon_url: media.url },
        fields: [{ name: 'n', value: 'v', inline: true }],
      },
    ],
  },
  {
    content: 'x',
    components: [
      { type: 1, components: [button] },
      { type: 1, components: [choice], id: 3 },
    ],
  },
  {
    content: 'x',
    components: [
      { type: 1, components: [{ type: 2, style: 5, label: 'a', url: media.url }] },
      { type: 1, components: [{ type: 8, custom_id: 'c', channel_types: [0] }] },
    ],
  },
  {
    flags: 1 << 15,
    components: [
      text,
      { type: 9, components: [text], accessory: { type: 11, media, description: 'd', spoiler: false } },
      { type: 9, components: [text], accessory: button },
      { type: 12, items: [{ media, description: 'd', spoiler: true }] },
      { type: 14, divider: true, spacing: 2 },
      { type: 17, accent_color: 5, spoiler: false, components: [text, { type: 14 }] },
    ],
  },
];

/** Every place in a value. */
function places(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => places(inner, [...path, key]))];
}

/** The same with another value at a place, or without it. */
function replace(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined) return by;
  if (typeof value !== 'object' || value === null) return value;
  const copy = (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>;
  if (by === GONE && rest.length === 0) delete copy[key];
  else copy[key] = replace(copy[key], rest, by);
  return copy;
}

const GONE = Symbol('gone');
const strange = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    '',
    ' ',
    'x',
    'attachment://a.png',
    'javascript:0',
    '1',
    '2026',
    true,
    [],
    {},
    GONE,
  ),
  fc.constantFrom<unknown>(0, 1, 2, -1, 1.5, 2 ** 31, 2 ** 53, 1 << 24, [null], [[]], [{}]),
  fc.constantFrom(101, 300, 5000).map((length) => 'x'.repeat(length)),
  fc.integer({ min: 0, max: 25 }),
);
/** What is right but for one place or two. */
const nearly = (right: readonly unknown[]) =>
  fc
    .tuple(fc.constantFrom(...right), fc.array(fc.tuple(fc.nat(), strange), { minLength: 0, maxLength: 2 }))
    .map(([value, changes]) =>
      changes.reduce<unknown>((changed, [n, by]) => {
        const all = places(changed).slice(1);
        return replace(changed, all[n % Math.max(1, all.length)] ?? [], by);
      }, value),
    );

const named = (type: number, more: object = {}) => ({ type, name: `o${type}`, description: 'd', ...more });
const COMMANDS: readonly unknown[] = [
  [
    {
      name: 'paint',
      description: 'd',
      name_localizations: { de: 'male' },
      description_localizations: { de: 'd' },
      contexts: [0, 1],
      integration_types: [0],
      options: [
        named(11, { required: true, file_types: ['image'] }),
        named(3, { choices: [{ name: 'a', value: 'a', name_localizations: { de: 'b' } }] }),
        named(10, { min_value: 0, max_value: 1 }),
        named(4, { choices: [{ name: 'a', value: 5 }] }),
        named(5),
        named(7, { channel_types: [0] }),
      ],
    },
    { type: 3, name: 'Look' },
  ],
  [
    {
      name: 'set',
      description: 'd',
      options: [named(1, { options: [named(3, { autocomplete: true, min_length: 1, max_length: 5 })] })],
    },
  ],
];

const label = (component: object) => ({ type: 18, label: 'l', description: 'd', component });
const FORMS: readonly unknown[] = [
  {
    type: 9,
    data: {
      custom_id: 'f',
      title: 't',
      components: [
        label({
          type: 4,
          custom_id: 'a',
          style: 1,
          value: 'v',
          min_length: 0,
          max_length: 9,
          required: true,
        }),
        label({ type: 3, custom_id: 'b', options: [option], min_values: 1, max_values: 1 }),
        label({ type: 19, custom_id: 'c', min_values: 0, max_values: 2, required: false }),
        text,
      ],
    },
  },
  {
    type: 9,
    data: {
      custom_id: 'f',
      title: 't',
      components: [{ type: 1, components: [{ type: 4, custom_id: 'a', style: 2, label: 'l' }] }],
    },
  },
  {
    type: 9,
    data: {
      custom_id: 'f',
      title: 't',
      components: [
        label({ type: 21, custom_id: 'a', options: [option, { ...option, value: 'b', default: false }] }),
      ],
    },
  },
  { type: 4, data: { content: 'x', components: [{ type: 1, components: [button] }], flags: 64 } },
  { type: 5, data: { flags: 64 } },
];

describe('anything at all', () => {
  const conformance = createConformance();
  let playground: Playground;
  let channel = '';
  let app = '';
  beforeAll(async () => {
    playground = await startPlayground({
      rateLimits: false,
      onTraffic: (line) => conformance.onTraffic(line),
    });
    const { body } = await rest(playground).get('/users/@me/guilds');
    app = (await rest(playground).get('/users/@me')).body.id;
    channel = (await rest(playground).get(`/guilds/${body[0].id}/channels`)).body[0].id;
  });
  afterAll(async () => {
    await playground.close();
    // Discord overlooks fields that it does not know, and so may we.
    const overlooked = /accepted: \S+ is not in Discord's schema$/;
    expect(conformance.problems().filter((problem) => !overlooked.test(problem))).toEqual([]);
  });

  /** Sends them all; each is taken or refused, and some of both. */
  async function sendAll(
    right: readonly unknown[],
    send: (body: unknown) => ReturnType<Api['post']>,
    runs: number,
  ) {
    const statuses = new Set<number>();
    const property = fc.asyncProperty(nearly(right), async (body) => {
      const answer = await send(body);
      statuses.add(answer.status);
      expect([200, 204, 400]).toContain(answer.status);
      if (answer.status === 400) expect(answer.body.code).toBeGreaterThan(0);
    });
    await fc.assert(property, { numRuns: runs, seed: 7 });
    expect(statuses.size).toBeGreaterThan(1);
  }

  it('posted as a message is either taken as Discord would, or refused with 400', () =>
    sendAll(RIGHT, (body) => rest(playground).post(`/channels/${channel}/messages`, body), 3000));

  it('put as commands', () =>
    sendAll(COMMANDS, (body) => rest(playground).put(`/applications/${app}/commands`, body), 1500));

  it('answered to an interaction', async () => {
    await rest(playground).put(`/applications/${app}/commands`, [{ name: 'go', description: 'd' }]);
    const socket = await identify(playground);
    await socket.event('READY');
    const alice = actor(playground, 'alice');
    const answer = async (body: unknown) => {
      const { interactionId } = await alice.command('general', 'go');
      const { d } = await socket.event('INTERACTION_CREATE', ({ id }) => id === interactionId);
      socket.packets.length = 0;
      return rest(playground).post(`/interactions/${d.id}/${d.token}/callback`, body);
    };
    await sendAll(FORMS, answer, 600);
    socket.close();
  });
});
