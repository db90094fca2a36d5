import type { Client, TextChannel } from 'discord.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMessageEditor, type Edited } from '../../src/bot/message-editor.ts';
import type { Playground } from '../../src/playground/index.ts';
import { connect, startPlayground } from '../support/playground-bot.ts';

let playground: Playground;
let client: Client<true>;
let channel: TextChannel;

beforeAll(async () => {
  playground = await startPlayground({ rateLimits: false });
  client = await connect(playground);
  channel = client.channels.cache.find((one) => 'name' in one && one.name === 'general') as TextChannel;
});
afterAll(async () => {
  await client.destroy();
  await playground.close();
});

const failures: unknown[] = [];
const startEditor = () =>
  createMessageEditor(
    client,
    (file) => Promise.resolve(file),
    20,
    (error) => failures.push(error),
  );

async function delivery(jobId: string): Promise<Edited> {
  const { id } = await channel.send('waiting');
  return { jobId, order: { askerId: client.user.id, channelId: channel.id }, messageId: id };
}
const wordsOf = async ({ messageId }: Edited) =>
  (await channel.messages.fetch({ message: messageId!, force: true })).content;

describe('the message editor', () => {
  it('shows what is newest in passing, and the end in any case', async () => {
    const editor = startEditor();
    const one = await delivery('one');
    for (let i = 0; i < 20; i++) editor.edit(one, { content: `step ${i}` });
    await editor.settled();
    expect(await wordsOf(one)).toBe('step 19');
    editor.edit(one, { content: 'step 20' });
    await editor.finish(one, { content: 'done' });
    expect(await wordsOf(one)).toBe('done');
  });

  it('never covers the end with what was prepared before it and comes late', async () => {
    const editor = startEditor();
    const one = await delivery('one');
    editor.edit(one, { content: 'step 1' });
    await editor.finish(one, { content: 'done' });
    editor.edit(one, { content: 'step 2' });
    await editor.settled();
    expect(await wordsOf(one)).toBe('done');
    expect(failures).toEqual([]);
  });
});
