/** Commands as Discord's client shows them: descriptions, choices and menus in the member's language, where they have it. */

/** @param {any} part @returns {any} */
function shown(part) {
  return {
    ...part,
    label: part.name_localized ?? part.name,
    description: part.description_localized ?? part.description,
    ...(part.options ? { options: part.options.map(shown) } : {}),
    ...(part.choices ? { choices: part.choices.map(shown) } : {}),
  };
}

/** What the bot offers; the playground sends it in the browser's language. @param {any} world @returns {any} */
export const inOwnLanguage = (world) => ({
  ...world,
  bot: { ...world.bot, commands: world.bot.commands.map(shown) },
});
