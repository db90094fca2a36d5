import type { APIApplicationCommandOption, LocalizationMap } from 'discord-api-types/v10';
import { discordLocales, LANGUAGES, translated } from '../language/say.ts';
import type { MessageCommand, SlashCommand } from './command.ts';

type Body = (SlashCommand | MessageCommand)['data'];

/** A text in every locale of Discord that we speak. */
function mapOf(text: string): LocalizationMap {
  const entries = LANGUAGES.filter((language) => language !== 'en').flatMap((language) =>
    discordLocales(language).map((locale) => [locale, translated(language, text)]),
  );
  return Object.fromEntries(entries) as LocalizationMap;
}

/**
 * A command's descriptions, choices and, in menus, its name in every language. Commands and options that are typed keep
 * their names: they are terms of the field, and what one member tells another must work for both.
 */
export function localised(body: Body): Body {
  if (!('description' in body)) return { ...body, name_localizations: mapOf(body.name) };
  const { options } = body;
  return {
    ...body,
    description_localizations: mapOf(body.description),
    ...(options ? { options: options.map(localisedOption) } : {}),
  };
}

function localisedOption<O extends APIApplicationCommandOption>(option: O): O {
  return {
    ...option,
    description_localizations: mapOf(option.description),
    ...('options' in option && option.options ? { options: option.options.map(localisedOption) } : {}),
    ...('choices' in option && option.choices
      ? {
          choices: option.choices.map((choice) => ({ ...choice, name_localizations: mapOf(choice.name) })),
        }
      : {}),
  };
}
