import type {
  APIApplicationCommandBasicOption,
  APIApplicationCommandOption,
  LocalizationMap,
  RESTPostAPIChatInputApplicationCommandsJSONBody,
  RESTPostAPIContextMenuApplicationCommandsJSONBody,
} from 'discord-api-types/v10';
import { asPhrase } from '../language/phrase.ts';
import { discordLocales, inEnglish, LANGUAGES, sayIn } from '../language/say.ts';
import type { MessageCommand, SlashCommand, Worded, Wording } from './command.ts';

/** A text in every locale of Discord that we speak. */
function mapOf(wording: Wording): LocalizationMap {
  const entries = LANGUAGES.filter((language) => language !== 'en').flatMap((language) =>
    discordLocales(language).map((locale) => [locale, sayIn(language)(asPhrase(wording))]),
  );
  return Object.fromEntries(entries) as LocalizationMap;
}

/** A menu's name in every language. */
export const localisedMenu = (
  body: MessageCommand['data'],
): RESTPostAPIContextMenuApplicationCommandsJSONBody => ({
  ...body,
  name_localizations: mapOf(body.name),
});

/**
 * A command's descriptions and choices in every language. Commands and options that are typed keep their names: they are
 * terms of the field, and what one member tells another must work for both.
 */
export const localised = (body: SlashCommand['data']): RESTPostAPIChatInputApplicationCommandsJSONBody =>
  described(body) as RESTPostAPIChatInputApplicationCommandsJSONBody;

interface Part {
  description: Wording;
  options?: readonly Worded<APIApplicationCommandOption | APIApplicationCommandBasicOption>[];
  choices?: readonly { name: Wording }[];
}

function described(part: object): object {
  const { description, options, choices } = part as Part;
  return {
    ...part,
    description: inEnglish(asPhrase(description)),
    description_localizations: mapOf(description),
    ...(options ? { options: options.map(described) } : {}),
    ...(choices
      ? {
          choices: choices.map((choice) => ({
            ...choice,
            name: inEnglish(asPhrase(choice.name)),
            name_localizations: mapOf(choice.name),
          })),
        }
      : {}),
  };
}
