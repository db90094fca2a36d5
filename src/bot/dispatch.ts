import {
  type AutocompleteInteraction,
  type ButtonInteraction,
  type ChatInputCommandInteraction,
  type Client,
  type Interaction,
  type MessageContextMenuCommandInteraction,
  MessageFlags,
  type ModalSubmitInteraction,
  type StringSelectMenuInteraction,
} from 'discord.js';
import type { FormValues, OptionValues, Outcome, SlashCommand } from '../commands/command.ts';
import type { Origin } from '../commands/context.ts';
import { parseCustomId } from '../commands/custom-id.ts';
import { ACTION_HANDLERS, FORM_HANDLERS, MESSAGE_COMMANDS, SLASH_COMMANDS } from '../commands/index.ts';
import type { Context, Services } from '../commands/services.ts';
import { UserError } from '../errors.ts';
import { sayIn } from '../language/say.ts';
import type { Logger } from '../logger.ts';
import {
  type Answerable,
  interactionConversation,
  originOf,
  toAttachment,
  toTarget,
} from './conversation.ts';
import type { DownloadLimits } from './download.ts';
import { explainTo, troubleOf } from './failures.ts';

export interface DispatchOptions {
  client: Client<true>;
  services: Services;
  logger: Logger;
  downloads: DownloadLimits;
}

/** Leads interactions to their handlers: acknowledged first, and with one place where failures end. */
export function createDispatch(options: DispatchOptions): (interaction: Interaction) => Promise<void> {
  const { logger } = options;
  return async (interaction) => {
    try {
      if (interaction.isAutocomplete()) await complete(options, interaction);
      else await handle(options, interaction);
    } catch (error) {
      await fail(interaction, error, logger);
    }
  };
}

async function handle(options: DispatchOptions, interaction: Interaction): Promise<void> {
  if (interaction.isChatInputCommand()) await runCommand(options, interaction);
  else if (interaction.isMessageContextMenuCommand()) await runMessageCommand(options, interaction);
  else if (interaction.isButton() || interaction.isStringSelectMenu()) await runAction(options, interaction);
  else if (interaction.isModalSubmit()) await runForm(options, interaction);
}

/** Something that an older or newer version of the bot has put there. */
const outdated = () =>
  new UserError('outdated', 'This comes from another version of the bot', {
    hint: 'Ask again with /img2img, or Repaint the picture.',
  });

async function runCommand(options: DispatchOptions, interaction: ChatInputCommandInteraction): Promise<void> {
  const command = SLASH_COMMANDS.find(({ data }) => data.name === interaction.commandName);
  if (!command) throw outdated();
  const values = optionsOf(interaction);
  const outcome = outcomeOf(command, values.subcommand);
  if (outcome !== 'form') await acknowledge(interaction, outcome === 'paints');
  const context = contextOf(options, interaction);
  await command.run(context, values);
  if (outcome === 'paints') await clear(interaction, context);
}

const outcomeOf = ({ paints, subcommands }: SlashCommand, subcommand: string | undefined): Outcome =>
  subcommands?.[subcommand ?? ''] ?? (paints === true ? 'paints' : 'private');

async function runMessageCommand(
  options: DispatchOptions,
  interaction: MessageContextMenuCommandInteraction,
): Promise<void> {
  const command = MESSAGE_COMMANDS.find(({ data }) => data.name === interaction.commandName);
  if (!command) throw outdated();
  if (command.acknowledge === 'private') await interaction.deferReply({ flags: MessageFlags.Ephemeral });
  await command.run(contextOf(options, interaction), toTarget(interaction.targetMessage));
}

async function runAction(
  options: DispatchOptions,
  interaction: ButtonInteraction | StringSelectMenuInteraction,
): Promise<void> {
  const id = parseCustomId(interaction.customId);
  const action = id && ACTION_HANDLERS[id.action];
  if (!id || !action) throw outdated();
  if (action.acknowledge === 'quiet') await interaction.deferUpdate();
  if (action.acknowledge === 'private') await interaction.deferReply({ flags: MessageFlags.Ephemeral });
  await action.run(
    contextOf(options, interaction),
    id,
    interaction.isStringSelectMenu() ? interaction.values : [],
  );
}

async function runForm(options: DispatchOptions, interaction: ModalSubmitInteraction): Promise<void> {
  const id = parseCustomId(interaction.customId);
  const form = id && FORM_HANDLERS[id.action];
  if (!id || !form) throw outdated();
  const paints = form.answers !== true;
  await acknowledge(interaction, paints);
  const context = contextOf(options, interaction);
  await form.run(context, id, formValuesOf(interaction));
  if (paints) await clear(interaction, context);
}

/** Where the bot cannot post, the answer itself will hold the painting, and everybody may see it. */
async function acknowledge(
  interaction: ChatInputCommandInteraction | ModalSubmitInteraction,
  paints: boolean,
): Promise<void> {
  if (paints && !originOf(interaction).place.canPost) await interaction.deferReply();
  else await interaction.deferReply({ flags: MessageFlags.Ephemeral });
}

/** The painting has a message of its own by now: the private "thinking…" goes. */
async function clear(interaction: Answerable, { origin }: Context): Promise<void> {
  if (origin.place.canPost) await interaction.deleteReply();
}

function contextOf({ client, services, downloads }: DispatchOptions, interaction: Answerable): Context {
  const origin: Origin = originOf(interaction);
  const conversation = interactionConversation(interaction, origin, client, {
    downloads,
    sign: services.sign,
  });
  return { services, origin, conversation, say: sayIn(origin.locale) };
}

function optionsOf(interaction: Extract<Answerable, { commandType: 1 }>): OptionValues {
  const { options } = interaction;
  return {
    subcommand: options.getSubcommand(false) ?? undefined,
    text: (name) => options.getString(name) ?? undefined,
    number: (name) => {
      const value = options.get(name)?.value;
      return typeof value === 'number' ? value : undefined;
    },
    flag: (name) => options.getBoolean(name) ?? undefined,
    role: (name) => options.getRole(name)?.id,
    file(name) {
      const attachment = options.getAttachment(name);
      return attachment ? toAttachment(attachment) : undefined;
    },
  };
}

function formValuesOf({ fields }: ModalSubmitInteraction): FormValues {
  const has = (name: string) => fields.fields.has(name);
  return {
    text: (name) => (has(name) ? fields.getTextInputValue(name) : undefined),
    choices: (name) => (has(name) ? fields.getStringSelectValues(name) : []),
    file(name) {
      const attachment = has(name) ? fields.getUploadedFiles(name)?.first() : undefined;
      return attachment ? toAttachment(attachment) : undefined;
    },
  };
}

async function complete({ services }: DispatchOptions, interaction: AutocompleteInteraction): Promise<void> {
  const command = SLASH_COMMANDS.find(({ data }) => data.name === interaction.commandName);
  const { name, value } = interaction.options.getFocused(true);
  const { user, guildId } = interaction;
  const origin = { member: { id: user.id }, place: { guildId: guildId ?? undefined } };
  const asking = { services, origin, say: sayIn(interaction.locale) };
  const subcommand = interaction.options.getSubcommand(false) ?? undefined;
  const chosen = (option: string) => interaction.options.get(option)?.value?.toString();
  const choices = (await command?.complete?.(asking, name, String(value), subcommand, chosen)) ?? [];
  await interaction.respond(choices.slice(0, 25));
}

/** Tells who asked what went wrong, if Discord still lets us; in any case the log knows. */
async function fail(interaction: Interaction, error: unknown, logger: Logger): Promise<void> {
  if (troubleOf(error) === 'late') {
    logger.warn({ err: error, interaction: interaction.id }, 'Discord did not wait for the answer');
    return;
  }
  const about = { interaction: interaction.id, user: interaction.user.id };
  const content = explainTo(error, logger, about, sayIn(interaction.locale));
  if (!interaction.isRepliable()) return;
  try {
    if (interaction.deferred && interaction.ephemeral) await interaction.editReply({ content });
    else if (interaction.deferred || interaction.replied)
      await interaction.followUp({ content, flags: MessageFlags.Ephemeral });
    else await interaction.reply({ content, flags: MessageFlags.Ephemeral });
  } catch (second) {
    logger.warn({ err: second, interaction: interaction.id }, 'the failure could not be told');
  }
}
