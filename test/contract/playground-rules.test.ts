import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actor, firstError, rest, startPlayground } from '../support/playground-bot.ts';

let playground: Awaited<ReturnType<typeof startPlayground>>;
let channels: Record<string, string> = {};
const api = () => rest(playground);

const namesOf = async (of: typeof playground) => {
  const { body } = await actor(of, 'alice').call('GET', '/actors');
  const list = (body as { channels: { id: string; name: string }[] }).channels;
  return Object.fromEntries(list.map(({ id, name }) => [name, id]));
};

beforeAll(async () => {
  playground = await startPlayground({ faults: true, rateLimits: false });
  channels = await namesOf(playground);
});
afterAll(() => playground.close());

const post = (body: unknown, channel = 'general') =>
  api().post(`/channels/${channels[channel]}/messages`, body);
const V2 = 1 << 15;
const row = (...components: object[]) => ({ type: 1, components });
const button = (more: object = {}) => ({ type: 2, style: 1, label: 'a', custom_id: 'a', ...more });
const option = (n: number) => ({ label: `${n}`, value: `${n}` });
const many = <T>(count: number, make: (i: number) => T) => Array.from({ length: count }, (_, i) => make(i));

describe('form errors stand where the mistake is', () => {
  it.each<[string, unknown, string, string]>([
    ['a long content', { content: 'x'.repeat(2001) }, 'content', 'BASE_TYPE_MAX_LENGTH'],
    ['a content of the wrong type', { content: {} }, 'content', 'STRING_TYPE_CONVERT'],
    ['eleven embeds', { embeds: many(11, () => ({ title: 'x' })) }, 'embeds', 'BASE_TYPE_MAX_LENGTH'],
    ['a long title', { embeds: [{}, { title: 'x'.repeat(257) }] }, 'embeds.1.title', 'BASE_TYPE_MAX_LENGTH'],
    [
      '26 fields',
      { embeds: [{ fields: many(26, () => ({ name: 'n', value: 'v' })) }] },
      'embeds.0.fields',
      'BASE_TYPE_MAX_LENGTH',
    ],
    [
      'a field without a value',
      { embeds: [{ fields: [{ name: 'n' }] }] },
      'embeds.0.fields.0.value',
      'BASE_TYPE_REQUIRED',
    ],
    [
      '6001 characters in embeds',
      { embeds: [{ description: 'x'.repeat(4000) }, { description: 'x'.repeat(2001) }] },
      'embeds',
      'MAX_EMBED_SIZE_EXCEEDED',
    ],
    ['a nonce of 26', { content: 'x', nonce: 'x'.repeat(26) }, 'nonce', 'BASE_TYPE_MAX_LENGTH'],
    [
      'six buttons in a row',
      { components: [row(...many(6, (i) => button({ custom_id: `${i}` })))] },
      'components.0.components',
      'BASE_TYPE_BAD_LENGTH',
    ],
    [
      'a long label',
      { components: [row(button({ label: 'x'.repeat(81) }))] },
      'components.0.components.0.label',
      'BASE_TYPE_MAX_LENGTH',
    ],
    [
      'a long custom id',
      { components: [row(button(), button({ custom_id: 'x'.repeat(101) }))] },
      'components.0.components.1.custom_id',
      'BASE_TYPE_MAX_LENGTH',
    ],
    [
      'an unknown style',
      { components: [row(button({ style: 9 }))] },
      'components.0.components.0.style',
      'BASE_TYPE_CHOICES',
    ],
    [
      'a link with a custom id',
      { components: [row(button({ style: 5, url: 'https://example.org' }))] },
      'components.0.components.0',
      'BUTTON_COMPONENT_INVALID_URL',
    ],
    [
      'a button without a custom id',
      { components: [row({ type: 2, style: 1, label: 'x' })] },
      'components.0.components.0.custom_id',
      'BUTTON_COMPONENT_CUSTOM_ID_REQUIRED',
    ],
    [
      'a bare button',
      { components: [row({ type: 2, style: 1, custom_id: 'x' })] },
      'components.0.components.0',
      'BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED',
    ],
    [
      '26 choices',
      { components: [row({ type: 3, custom_id: 's', options: many(26, option) })] },
      'components.0.components.0.options',
      'BASE_TYPE_MAX_LENGTH',
    ],
    [
      'two choices of one value',
      { components: [row({ type: 3, custom_id: 's', options: [option(1), option(1)] })] },
      'components.0.components.0.options.1.value',
      'SELECT_COMPONENT_OPTION_VALUE_DUPLICATED',
    ],
    [
      'a text input in a message',
      { components: [row({ type: 4, custom_id: 'x', style: 1, label: 'x' })] },
      'components.0.components.0.type',
      'UNION_TYPE_CHOICES',
    ],
    [
      'a text display without the flag',
      { components: [{ type: 10, content: 'x' }] },
      'components.0.type',
      'UNION_TYPE_CHOICES',
    ],
    [
      'embeds beside Components V2',
      { flags: V2, embeds: [{ title: 'x' }], components: [{ type: 10, content: 'x' }] },
      'content',
      'MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2',
    ],
    [
      '41 components',
      { flags: V2, components: many(41, () => ({ type: 14 })) },
      'components',
      'COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED',
    ],
    [
      'a container in a container',
      { flags: V2, components: [{ type: 17, components: [{ type: 17, components: [] }] }] },
      'components.0.components.0.type',
      'UNION_TYPE_CHOICES',
    ],
    [
      'eleven pictures',
      {
        flags: V2,
        components: [{ type: 12, items: many(11, () => ({ media: { url: 'https://example.org/a.png' } })) }],
      },
      'components.0.items',
      'BASE_TYPE_MAX_LENGTH',
    ],
    [
      'a file from elsewhere',
      { flags: V2, components: [{ type: 13, file: { url: 'https://example.org/a.png' } }] },
      'components.0.file.url',
      'FILE_COMPONENT_INVALID_URL',
    ],
    [
      '4001 characters of text',
      { flags: V2, components: many(2, () => ({ type: 10, content: 'x'.repeat(2001) })) },
      'components',
      'COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED',
    ],
  ])('%s', async (_name, body, path, code) => {
    const answer = await post(body);
    expect(answer).toMatchObject({ status: 400, body: { code: 50035, message: 'Invalid Form Body' } });
    expect(firstError(answer.body.errors)).toEqual([path, code]);
  });

  it('counts characters, not halves of them', async () => {
    expect((await post({ content: '🎨'.repeat(2000) })).status).toBe(200);
    expect((await post({ content: '🎨'.repeat(2001) })).status).toBe(400);
  });
});

describe('edits', () => {
  it('keep what they do not name, drop files that they do not list, never lose the V2 flag', async () => {
    const path = `/channels/${channels.general}/messages`;
    const files = { 'a.txt': new Blob(['a']), 'b.txt': new Blob(['b']) };
    const { body: sent } = await api().upload(
      'POST',
      path,
      { content: 'x', embeds: [{ title: 't' }] },
      files,
    );
    const edit = (body: object) => api().patch(`${path}/${sent.id}`, body);
    expect((await edit({ content: 'y' })).body).toMatchObject({
      content: 'y',
      embeds: [{ title: 't' }],
      attachments: [{ filename: 'a.txt' }, { filename: 'b.txt' }],
    });
    const kept = await edit({ attachments: [{ id: sent.attachments[1].id, description: 'the second' }] });
    expect(kept.body.attachments).toMatchObject([{ filename: 'b.txt', description: 'the second' }]);
    const more = await api().upload(
      'PATCH',
      `${path}/${sent.id}`,
      { attachments: [{ id: sent.attachments[1].id }, { id: '0', description: 'new' }] },
      { 'c.txt': new Blob(['c']) },
    );
    expect(more.body.attachments).toMatchObject([
      { filename: 'b.txt' },
      { filename: 'c.txt', description: 'new' },
    ]);
    expect((await edit({ flags: V2, content: 'x' })).status).toBe(400);
    const upgraded = await edit({
      flags: V2,
      content: null,
      embeds: [],
      components: [{ type: 10, content: 'new' }],
    });
    expect(upgraded.body.flags & V2).toBe(V2);
    expect((await edit({ flags: 0 })).body.flags & V2).toBe(V2);
    expect((await edit({ content: 'x' })).status).toBe(400);
    const { messageId } = await actor(playground, 'alice').say('general', 'mine');
    expect((await api().patch(`${path}/${messageId}`, { content: 'x' })).body.code).toBe(50005);
  });

  it('cannot leave nothing', async () => {
    const { body } = await post({ content: 'x' });
    const answer = await api().patch(`/channels/${channels.general}/messages/${body.id}`, { content: '' });
    expect(answer).toMatchObject({ status: 400, body: { code: 50006 } });
  });
});

describe('a nonce', () => {
  it('posts once when enforced, each time when not, and again after some minutes', async () => {
    const send = async (enforce: boolean) =>
      (await post({ content: 'once', nonce: 'n1', enforce_nonce: enforce })).body as {
        id: string;
        nonce: string;
      };
    const first = await send(true);
    expect(first.nonce).toBe('n1');
    expect((await send(true)).id).toBe(first.id);
    const together = await Promise.all(
      [1, 2, 3].map(() => post({ content: 'x', nonce: 77, enforce_nonce: true })),
    );
    expect(new Set(together.map(({ body }) => body.id)).size).toBe(1);
    expect((await send(false)).id).not.toBe(first.id);
    playground.clock.advance(10 * 60_000);
    expect((await send(true)).id).not.toBe(first.id);
  });
});

describe('permissions', () => {
  it('are missing where everybody may only read', async () => {
    expect(await post({ content: 'x' }, 'announcements')).toMatchObject({
      status: 403,
      body: { code: 50013 },
    });
    const path = `/channels/${channels.announcements}`;
    expect((await api().post(`${path}/typing`)).body.code).toBe(50013);
    expect((await api().get(`${path}/messages`)).status).toBe(200);
    const { messageId } = await actor(playground, 'mod').say('announcements', 'news');
    const reactions = `${path}/messages/${messageId}/reactions`;
    expect((await api().put(`${reactions}/${encodeURIComponent('🎲')}/@me`)).body.code).toBe(50013);
    expect((await api().delete(`${path}/messages/${messageId}`)).body.code).toBe(50013);
  });

  it('hide a channel altogether: 50001, also after a restart from a kept world', async () => {
    const data = mkdtempSync(join(tmpdir(), 'overpaint-world-'));
    try {
      const first = await startPlayground({ data });
      const names = await namesOf(first);
      await actor(first, 'alice').say('art', 'kept');
      await first.close();
      const file = join(data, 'world.json');
      const VIEW = { $big: String(1n << 10n) };
      const hidden = JSON.parse(readFileSync(file, 'utf8'), (_key, value) =>
        value?.name === 'lobby'
          ? { ...value, overwrites: [{ id: value.guildId, type: 0, allow: { $big: '0' }, deny: VIEW }] }
          : value,
      );
      writeFileSync(file, JSON.stringify(hidden));
      const second = await startPlayground({ data });
      const closed = `/channels/${names.lobby}`;
      const bot = rest(second);
      for (const answer of [
        await bot.get(closed),
        await bot.get(`${closed}/messages`),
        await bot.post(`${closed}/messages`, { content: 'x' }),
        await bot.post(`${closed}/typing`),
      ])
        expect(answer).toMatchObject({ status: 403, body: { code: 50001 } });
      const alice = actor(second, 'alice');
      expect((await alice.call('GET', '/actors/alice/messages?channel=lobby')).status).toBe(403);
      expect(await alice.messages('art')).toMatchObject([{ content: 'kept' }]);
      await second.close();
    } finally {
      rmSync(data, { recursive: true, force: true });
    }
  });
});

describe('rate limits', () => {
  it('are told in headers, and end in 429 with the time to wait', async () => {
    const limited = await startPlayground();
    const bot = rest(limited);
    const path = `/channels/${(await namesOf(limited)).general}/messages`;
    const answers = [];
    for (let i = 0; i < 6; i++) answers.push(await bot.post(path, { content: `${i}` }));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429]);
    const remaining = answers.map(({ headers }) => headers.get('x-ratelimit-remaining'));
    expect(remaining).toEqual(['4', '3', '2', '1', '0', '0']);
    const { headers, body } = answers[5]!;
    expect(headers.get('x-ratelimit-limit')).toBe('5');
    expect(headers.get('x-ratelimit-bucket')).toMatch(/^[0-9a-f]{8,32}$/);
    expect(headers.get('x-ratelimit-scope')).toBe('user');
    expect(Number(headers.get('x-ratelimit-reset-after'))).toBeLessThanOrEqual(5);
    expect(body).toMatchObject({ global: false, retry_after: expect.any(Number) });
    expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(body.retry_after);
    // Another channel has a bucket of its own, and reading none at all.
    const other = `/channels/${(await namesOf(limited)).art}/messages`;
    expect((await bot.post(other, { content: 'x' })).status).toBe(200);
    expect((await bot.get(path)).status).toBe(200);
    limited.clock.advance(body.retry_after * 1000 + 1);
    expect((await bot.post(path, { content: 'again' })).status).toBe(200);
    await limited.close();
  });

  it('of a fault are waited out like any other', async () => {
    const fault = (body: object) => actor(playground, 'alice').call('POST', '/faults', body);
    expect((await fault({ kind: 'rest-429', count: 1, route: '/messages' })).status).toBe(204);
    expect((await api().get('/users/@me')).status).toBe(200);
    expect(await post({ content: 'x' })).toMatchObject({ status: 429, body: { retry_after: 0.5 } });
    expect((await post({ content: 'x' })).status).toBe(200);
    expect((await fault({ kind: 'made-up' })).status).toBe(400);
    expect((await fault({ kind: 'rest-500', count: -1 })).status).toBe(400);
  });

  it('offers faults and the clock only when started so', async () => {
    const plain = await startPlayground();
    for (const path of ['/faults', '/clock'])
      expect((await actor(plain, 'alice').call('POST', path, {})).status).toBe(404);
    await plain.close();
  });
});
