import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testPng } from '../support/photo.ts';
import { actor, rest, startPlayground } from '../support/playground-bot.ts';

/** Every route is used once; that the answers fit Discord's schemas is checked when the playground closes. */
let playground: Awaited<ReturnType<typeof startPlayground>>;
let guild = '';
let channel = '';
let app = '';
const api = () => rest(playground);
const alice = () => actor(playground, 'alice');
const png = new Blob([await testPng(8, 8)], { type: 'image/png' });

const say = async (body: object = { content: 'x' }) => {
  const { status, body: message } = await api().post(`/channels/${channel}/messages`, body);
  expect(status).toBe(200);
  return message as { id: string; components: unknown[]; embeds: unknown[]; attachments: unknown[] };
};

beforeAll(async () => {
  playground = await startPlayground({ faults: true, rateLimits: false });
  app = (await api().get('/applications/@me')).body.id;
  guild = (await api().get('/users/@me/guilds')).body[0].id;
  const channels = (await api().get(`/guilds/${guild}/channels`)).body as { id: string; name: string }[];
  channel = channels.find(({ name }) => name === 'general')!.id;
});
afterAll(() => playground.close());

describe('who and where', () => {
  it.each([
    '/gateway',
    '/gateway/bot',
    '/applications/@me',
    '/oauth2/applications/@me',
    '/users/@me',
    '/users/@me/guilds',
  ])('answers GET %s', async (path) => expect((await api().get(path)).status).toBe(200));

  it('tells of a server, its channels, roles and members', async () => {
    for (const path of ['', '/channels', '/roles', '/members', `/members/${app}`])
      expect((await api().get(`/guilds/${guild}${path}`)).status).toBe(200);
    const { body: members } = await api().get(`/guilds/${guild}/members?limit=100`);
    const other = members.find((member: { user: { id: string } }) => member.user.id !== app).user.id;
    expect((await api().get(`/users/${other}`)).status).toBe(200);
    const { status, body } = await api().post('/users/@me/channels', { recipient_id: other });
    expect(status).toBe(200);
    expect((await api().get(`/channels/${body.id}`)).body).toMatchObject({ type: 1, id: body.id });
    expect((await api().post(`/channels/${body.id}/messages`, { content: 'in private' })).status).toBe(200);
  });
});

describe('messages', () => {
  it('lists, edits, pins and deletes', async () => {
    const sent = [await say(), await say(), await say()];
    const list = async (query: string) =>
      ((await api().get(`/channels/${channel}/messages?${query}`)).body as { id: string }[]).map(
        ({ id }) => id,
      );
    const [first, second, third] = sent.map(({ id }) => id) as [string, string, string];
    expect(await list(`after=${first}&limit=2`)).toEqual([third, second]);
    expect(await list(`before=${third}&limit=1`)).toEqual([second]);
    expect(await list(`around=${second}&limit=3`)).toEqual([third, second, first]);
    const { body } = await api().patch(`/channels/${channel}/messages/${first}`, { content: 'edited' });
    expect(body).toMatchObject({ content: 'edited', edited_timestamp: expect.any(String) });
    const pins = `/channels/${channel}/messages/pins`;
    expect((await api().put(`${pins}/${first}`)).body).toMatchObject({ code: 50013 });
    expect((await api().get(pins)).body).toEqual({ items: [], has_more: false });
    expect((await api().get(`/channels/${channel}/pins`)).body).toEqual([]);
    expect(
      (await api().post(`/channels/${channel}/messages/bulk-delete`, { messages: [first, second] })).body,
    ).toMatchObject({ code: 50013 });
    expect((await api().delete(`/channels/${channel}/messages/${first}`)).status).toBe(204);
    expect((await api().get(`/channels/${channel}/messages/${first}`)).body).toMatchObject({ code: 10008 });
    expect((await api().post(`/channels/${channel}/typing`)).status).toBe(204);
  });

  it('gives back every kind of component with its defaults', async () => {
    const select = (type: number, more = {}) => ({
      type: 1,
      components: [{ type, custom_id: `s${type}`, ...more }],
    });
    const { components } = await say({
      content: 'pick',
      components: [
        select(3, { options: [{ label: 'One', value: '1', emoji: { name: '🎲' } }] }),
        select(5),
        select(6),
        select(8, { channel_types: [0] }),
        {
          type: 1,
          components: [
            { type: 2, style: 1, custom_id: 'b', emoji: { id: null, name: '✨' } },
            { type: 2, style: 5, label: 'there', url: 'https://example.org' },
          ],
        },
      ],
    });
    expect(components[0]).toMatchObject({ components: [{ min_values: 1, max_values: 1 }] });
  });

  it('gives back Components V2 with files under their addresses', async () => {
    const media = { url: 'attachment://p.png' };
    const payload = {
      flags: 1 << 15,
      components: [
        { type: 10, content: '# Title' },
        { type: 9, components: [{ type: 10, content: 'side' }], accessory: { type: 11, media } },
        { type: 12, items: [{ media }, { media: { url: 'https://example.org/a.png' }, spoiler: true }] },
        { type: 14 },
        { type: 13, file: media },
        {
          type: 17,
          components: [
            { type: 10, content: 'in' },
            { type: 1, components: [{ type: 2, style: 2, label: 'B', custom_id: 'b' }] },
          ],
        },
      ],
    };
    const { status, body } = await api().upload('POST', `/channels/${channel}/messages`, payload, {
      'p.png': png,
    });
    expect(status).toBe(200);
    expect(body.components[1].accessory.media).toMatchObject({
      url: expect.stringContaining('/attachments/'),
      width: 8,
      content_type: 'image/png',
    });
  });

  it('gives back embeds with files under their addresses', async () => {
    const payload = {
      embeds: [
        {
          title: 'T',
          description: 'D',
          color: 0xff0000,
          timestamp: '2026-01-01T00:00:00.000Z',
          image: { url: 'attachment://p.png' },
          footer: { text: 'F', icon_url: 'attachment://p.png' },
          author: { name: 'A' },
          fields: [{ name: 'N', value: 'V' }],
        },
      ],
    };
    const { body } = await api().upload('POST', `/channels/${channel}/messages`, payload, { 'p.png': png });
    expect(body.embeds[0]).toMatchObject({
      image: { url: expect.stringContaining('/attachments/'), width: 8 },
      fields: [{ inline: false }],
    });
  });

  it('adds, lists and removes reactions', async () => {
    const { id } = await say();
    const reactions = `/channels/${channel}/messages/${id}/reactions`;
    const dice = encodeURIComponent('🎲');
    expect((await api().put(`${reactions}/${dice}/@me`)).status).toBe(204);
    await alice().react(id, '🎲');
    expect((await api().get(`${reactions}/${dice}`)).body).toHaveLength(2);
    expect((await api().get(`/channels/${channel}/messages/${id}`)).body.reactions).toMatchObject([
      { count: 2, me: true },
    ]);
    const reply = await say({ content: 'to it', message_reference: { message_id: id } });
    expect(reply).toMatchObject({ type: 19, referenced_message: { id } });
    expect((await api().put(`${reactions}/nonsense/@me`)).body).toMatchObject({ code: 10014 });
    expect((await api().delete(`${reactions}/${dice}`)).body).toMatchObject({ code: 50013 });
    expect((await api().delete(reactions)).body).toMatchObject({ code: 50013 });
    expect((await api().delete(`${reactions}/${dice}/@me`)).status).toBe(204);
  });
});

describe('threads', () => {
  it('opens them from a message and on their own, and renames them', async () => {
    const { id } = await say();
    const from = await api().post(`/channels/${channel}/messages/${id}/threads`, { name: 'one' });
    expect(from).toMatchObject({ status: 201, body: { id, type: 11, name: 'one' } });
    expect((await api().get(`/channels/${channel}/messages/${id}`)).body.thread).toMatchObject({ id });
    expect(
      (await api().post(`/channels/${channel}/messages/${id}/threads`, { name: 'two' })).body,
    ).toMatchObject({
      code: 160004,
    });
    const own = await api().post(`/channels/${channel}/threads`, { name: 'two', type: 11 });
    expect(own.status).toBe(201);
    expect((await api().post(`/channels/${own.body.id}/messages`, { content: 'hi' })).status).toBe(200);
    expect((await api().get(`/channels/${own.body.id}`)).body).toMatchObject({ message_count: 1 });
    expect((await api().patch(`/channels/${channel}`, { name: 'renamed' })).body).toMatchObject({
      code: 50013,
    });
    expect((await api().patch(`/channels/${own.body.id}`, { name: 'renamed' })).body).toMatchObject({
      name: 'renamed',
    });
  });
});

describe('the application', () => {
  it.each(['', `/guilds/GUILD`])('keeps commands%s', async (scope) => {
    const path = `/applications/${app}${scope.replace('GUILD', guild)}/commands`;
    const paint = {
      name: 'paint',
      description: 'Paints',
      default_member_permissions: '0',
      name_localizations: { de: 'male' },
      options: [
        { type: 11, name: 'image', description: 'A picture', required: true, file_types: ['image'] },
        { type: 3, name: 'style', description: 'A style', choices: [{ name: 'Oil', value: 'oil' }] },
        { type: 10, name: 'strength', description: 'How much', min_value: 0, max_value: 1 },
        { type: 5, name: 'tile', description: 'Tiles' },
      ],
    };
    const made = await api().post(path, paint);
    expect(made.status).toBe(201);
    expect((await api().post(path, { ...paint, description: 'Paints well' })).status).toBe(200);
    expect((await api().get(path)).body).toMatchObject([{ id: made.body.id, description: 'Paints well' }]);
    expect((await api().get(`${path}/${made.body.id}`)).body).toMatchObject({
      default_member_permissions: '0',
    });
    expect((await api().patch(`${path}/${made.body.id}`, { description: 'Better' })).body).toMatchObject({
      description: 'Better',
      version: expect.not.stringMatching(made.body.version),
    });
    expect((await api().put(path, [paint, { type: 3, name: 'Paint It' }])).body).toHaveLength(2);
    expect((await api().delete(`${path}/${made.body.id}`)).status).toBe(204);
    expect((await api().get(`${path}/${made.body.id}`)).body).toMatchObject({ code: 10063 });
  });

  it('keeps emojis', async () => {
    const path = `/applications/${app}/emojis`;
    const made = await api().post(path, { name: 'brush', image: 'data:image/png;base64,AAAA' });
    expect(made.status).toBe(201);
    expect((await api().get(path)).body.items).toMatchObject([{ name: 'brush' }]);
    expect((await api().delete(`${path}/${made.body.id}`)).status).toBe(204);
    expect((await api().delete(`${path}/${made.body.id}`)).body).toMatchObject({ code: 10014 });
  });
});
