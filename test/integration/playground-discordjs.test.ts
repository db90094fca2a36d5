import {
  ActionRowBuilder,
  ApplicationCommandType,
  AttachmentBuilder,
  ButtonBuilder,
  ButtonStyle,
  type Client,
  ContainerBuilder,
  ContextMenuCommandBuilder,
  FileUploadBuilder,
  LabelBuilder,
  MediaGalleryBuilder,
  MessageFlags,
  ModalBuilder,
  SlashCommandBuilder,
  StringSelectMenuBuilder,
  type TextChannel,
  TextDisplayBuilder,
  TextInputBuilder,
  TextInputStyle,
} from 'discord.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Playground } from '../../src/playground/index.ts';
import { testPng } from '../support/photo.ts';
import { actor, connect, startPlayground } from '../support/playground-bot.ts';

const png = Buffer.from(await testPng(32, 16));
const rejections: unknown[] = [];
process.on('unhandledRejection', (reason) => rejections.push(reason));

let playground: Playground;
let client: Client<true>;
const alice = () => actor(playground, 'alice');
const bob = () => actor(playground, 'bob');
const channel = () =>
  client.channels.cache.find((known) => 'name' in known && known.name === 'general') as TextChannel;

beforeAll(async () => {
  playground = await startPlayground({ faults: true, rateLimits: false });
  client = await connect(playground);
  await client.application.commands.set([
    new SlashCommandBuilder()
      .setName('echo')
      .setDescription('Says it again')
      .addAttachmentOption((option) => option.setName('image').setDescription('A picture').setRequired(true))
      .addStringOption((option) => option.setName('word').setDescription('A word').setAutocomplete(true))
      .addNumberOption((option) =>
        option.setName('strength').setDescription('A number').setMinValue(0.05).setMaxValue(1),
      ),
    new ContextMenuCommandBuilder().setName('Repaint').setType(ApplicationCommandType.Message),
  ]);
});
afterAll(async () => {
  await client.destroy();
  await playground.close();
  expect(rejections).toEqual([]);
});
beforeEach(
  () => client.removeAllListeners('interactionCreate') && client.removeAllListeners('messageCreate'),
);

describe('an unchanged discord.js client', () => {
  it('sees its servers, channels and members', async () => {
    expect(client.guilds.cache.map((guild) => guild.name).sort()).toEqual(['Playground', 'Second Server']);
    expect(channel().permissionsFor(client.user)?.has('SendMessages')).toBe(true);
    const { body } = await alice().call('GET', '/actors');
    expect(body).toMatchObject({ bot: { online: true, commands: [{ name: 'echo' }, { name: 'Repaint' }] } });
  });

  it('answers a slash command with a file, later edits it, and deletes it', async () => {
    client.once('interactionCreate', (interaction) => {
      if (!interaction.isChatInputCommand()) return;
      void (async () => {
        const given = interaction.options.getAttachment('image', true);
        const bytes = Buffer.from(await (await fetch(given.url)).arrayBuffer());
        await interaction.deferReply({ withResponse: true });
        await interaction.editReply({
          content: `${given.width}x${given.height} ${interaction.options.getNumber('strength')}`,
          files: [new AttachmentBuilder(bytes, { name: 'back.png', description: 'the same' })],
        });
      })();
    });
    const image = { filename: 'a.png', base64: png.toString('base64') };
    const started = await alice().command('general', 'echo', { image, strength: 0.5 });
    expect((await alice().answered(started)).state).toBe('acknowledged');
    const seen = await bob().see('general', ({ content }) => content === '32x16 0.5');
    expect(seen).toMatchObject({
      author: { bot: true },
      attachments: [{ filename: 'back.png', description: 'the same', width: 32, height: 16 }],
    });
    expect(Buffer.from(await (await fetch(seen.attachments[0]!.url)).arrayBuffer()).equals(png)).toBe(true);
    const message = await channel().messages.fetch(seen.id);
    await message.edit({ content: 'changed', attachments: [] });
    expect(await bob().see('general', ({ content }) => content === 'changed')).toMatchObject({
      attachments: [],
    });
    await message.delete();
    expect((await bob().messages('general')).some(({ id }) => id === seen.id)).toBe(false);
  });

  it('offers choices while somebody types', async () => {
    client.once('interactionCreate', (interaction) => {
      if (interaction.isAutocomplete())
        void interaction.respond([{ name: `${interaction.options.getFocused()}!`, value: 'x' }]);
    });
    expect(await alice().autocomplete('general', 'echo', 'word', 'wat')).toEqual({
      choices: [{ name: 'wat!', value: 'x' }],
    });
  });

  it('opens a form from a context menu and reads text, choice and file', async () => {
    const got = Promise.withResolvers<unknown>();
    client.on('interactionCreate', (interaction) => {
      if (interaction.isMessageContextMenuCommand()) {
        const text = new LabelBuilder()
          .setLabel('Prompt')
          .setTextInputComponent(new TextInputBuilder().setCustomId('prompt').setStyle(TextInputStyle.Short));
        const style = new LabelBuilder()
          .setLabel('Style')
          .setStringSelectMenuComponent(
            new StringSelectMenuBuilder().setCustomId('style').addOptions({ label: 'Oil', value: 'oil' }),
          );
        const file = new LabelBuilder()
          .setLabel('Picture')
          .setFileUploadComponent(new FileUploadBuilder().setCustomId('file').setRequired(false));
        void interaction.showModal(
          new ModalBuilder()
            .setCustomId('form')
            .setTitle(`For ${interaction.targetMessage.content}`)
            .addLabelComponents(text, style, file),
        );
      } else if (interaction.isModalSubmit()) {
        const { fields } = interaction;
        got.resolve([
          fields.getTextInputValue('prompt'),
          fields.getStringSelectValues('style'),
          fields.getUploadedFiles('file')?.first()?.name,
        ]);
        void interaction.reply({ content: 'thanks', flags: MessageFlags.Ephemeral });
      }
    });
    const { messageId } = await alice().say('general', 'my cat');
    const opened = await alice().answered(await alice().context(messageId, 'Repaint'));
    expect(opened).toMatchObject({ state: 'modal', modal: { title: 'For my cat' } });
    await alice().answered(
      await alice().modal(opened.id, {
        prompt: 'a door',
        Style: 'oil',
        file: { filename: 'x.png', base64: png.toString('base64') },
      }),
    );
    expect(await got.promise).toEqual(['a door', ['oil'], 'x.png']);
    expect(await alice().see('general', ({ content }) => content === 'thanks')).toMatchObject({
      ephemeral: true,
    });
    expect((await bob().messages('general')).some(({ content }) => content === 'thanks')).toBe(false);
  });

  it('answers buttons and selects', async () => {
    client.on('interactionCreate', (interaction) => {
      if (interaction.isButton())
        void interaction.deferUpdate().then(() => interaction.followUp({ content: 'pressed' }));
      if (interaction.isStringSelectMenu())
        void interaction.update({ content: `chose ${interaction.values.join()}`, components: [] });
    });
    const button = new ActionRowBuilder<ButtonBuilder>().addComponents(
      new ButtonBuilder().setCustomId('go').setLabel('Go').setStyle(ButtonStyle.Primary),
    );
    const select = new ActionRowBuilder<StringSelectMenuBuilder>().addComponents(
      new StringSelectMenuBuilder().setCustomId('pick').addOptions({ label: 'One', value: '1' }),
    );
    const message = await channel().send({ content: 'choose', components: [button, select] });
    await bob().click(message.id, { label: 'Go' });
    await bob().see('general', ({ content }) => content === 'pressed');
    await bob().select(message.id, 'pick', ['1']);
    expect(await bob().see('general', ({ content }) => content === 'chose 1')).toMatchObject({
      id: message.id,
      components: [],
    });
    await expect(bob().click(message.id, { label: 'Go' })).rejects.toMatchObject({ status: 400 });
  });

  it('sends Components V2 with a gallery', async () => {
    const container = new ContainerBuilder()
      .addTextDisplayComponents(new TextDisplayBuilder().setContent('# Look'))
      .addMediaGalleryComponents(
        new MediaGalleryBuilder().addItems({ media: { url: 'attachment://p.png' }, description: 'a test' }),
      );
    await channel().send({
      components: [container],
      files: [new AttachmentBuilder(png, { name: 'p.png' })],
      flags: MessageFlags.IsComponentsV2,
    });
    const seen = await alice().see('general', ({ flags }) => (flags & MessageFlags.IsComponentsV2) !== 0);
    expect(seen.components).toMatchObject([{ type: 17 }]);
  });

  it('hears replies with words only as Discord lets it', async () => {
    const heard: [string, string][] = [];
    client.on('messageCreate', (message) => {
      if (!message.author.bot) heard.push([message.id, message.content]);
    });
    const wordsOf = async (id: string) => {
      await expect.poll(() => heard.some(([known]) => known === id)).toBe(true);
      return heard.find(([known]) => known === id)![1];
    };
    const ordinary = await channel().send('a painting');
    client.once(
      'interactionCreate',
      (interaction) => void (interaction.isChatInputCommand() && interaction.reply('an answer')),
    );
    await alice().command('general', 'echo', { image: { sample: 'cat' } });
    const answer = await alice().see('general', ({ content }) => content === 'an answer');
    const say = async (content: string, more: object) =>
      wordsOf((await alice().say('general', content, more)).messageId);
    expect(await say('hello', {})).toBe('');
    expect(await say('warmer', { replyTo: ordinary.id })).toBe('warmer');
    expect(await say('warmer', { replyTo: ordinary.id, mention: false })).toBe('');
    expect(await say('warmer', { replyTo: answer.id })).toBe('');
    expect(await say(`<@${client.user.id}> warmer`, { replyTo: answer.id })).toContain('warmer');
    expect(await wordsOf((await alice().say('dm', 'in private')).messageId)).toBe('in private');
  });

  it('reacts and hears reactions on messages that it has forgotten', async () => {
    const message = await channel().send('react to me');
    await message.react('🎲');
    channel().messages.cache.clear();
    const got = Promise.withResolvers<string>();
    client.on('messageReactionAdd', (reaction, user) => {
      if (user.id !== client.user.id)
        void reaction
          .fetch()
          .then((whole) =>
            got.resolve(`${whole.emoji.name} ${whole.count} ${whole.message.id === message.id}`),
          );
    });
    await bob().react(message.id, '🎲');
    expect(await got.promise).toBe('🎲 2 true');
  });
});

describe('strictness', () => {
  const respondLate = async (ms: number, act: () => Promise<unknown>) => {
    playground.clock.advance(ms);
    return act();
  };

  it('refuses an answer after three seconds, a second one, and a token after fifteen minutes', async () => {
    const errors: unknown[] = [];
    const done = Promise.withResolvers<void>();
    client.once('interactionCreate', (interaction) => {
      if (!interaction.isChatInputCommand()) return;
      void (async () => {
        const twin = Object.create(interaction, {
          deferred: { value: false, writable: true },
          replied: { value: false, writable: true },
        }) as typeof interaction;
        await interaction.deferReply();
        await twin.deferReply().catch((error: unknown) => errors.push(error));
        await respondLate(16 * 60_000, () =>
          interaction.editReply('late').catch((error: unknown) => errors.push(error)),
        );
        done.resolve();
      })();
    });
    await alice().command('general', 'echo', { image: { sample: 'cat' } });
    await done.promise;
    expect(errors).toMatchObject([{ code: 40060 }, { code: 50027 }]);

    const late = Promise.withResolvers<unknown>();
    client.once('interactionCreate', (interaction) => {
      if (!interaction.isChatInputCommand()) return;
      void respondLate(4000, () => interaction.reply('late').catch((error: unknown) => late.resolve(error)));
    });
    await alice().command('general', 'echo', { image: { sample: 'cat' } });
    expect(await late.promise).toMatchObject({ code: 10062 });
  });

  it.each([
    ['2001 characters', { content: 'x'.repeat(2001) }, 50035],
    ['nothing at all', { content: '' }, 50006],
    [
      'an attachment that is not there',
      {
        flags: MessageFlags.IsComponentsV2,
        components: [{ type: 12, items: [{ media: { url: 'attachment://no.png' } }] }],
      },
      50035,
    ],
    [
      'words beside Components V2',
      { content: 'x', flags: MessageFlags.IsComponentsV2, components: [{ type: 10, content: 'y' }] },
      50035,
    ],
    [
      'two buttons of one id',
      {
        components: [
          { type: 1, components: [1, 2].map(() => ({ type: 2, style: 1, label: 'a', custom_id: 'same' })) },
        ],
      },
      50035,
    ],
    [
      'six rows',
      {
        components: Array.from({ length: 6 }, (_, i) => ({
          type: 1,
          components: [{ type: 2, style: 1, label: 'a', custom_id: `b${i}` }],
        })),
      },
      50035,
    ],
    ['a reply to nothing', { content: 'x', message_reference: { message_id: '1' } }, 50035],
  ])('refuses %s', async (_name, body, code) => {
    await expect(client.rest.post(`/channels/${channel().id}/messages`, { body })).rejects.toMatchObject({
      code,
    });
  });

  it('refuses files beyond 10 MiB, unknown ids, and channels that the bot may not write to', async () => {
    const big = new AttachmentBuilder(Buffer.alloc(11 * 1024 * 1024), { name: 'big.bin' });
    await expect(channel().send({ files: [big] })).rejects.toMatchObject({ code: 40005 });
    await expect(channel().messages.fetch('123')).rejects.toMatchObject({ code: 10008 });
    await expect(client.channels.fetch('123')).rejects.toMatchObject({ code: 10003 });
    const closed = client.channels.cache.find(
      (known) => 'name' in known && known.name === 'announcements',
    ) as TextChannel;
    await expect(closed.send('x')).rejects.toMatchObject({ code: 50013 });
  });

  it('posts one message for one nonce', async () => {
    const body = { content: 'once', nonce: 'abc', enforce_nonce: true };
    const first = (await client.rest.post(`/channels/${channel().id}/messages`, { body })) as { id: string };
    const second = (await client.rest.post(`/channels/${channel().id}/messages`, { body })) as { id: string };
    expect(second.id).toBe(first.id);
  });

  it('waits out a 429, survives a 500, and goes on after a dropped connection', async () => {
    const fault = (kind: string, count = 1) => alice().call('POST', '/faults', { kind, count });
    await fault('rest-429');
    await channel().send('after a 429');
    await fault('rest-500', 2);
    await channel().send('after two 500s');
    const heard = Promise.withResolvers<string>();
    client.on('messageCreate', (message) => {
      if (!message.author.bot) heard.resolve(message.id);
    });
    await fault('gateway-drop');
    const { messageId } = await alice().say('general', 'while it is away');
    expect(await heard.promise).toBe(messageId);
  });

  it('gives a file to nobody without a fresh signature', async () => {
    const message = await channel().send({ files: [new AttachmentBuilder(png, { name: 'secret.png' })] });
    const { url } = message.attachments.first()!;
    expect((await fetch(url)).status).toBe(200);
    expect((await fetch(url.replace(/hm=\w{4}/, 'hm=0000'))).status).toBe(404);
    expect((await fetch(url.split('?')[0]!)).status).toBe(404);
    expect((await fetch(`${url}&format=webp&width=8`)).headers.get('content-type')).toBe('image/webp');
    playground.clock.advance(25 * 60 * 60_000);
    expect((await fetch(url)).status).toBe(404);
  });

  it('takes no token but its own', async () => {
    const response = await fetch(`${playground.apiUrl}/v10/users/@me`, {
      headers: { authorization: 'Bot wrong' },
    });
    expect(response.status).toBe(401);
  });
});
