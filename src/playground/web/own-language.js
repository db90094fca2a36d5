/** Commands as Discord's client shows them: descriptions, choices and menus in the member's language, where they have it. */

/** @import { WorldView } from '../answers.ts' */
/** @import { LocalisedCommand, WithWords } from '../world/locales.ts' */

/**
 * Who and what is there, with the commands as they are shown: a `label` on each of them, its options and their choices.
 * @typedef {WithWords<LocalisedCommand, {label: string}>} Command
 * @typedef {Omit<WorldView, 'bot'> & {bot: Omit<WorldView['bot'], 'commands'> & {commands: Command[]}}} World
 */

/**
 * A command, an option or a choice.
 * @typedef {{name: string, name_localized?: string, description?: string | undefined, description_localized?: string,
 *   options?: readonly Part[], choices?: readonly Part[]}} Part
 */

/** @param {Part} part @returns {Part & {label: string}} */
function shown(part) {
  return {
    ...part,
    label: part.name_localized ?? part.name,
    description: part.description_localized ?? part.description,
    ...(part.options ? { options: part.options.map(shown) } : {}),
    ...(part.choices ? { choices: part.choices.map(shown) } : {}),
  };
}

/** What the bot offers; the playground sends it in the browser's language. @param {WorldView} world @returns {World} */
export const inOwnLanguage = (world) => ({
  ...world,
  bot: {
    ...world.bot,
    commands: world.bot.commands.map((command) => /** @type {Command} */ (shown(command))),
  },
});
