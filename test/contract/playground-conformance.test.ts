import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Traffic } from '../../src/playground/hub.ts';
import { createConformance } from '../support/discord-schema.ts';
import { rest, startPlayground } from '../support/playground-bot.ts';

/** The check must see what is wrong, or its silence means nothing. */
describe('the check against Discord’s schemas', () => {
  const line = (what: string, status: number, body: unknown, asked?: unknown): Traffic[] => [
    { at: 0, id: 'a', direction: 'request', what, ...(asked === undefined ? {} : { body: asked }) },
    { at: 0, id: 'a', direction: 'answer', what, status, body },
  ];
  const user = {
    id: '1',
    username: 'x',
    avatar: null,
    discriminator: '0',
    public_flags: 0,
    flags: 0,
    global_name: null,
    primary_guild: null,
  };
  const { avatar: _avatar, ...incomplete } = user;
  const find = (lines: readonly Traffic[]) => {
    const conformance = createConformance();
    for (const one of lines) conformance.onTraffic(one);
    return conformance.problems().join('\n');
  };

  it('is silent about what fits', () => expect(find(line('GET /users/1', 200, user))).toBe(''));
  it.each<[string, Traffic[], string]>([
    ['a missing field', line('GET /users/1', 200, incomplete), 'avatar'],
    ['a field of the wrong type', line('GET /users/1', 200, { ...user, flags: 'x' }), 'flags'],
    ['a field too many', line('GET /users/1', 200, { ...user, hue: 1 }), 'hue is not in'],
    [
      'one deep inside',
      line('GET /channels/1', 200, { id: '1', type: 1, flags: 0, recipients: [incomplete] }),
      'recipients.0.avatar',
    ],
    ['a status that Discord does not answer', line('GET /users/1', 201, user), 'does not answer 201'],
    ['a path that Discord has not', line('GET /people/1', 200, user), 'no such path'],
    ['an error without a code', line('GET /users/1', 404, { message: 'x' }), 'code'],
    [
      'a bad request that was accepted',
      line('POST /channels/1/typing', 204, undefined, {}).concat(
        line(
          'POST /users/@me/channels',
          200,
          { id: '1', type: 1, flags: 0, recipients: [] },
          { recipient: '1' },
        ),
      ),
      'recipient is not in',
    ],
    ['an unknown event', [{ at: 0, direction: 'event', what: 'MADE_UP', body: {} }], 'no check'],
    [
      'an event without its frame',
      [{ at: 0, direction: 'event', what: 'MESSAGE_DELETE', body: { id: '1' } }],
      'channel_id',
    ],
    [
      'an event with an incomplete object',
      [{ at: 0, direction: 'event', what: 'MESSAGE_CREATE', body: { channel_type: 0, author: user } }],
      'content',
    ],
  ])('sees %s', (_name, lines, problem) => expect(find(lines)).toContain(problem));
  it('does not mind a bad request that was refused', () =>
    expect(find(line('POST /users/@me/channels', 400, { message: 'x', code: 50035 }, {}))).toBe(''));
});

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
/** Messages that are right but for one place or two. */
const message = fc
  .tuple(fc.constantFrom(...RIGHT), fc.array(fc.tuple(fc.nat(), strange), { minLength: 0, maxLength: 2 }))
  .map(([right, changes]) =>
    changes.reduce<unknown>((value, [n, by]) => {
      const all = places(value).slice(1);
      return replace(value, all[n % Math.max(1, all.length)] ?? [], by);
    }, right),
  );

describe('anything at all', () => {
  let playground: Awaited<ReturnType<typeof startPlayground>>;
  let channel = '';
  beforeAll(async () => {
    playground = await startPlayground({ rateLimits: false });
    const { body } = await rest(playground).get('/users/@me/guilds');
    channel = (await rest(playground).get(`/guilds/${body[0].id}/channels`)).body[0].id;
  });
  // What was accepted is held against the schemas here.
  afterAll(() => playground.close());

  it('posted as a message is either taken as Discord would, or refused with 400', async () => {
    const statuses = new Set<number>();
    await fc.assert(
      fc.asyncProperty(message, async (body) => {
        const answer = await rest(playground).post(`/channels/${channel}/messages`, body);
        statuses.add(answer.status);
        expect([200, 400]).toContain(answer.status);
        if (answer.status === 400) expect(answer.body.code).toBeGreaterThan(0);
      }),
      { numRuns: 3000, seed: 7 },
    );
    expect([...statuses].sort((a, b) => a - b)).toEqual([200, 400]);
  });
});
