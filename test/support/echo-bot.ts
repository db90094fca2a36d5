import { type ChatInputCommandInteraction, type Client, type Interaction, MessageFlags } from 'discord.js';
import type { Playground } from '../../src/playground/index.ts';
import { connect } from './playground-bot.ts';

const WORDS = ['apple', 'apricot', 'banana'];

const echo = {
  name: 'echo',
  description: 'Says a picture again',
  options: [
    { type: 11, name: 'image', description: 'A picture', required: true, file_types: ['image'] },
    { type: 3, name: 'word', description: 'A fruit', autocomplete: true },
    { type: 10, name: 'share', description: 'From 0 to 1', min_value: 0, max_value: 1 },
    { type: 5, name: 'quiet', description: 'Only for you' },
  ],
};
const fail = { name: 'fail', description: 'Never answers' };
const show = { name: 'show', description: 'Shows every kind of component' };
const look = { type: 3, name: 'Look' };

const label = (text: string, component: object) => ({ type: 18, label: text, component });
const form = {
  custom_id: 'form',
  title: 'Look closer',
  components: [
    label('Reason', { type: 4, custom_id: 'why', style: 1, required: true, max_length: 40 }),
    label('Kind', {
      type: 3,
      custom_id: 'kind',
      options: [
        { label: 'Oil', value: 'oil' },
        { label: 'Ink', value: 'ink', default: true },
      ],
    }),
    label('Picture', { type: 19, custom_id: 'picture', required: false, min_values: 0, max_values: 1 }),
  ],
};
const row = (...components: object[]) => ({ type: 1, components });
const fruit = {
  type: 3,
  custom_id: 'fruit',
  placeholder: 'Which fruit?',
  options: WORDS.map((word) => ({ label: word, value: word })),
};
const buttons = row(
  { type: 2, style: 1, label: 'Again', custom_id: 'again', emoji: { name: '🔁' } },
  { type: 2, style: 4, label: 'Gone', custom_id: 'gone' },
  { type: 2, style: 5, label: 'Site', url: 'https://example.com/' },
);
const many = { ...fruit, custom_id: 'many', placeholder: 'Several', min_values: 1, max_values: 3 };

/** Components V2 of every kind. */
const showcase = [
  {
    type: 17,
    accent_color: 0xff8800,
    components: [
      { type: 10, content: '## A container\nwith **words** and <script>window.hacked = 1</script>' },
      { type: 14 },
      {
        type: 9,
        components: [{ type: 10, content: 'A section' }],
        accessory: { type: 2, style: 2, label: 'Side', custom_id: 'side' },
      },
      row(many),
    ],
  },
];

/** A small bot that uses what the page can show, on an unchanged discord.js. */
export async function startEchoBot(playground: Playground): Promise<Client<true>> {
  const client = await connect(playground);
  await client.rest.put(`/applications/${client.application.id}/commands`, {
    body: [echo, fail, show, look],
  });
  client.on('interactionCreate', (interaction) => void answer(interaction));
  return client;
}

async function answer(interaction: Interaction): Promise<void> {
  if (interaction.isAutocomplete()) {
    const typed = interaction.options.getFocused();
    await interaction.respond(
      WORDS.filter((word) => word.startsWith(typed)).map((word) => ({ name: `A ${word}`, value: word })),
    );
  } else if (interaction.isChatInputCommand()) await answerCommand(interaction);
  else if (interaction.isButton()) {
    if (interaction.customId === 'gone') await interaction.message.delete();
    else await interaction.reply({ content: 'Only for you', flags: MessageFlags.Ephemeral });
  } else if (interaction.isStringSelectMenu()) {
    await interaction.update({ content: `Chosen: ${interaction.values.join(' and ')}` });
  } else if (interaction.isMessageContextMenuCommand()) await interaction.showModal(form as never);
  else if (interaction.isModalSubmit()) {
    const files = interaction.fields.getUploadedFiles('picture');
    const kind = interaction.fields.getStringSelectValues('kind').join();
    const why = interaction.fields.getTextInputValue('why');
    await interaction.reply(`${why}, ${kind}, ${files?.first()?.name ?? 'no picture'}`);
  }
}

async function answerCommand(interaction: ChatInputCommandInteraction): Promise<void> {
  if (interaction.commandName === 'fail') return;
  if (interaction.commandName === 'show') {
    await interaction.reply({ components: showcase as never, flags: MessageFlags.IsComponentsV2 });
    return;
  }
  const { options } = interaction;
  const quiet = options.getBoolean('quiet') ?? false;
  await interaction.deferReply(quiet ? { flags: MessageFlags.Ephemeral } : {});
  const { url, name } = options.getAttachment('image', true);
  await interaction.editReply({
    content: `**${options.getString('word') ?? 'nothing'}** at ${options.getNumber('share') ?? 'no share'}`,
    files: [{ attachment: url, name, description: 'The same picture' }],
    components: [buttons, row(fruit)] as never,
  });
}
