import { type Phrase, phrase, untranslated } from '../../language/phrase.ts';
import type { Say } from '../../language/say.ts';
import type { SafetySettings } from '../../safety/settings.ts';
import { BUNDLED_RULES } from '../../safety/word-list.ts';
import type { GuildSettings } from '../../studio/settings.ts';
import { quote } from './paint-messages.ts';

const LIMITS = {
  blur: 'blur above {share}',
  spoiler: 'spoiler above {share}',
  refuse: 'refuse above {share}',
} as const;

/** What happens above which share, mildest first; 1 is never. */
function sharesOf(thresholds: SafetySettings['general']['explicit']): Phrase[] {
  const parts = (['blur', 'spoiler', 'refuse'] as const).flatMap((name) => {
    const share = thresholds[name];
    return share === null || share >= 1 ? [] : [phrase(LIMITS[name], { share })];
  });
  return parts.length === 0 ? [phrase('allowed')] : parts;
}

const rulesOf = (name: Phrase, { explicit, suggestive }: SafetySettings['general']): Phrase =>
  phrase('**{name}**: explicit {explicit} · suggestive {suggestive}', {
    name,
    explicit: sharesOf(explicit),
    suggestive: sharesOf(suggestive),
  });

const channel = (id: string | undefined) => (id === undefined ? phrase('none') : `<#${id}>`);

const UNCHECKED = { refuse: 'refuse', spoiler: 'spoiler', allow: 'allow' } as const;

/** What holds for words: the bundled list, and how many of the server's own. */
function wordsOf(say: Say, { words, additions }: SafetySettings, showsWords: boolean): string {
  const count = additions.length;
  const said = words
    ? say("**Words**: the bundled list is used, {count} of the server's own", { count })
    : say("**Words**: the bundled list is off, {count} of the server's own", { count });
  return showsWords && count > 0 ? `${said}: ${quote(additions.join(', '))}` : said;
}

/**
 * What is in force, in words.
 * @param look `here` is true in an age-restricted channel; `showsWords` for those who may read the server's own words
 */
export function safetyText(
  say: Say,
  { safety, auditChannel, reportChannel }: GuildSettings,
  look: { here: boolean; showsWords: boolean },
): string {
  const { pictures, general, ageRestricted, unchecked } = safety;
  const names = BUNDLED_RULES.filter(({ where }) => where === 'everywhere').map(({ name }) => name);
  const always = [...new Set(names)].map((name) => say(untranslated(name)));
  return [
    pictures
      ? say('🛡️ Sources, previews and results are looked at before anybody sees them.')
      : say('🛡️ Pictures are not looked at in this server.'),
    ...(pictures
      ? [
          say(rulesOf(phrase(look.here ? 'General channels' : 'General channels (here)'), general)),
          say(
            rulesOf(
              phrase(look.here ? 'Age-restricted channels (here)' : 'Age-restricted channels'),
              ageRestricted,
            ),
          ),
          say('**Pictures that cannot be checked**: {what}', { what: phrase(UNCHECKED[unchecked]) }),
        ]
      : []),
    wordsOf(say, safety, look.showsWords),
    `-# ${say('always: {rules}', { rules: always.join('; ') })}`,
    say('**Audit channel**: {audit} · **reports**: {reports}', {
      audit: channel(auditChannel),
      reports: channel(reportChannel),
    }),
    `-# ${say('A filter, no guarantee. What is refused does not count against your share.')}`,
  ]
    .join('\n')
    .slice(0, 2000);
}
