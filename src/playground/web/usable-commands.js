/** @import { APIApplicationCommandBasicOption } from 'discord-api-types/v10' */
/** @import { Command } from './own-language.js' */

/**
 * The slash commands that can be used, subcommands among them.
 * @typedef {NonNullable<Command['options']>[number]} AnyOption
 * @typedef {Extract<AnyOption, {type: APIApplicationCommandBasicOption['type']}>} Option one that is filled in
 * @typedef {{name: string, description: string, options: readonly Option[]}} Usable `name`: with those above it
 */

export const [TEXT, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT] =
  /** @type {const} */ ([3, 4, 5, 6, 7, 8, 9, 10, 11]);

/** @param {AnyOption} option @returns {option is Option} */
const isFilledIn = (option) => option.type > 2;

/** @param {AnyOption} option @returns {option is Exclude<AnyOption, Option>} */
const isSubcommand = (option) => !isFilledIn(option);

/** @param {Command | Exclude<AnyOption, Option>} command @param {string} name @returns {Usable[]} */
function unfold({ description, options = [] }, name) {
  /** @type {readonly AnyOption[]} */
  const all = options;
  const inner = all.filter(isSubcommand);
  if (inner.length > 0) return inner.flatMap((one) => unfold(one, `${name} ${one.name}`));
  return [{ name, description, options: all.filter(isFilledIn) }];
}

/** Every command that can be used, subcommands by their full names. @param {readonly Command[]} commands */
export const usable = (commands) =>
  commands.filter(({ type }) => type === 1).flatMap((command) => unfold(command, command.name));
