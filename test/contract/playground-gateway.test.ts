import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actor, rest, startPlayground } from '../support/playground-bot.ts';
import { identify, Socket } from '../support/playground-socket.ts';

let playground: Awaited<ReturnType<typeof startPlayground>>;
const alice = () => actor(playground, 'alice');
const api = () => rest(playground);
const GUILDS = 1;
const MESSAGES = 1 << 9;
const REACTIONS = 1 << 10;
const CONTENT = 1 << 15;
const later = () => new Promise((resolve) => setTimeout(resolve, 50));
const fault = (kind: string) => alice().call('POST', '/faults', { kind });

beforeAll(async () => (playground = await startPlayground({ faults: true, rateLimits: false })));
afterAll(() => playground.close());

describe('logging in', () => {
  it('greets, then tells of the bot and its servers', async () => {
    const socket = await identify(playground);
    const hello = await socket.next(({ op }) => op === 10);
    expect(hello.d.heartbeat_interval).toBeGreaterThan(1000);
    const ready = await socket.event('READY');
    expect(ready).toMatchObject({
      s: 1,
      d: { v: 10, guilds: [{ unavailable: true }, { unavailable: true }] },
    });
    const first = await socket.event('GUILD_CREATE');
    expect(first.d).toMatchObject({ unavailable: false, id: ready.d.guilds[0].id });
    socket.send(1, 1);
    await socket.next(({ op }) => op === 11);
    socket.close();
  });

  it.each<[string, number, (socket: Socket) => void]>([
    ['what is no JSON', 4002, (socket) => socket.sendText('{')],
    [
      'a packet beyond 4096 bytes',
      4002,
      (socket) => socket.sendText(JSON.stringify({ op: 1, d: 'x'.repeat(5000) })),
    ],
    ['a presence before identifying', 4003, (socket) => socket.send(3, {})],
    ['a wrong token', 4004, (socket) => socket.send(2, { token: 'wrong', intents: 1, properties: {} })],
    [
      'intents that are none',
      4013,
      (socket) => socket.send(2, { token: 'playground', intents: 2 ** 40, properties: {} }),
    ],
    ['no intents', 4002, (socket) => socket.send(2, { token: 'playground', properties: {} })],
  ])('closes on %s with %d', async (_name, code, act) => {
    const socket = new Socket(playground);
    await socket.next(({ op }) => op === 10);
    act(socket);
    expect(await socket.end()).toBe(code);
  });

  it('closes a second login on one connection with 4005', async () => {
    const socket = await identify(playground);
    await socket.event('READY');
    socket.send(2, { token: playground.token, intents: 1, properties: {} });
    expect(await socket.end()).toBe(4005);
  });

  it('closes on an opcode that is none with 4001, and on too many packets with 4008', async () => {
    const strange = await identify(playground);
    await strange.event('READY');
    strange.send(99, {});
    expect(await strange.end()).toBe(4001);
    const limited = await startPlayground();
    const busy = await identify(limited);
    for (let i = 0; i < 121; i++) busy.send(1, null);
    expect(await busy.end()).toBe(4008);
    await limited.close();
  });

  it('closes with 4014 when a privileged intent is not switched on', async () => {
    const strict = await startPlayground({ privilegedIntents: 0 });
    const socket = await identify(strict, { intents: GUILDS | CONTENT });
    expect(await socket.end()).toBe(4014);
    const modest = await identify(strict, { intents: GUILDS | MESSAGES });
    await modest.event('READY');
    // What the gateway holds back, REST holds back as well.
    const { messageId } = await actor(strict, 'alice').say('general', 'to nobody');
    const { d } = await modest.event('MESSAGE_CREATE');
    const path = `/channels/${d.channel_id}/messages`;
    expect((await rest(strict).get(`${path}/${messageId}`)).body.content).toBe('');
    expect((await rest(strict).get(path)).body[0].content).toBe('');
    await strict.close();
  });

  it('hears nothing anywhere else', async () => {
    const { WebSocket } = await import('ws');
    const wrong = new WebSocket(`${playground.url.replace('http', 'ws')}/elsewhere`);
    await new Promise((resolve) => wrong.once('error', resolve));
  });
});

describe('resuming', () => {
  const resume = async (session: string, seq: number, token = playground.token) => {
    const socket = new Socket(playground);
    await socket.next(({ op }) => op === 10);
    socket.send(6, { token, session_id: session, seq });
    return socket;
  };

  it('replays in order what was missed, then says so', async () => {
    const first = await identify(playground);
    const { d } = await first.event('READY');
    await first.event('GUILD_CREATE', (guild) => guild.id === d.guilds[1].id);
    const seen = first.packets.at(-1)!.s!;
    first.close();
    await first.end();
    const missed: string[] = [];
    for (const word of ['one', 'two', 'three']) missed.push((await alice().say('general', word)).messageId);
    const second = await resume(d.session_id, seen);
    await second.event('RESUMED');
    const events = second.packets.filter(({ op }) => op === 0);
    expect(events.map(({ t }) => t)).toEqual([
      'MESSAGE_CREATE',
      'MESSAGE_CREATE',
      'MESSAGE_CREATE',
      'RESUMED',
    ]);
    expect(events.map(({ s }) => s)).toEqual([seen + 1, seen + 2, seen + 3, seen + 4]);
    expect(events.slice(0, 3).map((event) => event.d.id)).toEqual(missed);
    const { messageId } = await alice().say('general', 'four');
    await second.event('MESSAGE_CREATE', ({ id }) => id === messageId);
    second.close();
  });

  it.each([
    ['an unknown session', 'f'.repeat(32), 1, undefined],
    ['a sequence from the future', '', 10_000, undefined],
    ['a wrong token', '', 1, 'wrong'],
  ])('refuses %s', async (_name, known, seq, token) => {
    const first = await identify(playground);
    const session = known || (await first.event('READY')).d.session_id;
    const second = await resume(session, seq, token);
    if (token) expect(await second.end()).toBe(4004);
    else if (seq > 1) expect(await second.end()).toBe(4007);
    else expect((await second.next(({ op }) => op === 9)).d).toBe(false);
    first.close();
    second.close();
  });

  it('forgets a session that it has ended, and asks for reconnects', async () => {
    const first = await identify(playground);
    const { d } = await first.event('READY');
    await fault('gateway-reconnect');
    await first.next(({ op }) => op === 7);
    await fault('gateway-drop');
    expect(await first.end()).toBe(4000);
    const second = await resume(d.session_id, 1);
    await second.event('RESUMED');
    await fault('gateway-invalid');
    expect((await second.next(({ op }) => op === 9)).d).toBe(false);
    const third = await resume(d.session_id, 1);
    await third.next(({ op }) => op === 9);
    third.close();
    second.close();
  });
});

describe('intents', () => {
  it('sends only what was asked for', async () => {
    const quiet = await identify(playground, { intents: GUILDS });
    await quiet.event('READY');
    const { messageId } = await alice().say('general', 'hello');
    await alice().react(messageId, '🎲');
    await alice().say('dm', 'hello');
    await later();
    expect(quiet.packets.filter(({ t }) => t?.startsWith('MESSAGE'))).toEqual([]);
    quiet.close();
    const loud = await identify(playground, { intents: GUILDS | MESSAGES | REACTIONS });
    await loud.event('READY');
    const again = await alice().say('general', 'hello');
    await alice().react(again.messageId, '🎲');
    await alice().react(again.messageId, '🎲', true);
    await alice().say('dm', 'hello');
    await loud.event('MESSAGE_REACTION_REMOVE');
    await later();
    const heard = loud.packets.map(({ t }) => t).filter((t) => t?.startsWith('MESSAGE'));
    expect(heard).toEqual(['MESSAGE_CREATE', 'MESSAGE_REACTION_ADD', 'MESSAGE_REACTION_REMOVE']);
    loud.close();
  });

  it('holds words back without the privileged intent, as Discord does', async () => {
    const socket = await identify(playground);
    const bot = (await socket.event('READY')).d.user.id as string;
    const { body } = await alice().call('GET', '/actors');
    const general = (body as { channels: { id: string; name: string }[] }).channels.find(
      ({ name }) => name === 'general',
    )!.id;
    const ordinary = (await api().post(`/channels/${general}/messages`, { content: 'a painting' })).body.id;
    await api().put(`/applications/${bot}/commands`, [{ name: 'ask', description: 'x' }]);
    const started = await alice().command('general', 'ask');
    const { d: interaction } = await socket.event(
      'INTERACTION_CREATE',
      ({ id }) => id === started.interactionId,
    );
    await api().post(`/interactions/${interaction.id}/${interaction.token}/callback`, {
      type: 4,
      data: { content: 'an answer' },
    });
    const answer = (await alice().see('general', ({ content }) => content === 'an answer')).id;
    const image = [{ filename: 'a.png', base64: 'AAAA' }];
    const hear = async (channel: string, content: string, more: object = {}) => {
      const { messageId } = await alice().say(channel, content, { files: image, ...more });
      const { d } = await socket.event('MESSAGE_CREATE', ({ id }) => id === messageId);
      return [d.content, d.attachments.length];
    };
    expect(await hear('general', 'to nobody')).toEqual(['', 0]);
    expect(await hear('general', 'to the painting', { replyTo: ordinary })).toEqual(['to the painting', 1]);
    expect(await hear('general', 'without a ping', { replyTo: ordinary, mention: false })).toEqual(['', 0]);
    expect(await hear('general', 'to the answer', { replyTo: answer })).toEqual(['', 0]);
    expect(await hear('general', `<@${bot}> look`, { replyTo: answer })).toEqual([`<@${bot}> look`, 1]);
    expect(await hear('dm', 'in private')).toEqual(['in private', 1]);
    socket.close();
    const allowed = await identify(playground, { intents: GUILDS | MESSAGES | CONTENT });
    await allowed.event('READY');
    const { messageId } = await alice().say('general', 'to nobody');
    const { d } = await allowed.event('MESSAGE_CREATE', ({ id }) => id === messageId);
    expect(d.content).toBe('to nobody');
    allowed.close();
  });
});
