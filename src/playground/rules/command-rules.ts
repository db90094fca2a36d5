import { formError } from '../discord-error.ts';
import type { CommandBody } from './command-shapes.ts';
import { LIMITS } from './limits.ts';
import { textLength } from './text-length.ts';

const NAME = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;

interface CommandOption extends Named {
  type: number;
  required?: boolean | null | undefined;
  autocomplete?: boolean | null | undefined;
  options?: CommandOption[] | null | undefined;
}

type Path = readonly (string | number)[];

/** One command. @throws DiscordError 50035 for rules that span fields */
export function checkCommand(body: CommandBody, path: Path = []): void {
  if (body.type !== 1) {
    if (body.description)
      throw formError(
        [...path, 'description'],
        'APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION',
        'Context menu commands cannot have a description',
      );
    return;
  }
  if (!NAME.test(body.name) || body.name !== body.name.toLowerCase())
    throw formError([...path, 'name'], 'APPLICATION_COMMAND_INVALID_NAME', 'Command name is invalid');
  if (!body.description)
    throw formError([...path, 'description'], 'BASE_TYPE_REQUIRED', 'This field is required');
  checkOptions(body.options ?? [], [...path, 'options']);
  if (lettersOf(body) > LIMITS.commandTotal)
    throw formError(path, 'APPLICATION_COMMAND_TOO_LARGE', 'Command exceeds maximum size (8000)');
}

/** All commands of a scope together. @throws DiscordError 50035 */
export function checkCommands(bodies: readonly CommandBody[]): void {
  const seen = new Set<string>();
  bodies.forEach((body, i) => {
    checkCommand(body, [i]);
    const key = `${body.type} ${body.name}`;
    if (seen.has(key))
      throw formError(
        [i, 'name'],
        'APPLICATION_COMMANDS_DUPLICATE_NAME',
        'Application command names must be unique',
      );
    seen.add(key);
  });
}

type Translations = Record<string, string> | null | undefined;

interface Named {
  name: string;
  name_localizations?: Translations;
  description?: string | null | undefined;
  description_localizations?: Translations;
  choices?: { name: string; name_localizations?: Translations; value: string | number }[] | null | undefined;
  options?: Named[] | null | undefined;
}

/** Of a text that is there in several languages the longest counts. */
const longest = (text: string | null | undefined, translations: Translations) =>
  Math.max(textLength(text ?? ''), ...Object.values(translations ?? {}).map(textLength));

/** Names, descriptions and values together, at every depth. */
function lettersOf({ choices, options, ...own }: Named): number {
  const words =
    longest(own.name, own.name_localizations) + longest(own.description, own.description_localizations);
  const offered = (choices ?? []).reduce(
    (sum, choice) =>
      sum +
      longest(choice.name, choice.name_localizations) +
      (typeof choice.value === 'string' ? textLength(choice.value) : 0),
    0,
  );
  return words + offered + (options ?? []).reduce((sum, option) => sum + lettersOf(option), 0);
}

function checkOptions(options: readonly CommandOption[], path: readonly (string | number)[]): void {
  let optionalSeen = false;
  const names = new Set<string>();
  options.forEach((option, i) => {
    if (!NAME.test(option.name) || option.name !== option.name.toLowerCase()) {
      throw formError([...path, i, 'name'], 'APPLICATION_COMMAND_INVALID_NAME', 'Command name is invalid');
    }
    if (names.has(option.name))
      throw formError(
        [...path, i, 'name'],
        'APPLICATION_COMMAND_OPTIONS_NAME_INVALID',
        'Option names must be unique',
      );
    names.add(option.name);
    if (option.required && optionalSeen) {
      throw formError(
        [...path, i],
        'APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID',
        'Required options must be placed before non-required options',
      );
    }
    if (!option.required && option.type > 2) optionalSeen = true;
    if (option.autocomplete && (option.choices?.length ?? 0) > 0) {
      throw formError(
        [...path, i, 'choices'],
        'APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_CHOICES',
        'Choices cannot be used with autocomplete',
      );
    }
    if (option.options) checkOptions(option.options, [...path, i, 'options']);
  });
}
