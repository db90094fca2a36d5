import { storeFile } from '../cdn/store-file.ts';
import { DiscordError, formError } from '../discord-error.ts';
import type { Hub } from '../hub.ts';
import { textLength } from '../rules/text-length.ts';
import { renderAttachment, renderChannel } from '../world/render.ts';
import { renderMember, renderRole, renderUser } from '../world/render-people.ts';
import type { Channel, Command, User } from '../world/world.ts';
import { GivenFile, readGivenFile } from './actor.ts';

/** An option of a command, as far as it is looked at here. */
export interface Option {
  type: number;
  name: string;
  required?: boolean;
  autocomplete?: boolean;
  choices?: { name: string; value: string | number }[];
  options?: Option[];
  min_value?: number;
  max_value?: number;
  min_length?: number;
  max_length?: number;
  file_types?: string[];
}

/** Options and what they refer to, as an interaction carries them. */
export interface FilledOptions {
  options: object[];
  resolved: Record<string, Record<string, object>>;
}

const IMAGE = /\.(png|gif|jpe?g|jfif|webp|avif)$/i;

/** Groups and subcommands have these types. */
const SUBCOMMANDS = new Set([1, 2]);

/**
 * The subcommand that words name, with the groups above it.
 * @throws DiscordError 50035 when there is none, or when one must be named
 */
export function pickSubcommand(command: Command, words: readonly string[]): Option[] {
  const path: Option[] = [];
  let offered = (command.options ?? []) as Option[];
  const left = [...words];
  while (left.length > 0 || offered.some((option) => SUBCOMMANDS.has(option.type))) {
    const word = left.shift();
    const next = offered.find((option) => SUBCOMMANDS.has(option.type) && option.name === word);
    if (!next) {
      const names = offered.filter((option) => SUBCOMMANDS.has(option.type)).map((option) => option.name);
      throw formError(
        ['command'],
        'APPLICATION_COMMAND_SUBCOMMAND_UNKNOWN',
        `Expected one of its subcommands: ${names.join(', ') || 'it has none'}`,
      );
    }
    path.push(next);
    offered = next.options ?? [];
  }
  return path;
}

/**
 * Turns plain values into a command's options, with the checks that Discord's own client makes.
 * @param focused the option that is being typed, for autocomplete: nothing is required then
 * @throws DiscordError 50035
 */
export async function fillOptions(
  hub: Hub,
  actor: User,
  channel: Channel,
  declared: readonly Option[],
  values: Record<string, unknown>,
  samplesDir: string,
  focused?: string,
): Promise<FilledOptions> {
  const filled: FilledOptions = { options: [], resolved: {} };
  const names = new Set(declared.map((option) => option.name));
  for (const name of Object.keys(values)) {
    if (!names.has(name))
      throw formError(
        ['options', name],
        'APPLICATION_COMMAND_OPTIONS_UNKNOWN',
        'This command has no such option',
      );
  }
  for (const option of declared) {
    const value = values[option.name];
    if (value === undefined || value === null || value === '') {
      if (option.required && focused === undefined)
        throw formError(
          ['options', option.name],
          'BASE_TYPE_REQUIRED',
          'This option is required. Specify a value',
        );
      if (option.name !== focused) continue;
    }
    const data =
      option.name === focused
        ? (value ?? '')
        : await fillOption(hub, actor, channel, option, value, filled, samplesDir);
    filled.options.push({
      type: option.type,
      name: option.name,
      value: data,
      ...(option.name === focused ? { focused: true } : {}),
    });
  }
  return filled;
}

const bad = (option: Option, message: string) =>
  formError(['options', option.name], 'APPLICATION_COMMAND_OPTIONS_VALUE_INVALID', message);

async function fillOption(
  hub: Hub,
  actor: User,
  channel: Channel,
  option: Option,
  value: unknown,
  filled: FilledOptions,
  samplesDir: string,
): Promise<unknown> {
  switch (option.type) {
    case 3:
      return fillText(option, value);
    case 4:
    case 10:
      return fillNumber(option, value);
    case 5:
      if (typeof value !== 'boolean') throw bad(option, 'Expected true or false');
      return value;
    case 6:
    case 7:
    case 8:
    case 9:
      return fillMention(hub, option, value, filled);
    case 11:
      return fillAttachment(hub, channel, option, value, filled, samplesDir);
    default:
      throw new DiscordError(
        400,
        50035,
        `Options of type ${option.type} cannot be filled in by ${actor.username} here`,
      );
  }
}

function fillText(option: Option, value: unknown): string | number {
  if (typeof value !== 'string') throw bad(option, 'Expected text');
  const length = textLength(value);
  if (length < (option.min_length ?? 0) || length > (option.max_length ?? 6000)) {
    throw bad(option, `Expected ${option.min_length ?? 0} to ${option.max_length ?? 6000} characters`);
  }
  return pickChoice(option, value);
}

function fillNumber(option: Option, value: unknown): string | number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) throw bad(option, 'Expected a number');
  if (option.type === 4 && !Number.isInteger(number)) throw bad(option, 'Expected a whole number');
  if (option.min_value !== undefined && number < option.min_value)
    throw bad(option, `Must be at least ${option.min_value}`);
  if (option.max_value !== undefined && number > option.max_value)
    throw bad(option, `Must be at most ${option.max_value}`);
  return pickChoice(option, number);
}

function pickChoice(option: Option, value: string | number): string | number {
  if (!option.choices || option.choices.length === 0) return value;
  const choice = option.choices.find((known) => known.value === value || known.name === value);
  if (!choice) throw bad(option, `Expected one of: ${option.choices.map((known) => known.name).join(', ')}`);
  return choice.value;
}

function resolve(filled: FilledOptions, kind: string, id: string, value: object): void {
  filled.resolved[kind] = { ...filled.resolved[kind], [id]: value };
}

function fillMention(hub: Hub, option: Option, value: unknown, filled: FilledOptions): string {
  const { world } = hub;
  if (typeof value !== 'string') throw bad(option, 'Expected a name or an id');
  const user = [...world.users.values()].find((known) => known.id === value || known.username === value);
  if (user && option.type !== 7) {
    resolve(filled, 'users', user.id, renderUser(user));
    const member = [...world.guilds.values()]
      .flatMap((guild) => guild.members)
      .find((known) => known.userId === user.id);
    if (member) resolve(filled, 'members', user.id, { ...renderMember(member, user), permissions: '0' });
    return user.id;
  }
  const channel = [...world.channels.values()].find((known) => known.id === value || known.name === value);
  if (channel && option.type === 7) {
    resolve(filled, 'channels', channel.id, { ...renderChannel(world, channel), permissions: '0' });
    return channel.id;
  }
  const role = [...world.guilds.values()]
    .flatMap((guild) => guild.roles)
    .find((known) => known.id === value || known.name === value);
  if (role && (option.type === 8 || option.type === 9)) {
    resolve(filled, 'roles', role.id, renderRole(role));
    return role.id;
  }
  throw bad(option, 'Nobody and nothing of this name is here');
}

async function fillAttachment(
  hub: Hub,
  channel: Channel,
  option: Option,
  value: unknown,
  filled: FilledOptions,
  samplesDir: string,
): Promise<string> {
  const given = GivenFile.safeParse(value);
  if (!given.success) throw bad(option, 'Expected {filename, base64} or {sample}');
  const file = readGivenFile(given.data, samplesDir);
  if (option.file_types?.includes('image') && !IMAGE.test(file.filename))
    throw bad(option, 'This file type is not accepted here');
  const note = 'description' in given.data ? { description: given.data.description } : {};
  const attachment = await storeFile(hub, channel, file, note, true);
  resolve(
    filled,
    'attachments',
    attachment.id,
    renderAttachment(attachment, (one) => hub.attachmentUrl(one)),
  );
  return attachment.id;
}
