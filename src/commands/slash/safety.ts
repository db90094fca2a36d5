import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  InteractionContextType,
} from 'discord-api-types/v10';
import { UserError } from '../../errors.ts';
import { phrase } from '../../language/phrase.ts';
import { DEFAULT_SAFETY, type SafetySettings } from '../../safety/settings.ts';
import { parseEntry } from '../../safety/word-rule.ts';
import type { GuildSettings } from '../../studio/settings.ts';
import type { OptionValues, SlashCommand } from '../command.ts';
import { safetyText } from '../messages/safety-text.ts';

const option = ApplicationCommandOptionType;
const share = (name: string, description: string) => ({
  name,
  description,
  type: ApplicationCommandOptionType.Number as const,
  min_value: 0,
  max_value: 1,
});
const flag = (name: string, description: string) => ({
  name,
  description,
  type: ApplicationCommandOptionType.Boolean as const,
});
const WHERE = ['general', 'age-restricted'] as const;
const UNCHECKED = ['refuse', 'spoiler', 'allow'] as const;
const MAX_WORDS = 500;

export const safety: SlashCommand = {
  data: {
    name: 'safety',
    description: "What is checked here; the server's managers can change it",
    type: ApplicationCommandType.ChatInput,
    contexts: [InteractionContextType.Guild, InteractionContextType.BotDM],
    options: [
      {
        name: 'where',
        description: 'Which channels the shares below are for; general when left out',
        type: option.String,
        choices: WHERE.map((value) => ({ name: value, value })),
      },
      share('explicit_blur', 'Explicit: previews are blurred above this share, 0 to 1; 1 is never'),
      share('explicit_spoiler', 'Explicit: results are hidden above this share, 0 to 1; 1 is never'),
      share('explicit_refuse', 'Explicit: pictures are refused above this share, 0 to 1; 1 is never'),
      share('suggestive_blur', 'Suggestive: previews are blurred above this share, 0 to 1; 1 is never'),
      share('suggestive_spoiler', 'Suggestive: results are hidden above this share, 0 to 1; 1 is never'),
      share('suggestive_refuse', 'Suggestive: pictures are refused above this share, 0 to 1; 1 is never'),
      flag('pictures', 'Pictures are looked at (true), or not at all (false)'),
      flag('words', 'The bundled word list is used; some of its rules always are'),
      {
        name: 'add_word',
        description: 'A word, a word*, or a /pattern/ that this server does not want',
        type: option.String,
        max_length: 200,
      },
      { name: 'remove_word', description: 'Takes such a word off', type: option.String, max_length: 200 },
      {
        name: 'unchecked',
        description: 'What happens to pictures that cannot be checked',
        type: option.String,
        choices: UNCHECKED.map((value) => ({ name: value, value })),
      },
      flag(
        'audit_here',
        'This channel hears, by ids, what was refused or hidden (true), or none does (false)',
      ),
      flag('reports_here', 'This channel hears of reported pictures (true), or none does (false)'),
      flag('reset', 'Everything as it was at first'),
    ],
  },

  async run({ services, origin, conversation, say }, options) {
    const { settings } = services.studio;
    const { guildId, channelId, isAgeRestricted } = origin.place;
    const before = await settings.guild(guildId);
    const change = changeOf(before, options, channelId);
    if (Object.keys(change).length > 0) {
      if (guildId === undefined)
        throw new UserError(
          'no-server',
          'Expected a server for these settings, but this is a private conversation',
        );
      if (!origin.member.isManager)
        throw new UserError('not-manager', "Only who may manage the server can change the server's safety");
      await settings.setGuild(guildId, change);
    }
    const now = await settings.guild(guildId);
    await conversation.answer({
      content: safetyText(say, now, { here: isAgeRestricted, showsWords: origin.member.isManager }),
    });
  },
};

type Change = Partial<GuildSettings>;

function changeOf(before: GuildSettings, options: OptionValues, channelId: string): Change {
  const change: Change = {};
  const changed = changedSafety(before.safety, options);
  if (changed) change.safety = changed;
  const audit = options.flag('audit_here');
  if (audit !== undefined) change.auditChannel = audit ? channelId : undefined;
  const reports = options.flag('reports_here');
  if (reports !== undefined) change.reportChannel = reports ? channelId : undefined;
  return change;
}

/** The settings with what the options change; undefined where they change nothing. */
function changedSafety(before: SafetySettings, options: OptionValues): SafetySettings | undefined {
  const start = options.flag('reset') ? DEFAULT_SAFETY : before;
  const unchecked = UNCHECKED.find((value) => value === options.text('unchecked'));
  const after: SafetySettings = {
    ...start,
    ...withShares(start, options),
    pictures: options.flag('pictures') ?? start.pictures,
    words: options.flag('words') ?? start.words,
    unchecked: unchecked ?? start.unchecked,
    additions: changedWords(start.additions, options),
  };
  return JSON.stringify(after) === JSON.stringify(before) ? undefined : after;
}

function withShares(start: SafetySettings, options: OptionValues): Partial<SafetySettings> {
  const place = options.text('where') === 'age-restricted' ? 'ageRestricted' : 'general';
  const rules = start[place];
  const read = (name: 'explicit' | 'suggestive') => ({
    blur: options.number(`${name}_blur`) ?? rules[name].blur,
    spoiler: options.number(`${name}_spoiler`) ?? rules[name].spoiler,
    refuse: options.number(`${name}_refuse`) ?? rules[name].refuse,
  });
  return { [place]: { explicit: read('explicit'), suggestive: read('suggestive') } };
}

/** @throws UserError `bad-word`, `too-many-words` */
function changedWords(words: readonly string[], options: OptionValues): string[] {
  const added = options.text('add_word')?.trim();
  const removed = options.text('remove_word')?.trim();
  if (removed !== undefined && !words.includes(removed))
    throw new UserError(
      'unknown-word',
      phrase('Expected one of the server\'s words, but received "{given}"', { given: removed }),
    );
  const left = words.filter((word) => word !== removed);
  if (added === undefined || left.includes(added)) return left;
  if (left.length >= MAX_WORDS)
    throw new UserError(
      'too-many-words',
      phrase("Expected at most {most} words of a server's own", { most: MAX_WORDS }),
    );
  parseEntry(added);
  return [...left, added];
}
