import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { testPng } from '../support/photo.ts';
import { actor, rest, startPlayground } from '../support/playground-bot.ts';
import { identify, type Socket } from '../support/playground-socket.ts';

let playground: Awaited<ReturnType<typeof startPlayground>>;
let socket: Socket;
let app = '';
const api = () => rest(playground);
const alice = () => actor(playground, 'alice');
const bob = () => actor(playground, 'bob');
const MINUTE = 60_000;
const EPHEMERAL = 64;
const LOADING = 128;

beforeAll(async () => {
  playground = await startPlayground({ faults: true, rateLimits: false });
  socket = await identify(playground);
  app = (await socket.event('READY')).d.user.id;
  await api().put(`/applications/${app}/commands`, [
    {
      name: 'ask',
      description: 'x',
      options: [{ type: 3, name: 'word', description: 'x', autocomplete: true }],
    },
    { type: 3, name: 'Look' },
  ]);
});
afterAll(async () => {
  socket.close();
  await playground.close();
});
afterEach(async () => {
  await new Promise((resolve) => setTimeout(resolve, 5));
});

interface Open {
  id: string;
  token: string;
  channel_id: string;
  callback(body: unknown, query?: string): ReturnType<ReturnType<typeof rest>['post']>;
  hook: string;
}

/** What the bot gets of an interaction that somebody starts. */
async function receive(starting: Promise<{ interactionId: string }>): Promise<Open> {
  const { interactionId } = await starting;
  const { d } = await socket.event('INTERACTION_CREATE', ({ id }) => id === interactionId);
  return {
    ...d,
    hook: `/webhooks/${app}/${d.token}`,
    callback: (body, query = '') =>
      api().post(`/interactions/${d.id}/${encodeURIComponent(d.token)}/callback${query}`, body),
  };
}
const ask = (who = alice(), channel = 'general') => receive(who.command(channel, 'ask'));

describe('answering', () => {
  it('takes one answer and refuses a second with 40060', async () => {
    const one = await ask();
    expect((await one.callback({ type: 5 })).status).toBe(204);
    for (const type of [4, 5, 9])
      expect(await one.callback({ type, data: { content: 'x' } })).toMatchObject({
        status: 400,
        body: { code: 40060 },
      });
  });

  it('takes only one of many answers at once', async () => {
    const one = await ask();
    const all = await Promise.all(
      Array.from({ length: 5 }, () => one.callback({ type: 4, data: { content: 'race' } })),
    );
    expect(all.filter(({ status }) => status === 204)).toHaveLength(1);
    expect(all.filter(({ body }) => body.code === 40060)).toHaveLength(4);
    const seen = (await alice().messages('general')).filter(({ content }) => content === 'race');
    expect(seen).toHaveLength(1);
  });

  it('takes only one of many that bring files', async () => {
    const one = await ask();
    const path = `/interactions/${one.id}/${one.token}/callback`;
    const files = { 'a.png': new Blob([await testPng(64, 64)]) };
    const body = { type: 4, data: { content: 'files' } };
    const all = await Promise.all([1, 2, 3].map(() => api().upload('POST', path, body, files)));
    expect(all.filter(({ status }) => status === 204)).toHaveLength(1);
    expect((await alice().messages('general')).filter(({ content }) => content === 'files')).toHaveLength(1);
  });

  it('knows it no more after three seconds: 10062', async () => {
    const one = await ask();
    playground.clock.advance(3001);
    expect(await one.callback({ type: 5 })).toMatchObject({ status: 404, body: { code: 10062 } });
    expect((await api().post(one.hook, { content: 'x' })).body.code).toBe(10015);
    expect((await alice().interaction(one.id)).state).toBe('failed');
  });

  it('takes edits and follow-ups for fifteen minutes, then 50027', async () => {
    const one = await ask();
    await one.callback({ type: 5 });
    playground.clock.advance(14 * MINUTE);
    expect((await api().patch(`${one.hook}/messages/@original`, { content: 'in time' })).status).toBe(200);
    expect((await api().post(`${one.hook}?wait=true`, { content: 'more' })).status).toBe(200);
    playground.clock.advance(MINUTE + 1);
    for (const answer of [
      await api().patch(`${one.hook}/messages/@original`, { content: 'late' }),
      await api().post(one.hook, { content: 'late' }),
      await api().get(`${one.hook}/messages/@original`),
      await api().delete(`${one.hook}/messages/@original`),
    ])
      expect(answer).toMatchObject({ status: 401, body: { code: 50027 } });
    // The bot's own token still edits the message.
    const { id } = await alice().see('general', ({ content }) => content === 'in time');
    expect(
      (await api().patch(`/channels/${one.channel_id}/messages/${id}`, { content: 'later' })).status,
    ).toBe(200);
  });

  it('says what came of it when asked to', async () => {
    const one = await ask();
    const { status, body } = await one.callback(
      { type: 4, data: { content: 'x', flags: EPHEMERAL } },
      '?with_response=true',
    );
    expect(status).toBe(200);
    expect(body).toMatchObject({
      interaction: { id: one.id, type: 2, response_message_ephemeral: true, response_message_loading: false },
      resource: { type: 4, message: { content: 'x', flags: EPHEMERAL } },
    });
    const two = await ask();
    const deferred = await two.callback({ type: 5 }, '?with_response=true');
    expect(deferred.body).toMatchObject({ interaction: { response_message_loading: true } });
    expect(deferred.body.resource).toBeUndefined();
  });

  it('thinks until the first edit, which is no edit to people', async () => {
    const one = await ask();
    await one.callback({ type: 5 });
    const thinking = await alice().see('general', ({ loading }) => loading);
    expect(thinking.flags & LOADING).toBe(LOADING);
    const { body } = await api().patch(`${one.hook}/messages/@original`, { content: 'done' });
    expect(body).toMatchObject({ id: thinking.id, flags: 0, edited_timestamp: null });
    const again = await api().patch(`${one.hook}/messages/@original`, { content: 'done again' });
    expect(again.body.edited_timestamp).not.toBeNull();
  });

  it.each([
    ['an unknown kind', { type: 3 }],
    ['a number too many', { type: 99 }],
    ['no type', {}],
    ['choices for a command', { type: 8, data: { choices: [] } }],
    ['an update where there is nothing', { type: 7, data: { content: 'x' } }],
    ['nothing at all', { type: 4, data: {} }],
    ['a form without fields', { type: 9, data: { title: 'x', custom_id: 'x', components: [] } }],
    [
      'a form without a title',
      { type: 9, data: { custom_id: 'x', components: [{ type: 10, content: 'x' }] } },
    ],
    [
      'a form of six fields',
      {
        type: 9,
        data: {
          title: 'x',
          custom_id: 'x',
          components: Array.from({ length: 6 }, () => ({ type: 10, content: 'x' })),
        },
      },
    ],
  ])('refuses %s, and can be answered still', async (_name, body) => {
    const one = await ask();
    const { status, body: answer } = await one.callback(body);
    expect(status).toBe(400);
    expect([50035, 50006]).toContain(answer.code);
    expect((await one.callback({ type: 5 })).status).toBe(204);
  });
});

describe('ephemeral answers', () => {
  it('are seen by one member only, on every way', async () => {
    const stream = await openStream('bob');
    const one = await ask();
    await one.callback({ type: 4, data: { content: 'a secret', flags: EPHEMERAL } });
    const seen = await alice().see('general', ({ content }) => content === 'a secret');
    expect(seen).toMatchObject({ ephemeral: true });
    expect((await bob().messages('general')).some(({ id }) => id === seen.id)).toBe(false);
    const path = `/channels/${one.channel_id}/messages`;
    expect((await api().get(`${path}/${seen.id}`)).body.code).toBe(10008);
    expect((await api().patch(`${path}/${seen.id}`, { content: 'x' })).body.code).toBe(10008);
    expect((await api().delete(`${path}/${seen.id}`)).body.code).toBe(10008);
    expect((await api().put(`${path}/${seen.id}/reactions/${encodeURIComponent('🎲')}/@me`)).body.code).toBe(
      10008,
    );
    expect((await api().get(path)).body.some(({ id }: { id: string }) => id === seen.id)).toBe(false);
    await expect(bob().react(seen.id, '🎲')).rejects.toMatchObject({ status: 404 });
    await expect(bob().click(seen.id, { label: 'x' })).rejects.toMatchObject({ status: 404 });
    await expect(bob().say('general', 'x', { replyTo: seen.id })).rejects.toMatchObject({ status: 404 });
    await expect(bob().context(seen.id, 'Look')).rejects.toMatchObject({ status: 404 });
    expect(
      (await api().patch(`${one.hook}/messages/@original`, { content: 'still a secret' })).body,
    ).toMatchObject({
      flags: EPHEMERAL,
    });
    expect((await api().delete(`${one.hook}/messages/@original`)).status).toBe(204);
    await bob().say('general', 'the end of the stream');
    const heard = await stream.until('the end of the stream');
    expect(heard).not.toContain('secret');
    expect(heard).not.toContain(seen.id);
  });

  it('travel on the gateway as direct messages do', async () => {
    const one = await ask();
    await one.callback({ type: 4, data: { content: 'to you', flags: EPHEMERAL } });
    const { d } = await socket.event('MESSAGE_CREATE', ({ content }) => content === 'to you');
    expect([d.guild_id, d.member, d.flags]).toEqual([undefined, undefined, EPHEMERAL]);
    await api().delete(`${one.hook}/messages/@original`);
    expect((await socket.event('MESSAGE_DELETE', ({ id }) => id === d.id)).d.guild_id).toBeUndefined();
  });

  it('stay so after a deferral, and only then', async () => {
    const hidden = await ask();
    await hidden.callback({ type: 5, data: { flags: EPHEMERAL } });
    expect((await api().patch(`${hidden.hook}/messages/@original`, { content: 'x' })).body.flags).toBe(
      EPHEMERAL,
    );
    const open = await ask();
    await open.callback({ type: 5 });
    const { body } = await api().patch(`${open.hook}/messages/@original`, { content: 'x', flags: EPHEMERAL });
    expect(body.flags).toBe(0);
    const more = await api().post(`${open.hook}?wait=true`, { content: 'hidden', flags: EPHEMERAL });
    expect(more.body.flags).toBe(EPHEMERAL);
    expect((await bob().messages('general')).some(({ content }) => content === 'hidden')).toBe(false);
  });
});

describe('a form’s checkbox', () => {
  it('keeps what the form shows where nobody touched it', async () => {
    const one = await ask();
    const row = { type: 18, label: 'L', component: { type: 23, custom_id: 'on', default: true } };
    await one.callback({ type: 9, data: { title: 'x', custom_id: 'x', components: [row] } });
    const { interactionId } = await alice().modal(one.id, {});
    const { d } = await socket.event('INTERACTION_CREATE', ({ id }) => id === interactionId);
    expect(d.data.components[0].component).toMatchObject({ custom_id: 'on', value: true });
  });
});

describe('null for what is left out', () => {
  it('can stand in a form, which is sent all the same', async () => {
    const one = await ask();
    const input = { type: 4, custom_id: 'f', style: 1, placeholder: null, required: null, max_length: null };
    const row = { type: 18, label: 'L', description: null, component: input };
    await one.callback({ type: 9, data: { title: 'x', custom_id: 'x', components: [row] } });
    const form = await receive(alice().modal(one.id, { f: 'x' }));
    expect((await form.callback({ type: 4, data: { content: 'thanks' } })).status).toBe(204);
  });

  it('reaches no one who looks at a message', async () => {
    const one = await ask();
    const select = { type: 3, custom_id: 's', options: [{ label: 'A', value: 'a' }], max_values: null };
    await one.callback({
      type: 4,
      data: { content: 'nulls', components: [{ type: 1, components: [select] }] },
    });
    const shown = (await alice().messages('general')).find(({ content }) => content === 'nulls');
    expect(JSON.stringify(shown?.components)).toContain('"custom_id":"s"');
    expect(JSON.stringify(shown?.components)).not.toContain('null');
  });
});

describe('other people', () => {
  it('can neither look into an interaction nor send its form', async () => {
    const one = await ask();
    await one.callback({
      type: 9,
      data: {
        title: 'x',
        custom_id: 'x',
        components: [{ type: 18, label: 'L', component: { type: 4, custom_id: 'f', style: 1 } }],
      },
    });
    expect((await alice().interaction(one.id)).state).toBe('modal');
    expect((await bob().call('GET', `/actors/bob/interactions/${one.id}`)).status).toBe(404);
    await expect(bob().modal(one.id, { f: 'x' })).rejects.toMatchObject({ status: 404 });
    const form = await receive(alice().modal(one.id, { f: 'x' }));
    expect((await form.callback({ type: 9, data: {} })).body.code).toBe(50035);
    expect(
      (await form.callback({ type: 4, data: { content: 'thanks' } }, '?with_response=true')).body.resource
        .message,
    ).toMatchObject({
      interaction_metadata: { type: 5, triggering_interaction_metadata: { type: 2, id: one.id } },
    });
  });

  it('cannot reach another interaction’s messages by its token', async () => {
    const [one, two] = [await ask(), await ask(bob())];
    await one.callback({ type: 4, data: { content: 'one' } });
    await two.callback({ type: 4, data: { content: 'two' } });
    const { id } = (await api().get(`${one.hook}/messages/@original`)).body;
    expect((await api().get(`${two.hook}/messages/${id}`)).body.code).toBe(10008);
    expect((await api().delete(`${two.hook}/messages/${id}`)).body.code).toBe(10008);
  });
});

/** A member's live stream, as text. */
async function openStream(name: string) {
  const stop = new AbortController();
  const response = await fetch(`${playground.url}/actors/${name}/events`, { signal: stop.signal });
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  return {
    async until(word: string): Promise<string> {
      while (!text.includes(word)) {
        const { value, done } = await reader.read();
        if (done) break;
        text += value;
      }
      stop.abort();
      return text;
    },
  };
}
