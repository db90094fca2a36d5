import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  ActionRowBuilder,
  ButtonBuilder,
  ButtonStyle,
  type Client,
  type Interaction,
  SlashCommandBuilder,
} from 'discord.js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { actor, connect, startPlayground } from '../support/playground-bot.ts';

const INTERACTIONS = 2000;
const AT_ONCE = 16;
const ROUNDS = 40;
const PER_ROUND = INTERACTIONS / ROUNDS;
const QUARTER = ROUNDS / 4;
/**
 * What an interaction may leave behind: its message with a button, and the note of who used which command. Measured at
 * about 3 kB with the client's share; twice that, because a garbage collection on a busy machine is never complete.
 */
const BYTES_PER_INTERACTION = 8 * 1024;

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;
async function heap(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    gc();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return getHeapStatistics().used_heap_size;
}

const rejections: unknown[] = [];
process.on('unhandledRejection', (reason) => rejections.push(reason));

let playground: Awaited<ReturnType<typeof startPlayground>>;
let client: Client<true>;
const alice = () => actor(playground, 'alice');
const failures: unknown[] = [];
/** How often each event and each status went by. */
const seen: Record<string | number, number> = {};

/** Half of the commands are answered at once, half after a deferral; a pressed button changes its message. */
async function answer(interaction: Interaction): Promise<void> {
  const button = (word: string) => [
    new ActionRowBuilder<ButtonBuilder>().addComponents(
      new ButtonBuilder().setCustomId(`again:${word}`).setLabel('Again').setStyle(ButtonStyle.Secondary),
    ),
  ];
  if (interaction.isButton()) {
    const word = interaction.customId.slice('again:'.length);
    await interaction.update({ content: `${word} again`, components: [] });
  }
  if (!interaction.isChatInputCommand()) return;
  const word = interaction.options.getString('word', true);
  const content = { content: word, components: button(word) };
  if (Number(word) % 2 === 0) await interaction.reply(content);
  else {
    await interaction.deferReply();
    await interaction.editReply(content);
  }
}

beforeAll(async () => {
  playground = await startPlayground({
    faults: true,
    rateLimits: false,
    onTraffic: ({ what, status }) => {
      const key = status ?? what;
      seen[key] = (seen[key] ?? 0) + 1;
    },
  });
  client = await connect(playground);
  client.on('interactionCreate', (interaction) => {
    answer(interaction).catch((error: unknown) => failures.push(error));
  });
  await client.application.commands.set([
    new SlashCommandBuilder()
      .setName('echo')
      .setDescription('Says it again')
      .addStringOption((option) => option.setName('word').setDescription('A word').setRequired(true)),
  ]);
});
afterAll(async () => {
  await client.destroy();
  await playground.close();
});

const fault = async (kind: string, count = 1) =>
  expect((await alice().call('POST', '/faults', { kind, count })).status).toBe(204);

async function online(): Promise<void> {
  await expect
    .poll(
      async () => ((await alice().call('GET', '/actors')).body as { bot: { online: boolean } }).bot.online,
      {
        timeout: 20_000,
      },
    )
    .toBe(true);
}

/** What goes wrong in a round, while its interactions are under way. */
async function disturb(round: number): Promise<void> {
  if (round % 8 === 1) await fault('gateway-drop');
  if (round % 8 === 3) await fault('rest-500', 3);
  if (round % 8 === 5) await fault('gateway-reconnect');
  if (round % 8 === 7) await fault('rest-429', 4);
}

async function one(word: number): Promise<void> {
  const started = await alice().command('general', 'echo', { word: `${word}` });
  expect([word, (await alice().answered(started)).state]).toEqual([word, 'acknowledged']);
}

/** Runs all of them, so many at once. */
async function each(words: readonly number[], act: (word: number) => Promise<void>): Promise<void> {
  const left = words.values();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const word of left) await act(word);
    }),
  );
}

async function allMessages() {
  const found: { id: string; content: string }[] = [];
  for (;;) {
    const after = found.at(-1)?.id ?? '0';
    const { body } = await alice().call(
      'GET',
      `/actors/alice/messages?channel=general&limit=200&after=${after}`,
    );
    const page = body as { id: string; content: string }[];
    if (page.length === 0) return found;
    found.push(...page);
  }
}

it(`answers ${INTERACTIONS} interactions over faults and reconnects, loses none and keeps its memory`, {
  timeout: 170_000,
}, async () => {
  const heaps: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const words = Array.from({ length: PER_ROUND }, (_, i) => round * PER_ROUND + i);
    const running = each(words, one);
    await disturb(round);
    await running;
    // A session that is ended takes with it what was not delivered, as Discord's does: so between two rounds.
    if (round === 5 || round === 25) {
      await fault('gateway-invalid');
      await online();
    }
    if ((round + 1) % QUARTER === 0) heaps.push(await heap());
  }

  const messages = await allMessages();
  const contents = messages.map(({ content }) => Number(content)).sort((a, b) => a - b);
  expect(contents).toEqual(Array.from({ length: INTERACTIONS }, (_, i) => i));
  // The messages still work: a button of each part is pressed.
  for (const { id, content } of messages.filter((_, i) => i % 400 === 0)) {
    await alice().answered(await alice().click(id, { label: 'Again' }));
    const after = `${BigInt(id) - 1n}`;
    const path = `/actors/alice/messages?channel=general&limit=1&after=${after}`;
    expect((await alice().call('GET', path)).body).toMatchObject([{ content: `${content} again` }]);
  }
  // All that went wrong went wrong.
  expect(seen).toMatchObject({ READY: 3, RESUMED: expect.any(Number), 500: 15, 429: 20 });
  expect(seen.RESUMED).toBeGreaterThanOrEqual(8);
  expect(failures).toEqual([]);
  expect(rejections).toEqual([]);
  expect(playground.conformance.counts.events).toBeGreaterThan(INTERACTIONS * 2);
  const grown = heaps.at(-1)! - heaps[0]!;
  expect(grown / (INTERACTIONS * 0.75)).toBeLessThan(BYTES_PER_INTERACTION);
});
