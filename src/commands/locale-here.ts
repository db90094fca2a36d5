import type { GuildSettings } from '../studio/settings.ts';
import type { Origin } from './context.ts';

/** The language of what everybody in a place sees: the server's where it has chosen one, else that of whoever asks. */
export const localeHere = (
  { language }: Pick<GuildSettings, 'language'>,
  { locale }: Pick<Origin, 'locale'>,
): string => language ?? locale;

/** The language of what a server's moderators are told, whoever asked. */
export const moderatorsLocale = (
  { language }: Pick<GuildSettings, 'language'>,
  guildLocale: string | undefined,
): string => language ?? guildLocale ?? 'en-US';
