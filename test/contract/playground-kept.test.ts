import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testPng } from '../support/photo.ts';
import { actor, rest, startPlayground } from '../support/playground-bot.ts';
import { identify } from '../support/playground-socket.ts';

let data = '';
beforeAll(() => (data = mkdtempSync(join(tmpdir(), 'overpaint-kept-'))));
afterAll(() => rmSync(data, { recursive: true, force: true }));

it('keeps messages, files, commands and open interactions from one start to the next', async () => {
  const first = await startPlayground({ data, rateLimits: false });
  const socket = await identify(first);
  const app = (await socket.event('READY')).d.user.id as string;
  await rest(first).put(`/applications/${app}/commands`, [{ name: 'ask', description: 'x' }]);
  const alice = actor(first, 'alice');
  const file = { filename: 'a.png', base64: Buffer.from(await testPng(8, 8)).toString('base64') };
  const kept = await alice.say('general', 'kept', { files: [file] });
  const gone = await alice.say('general', 'gone', { files: [file] });
  await alice.react(kept.messageId, '🎲');
  await alice.call('DELETE', `/actors/alice/messages/${gone.messageId}`);
  const { interactionId } = await alice.command('general', 'ask');
  const { d } = await socket.event('INTERACTION_CREATE', ({ id }) => id === interactionId);
  await rest(first).post(`/interactions/${d.id}/${d.token}/callback`, { type: 5 });
  socket.close();
  await first.close();
  expect(readdirSync(join(data, 'files'))).toHaveLength(1);

  const second = await startPlayground({ data, rateLimits: false });
  const again = actor(second, 'alice');
  const [message, thinking] = await again.messages('general');
  expect(message).toMatchObject({
    id: kept.messageId,
    content: 'kept',
    reactions: [{ emoji: { name: '🎲' }, count: 1 }],
  });
  expect((await fetch(message!.attachments[0]!.url)).status).toBe(200);
  expect((await again.call('GET', '/actors')).body).toMatchObject({ bot: { commands: [{ name: 'ask' }] } });
  const edited = await rest(second).patch(`/webhooks/${app}/${d.token}/messages/@original`, {
    content: 'after all',
  });
  expect(edited).toMatchObject({ status: 200, body: { id: thinking!.id, content: 'after all' } });
  await second.close();
});
