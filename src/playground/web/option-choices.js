import { optionsOf } from './message-components.js';
import {
  ATTACHMENT,
  BOOLEAN,
  CHANNEL,
  INTEGER,
  MENTIONABLE,
  NUMBER,
  ROLE,
  TEXT,
  USER,
} from './usable-commands.js';

/** @import { World } from './own-language.js' */
/** @import { Suggestion } from './suggestions.js' */
/** @import { Option } from './usable-commands.js' */

/**
 * What can be entered for an option of a command.
 * @typedef {{name: string, value: string | number | boolean}} Choice
 */

/** Which select offers the same things. @type {Partial<Record<Option['type'], number>>} */
const LIKE_SELECT = { [USER]: 5, [ROLE]: 6, [MENTIONABLE]: 7, [CHANNEL]: 8 };
/** @type {Record<Option['type'], string>} */
const TYPE_WORDS = {
  [TEXT]: 'text',
  [INTEGER]: 'whole number',
  [BOOLEAN]: 'true or false',
  [USER]: 'member',
  [CHANNEL]: 'channel',
  [ROLE]: 'role',
  [MENTIONABLE]: 'member or role',
  [NUMBER]: 'number',
  [ATTACHMENT]: 'file',
};

/** @param {Option} option */
export function placeholder(option) {
  if (('autocomplete' in option && option.autocomplete) || choicesOf(option).length > 0)
    return 'type or choose';
  if (option.type === INTEGER || option.type === NUMBER) {
    const { min_value: least, max_value: most } = option;
    if (least !== undefined && most !== undefined) return `${least} to ${most}`;
  }
  return TYPE_WORDS[option.type];
}

/** @param {Option} option */
const choicesOf = (option) => ('choices' in option && option.choices) || [];

/** What can be offered without asking the bot. @param {Option} option @param {World} world @returns {Suggestion<Choice>[] | undefined} */
export function staticChoices(option, world) {
  const choices = choicesOf(option);
  /** @param {string} name @param {Choice['value']} value */
  const offer = (name, value) => ({ value: { name, value }, label: name });
  if (choices.length > 0) return choices.map(({ label, value }) => offer(label, value));
  if (option.type === BOOLEAN) return [offer('True', true), offer('False', false)];
  const like = LIKE_SELECT[option.type];
  return like === undefined
    ? undefined
    : optionsOf({ type: like }, world).map(({ label, value }) => offer(label, value));
}
