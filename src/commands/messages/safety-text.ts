import type { SafetySettings } from '../../safety/settings.ts';
import { BUNDLED_RULES } from '../../safety/word-list.ts';
import type { GuildSettings } from '../../studio/settings.ts';
import { quote } from './paint-messages.ts';

const limit = (name: string, value: number | null) =>
  value === null || value >= 1 ? [] : [`${name} above ${value}`];

function sharesOf({ blur, spoiler, refuse }: SafetySettings['general']['explicit']): string {
  const parts = [...limit('blur', blur), ...limit('spoiler', spoiler), ...limit('refuse', refuse)];
  return parts.length === 0 ? 'allowed' : parts.join(', ');
}

const rulesOf = (name: string, { explicit, suggestive }: SafetySettings['general'], here: boolean) =>
  `**${name}**${here ? ' (here)' : ''}: explicit ${sharesOf(explicit)} · suggestive ${sharesOf(suggestive)}`;

const channel = (id: string | undefined) => (id === undefined ? 'none' : `<#${id}>`);

/**
 * What is in force, in words.
 * @param look `here` is true in an age-restricted channel; `showsWords` for those who may read the server's own words
 */
export function safetyText(
  { safety, auditChannel, reportChannel }: GuildSettings,
  look: { here: boolean; showsWords: boolean },
): string {
  const { pictures, words, additions, general, ageRestricted, unchecked } = safety;
  const always = BUNDLED_RULES.filter(({ where }) => where === 'everywhere').map(({ name }) => name);
  const own = look.showsWords && additions.length > 0 ? `: ${quote(additions.join(', '))}` : '';
  return [
    pictures
      ? '🛡️ Sources, previews and results are looked at before anybody sees them.'
      : '🛡️ Pictures are not looked at in this server.',
    ...(pictures
      ? [
          rulesOf('General channels', general, !look.here),
          rulesOf('Age-restricted channels', ageRestricted, look.here),
          `**Pictures that cannot be checked**: ${unchecked}`,
        ]
      : []),
    `**Words**: the bundled list ${words ? 'is used' : 'is off'}, ${additions.length} of the server's own${own}`,
    `-# always: ${always.join('; ')}`,
    `**Audit channel**: ${channel(auditChannel)} · **reports**: ${channel(reportChannel)}`,
    '-# A filter, no guarantee. What is refused does not count against your share.',
  ]
    .join('\n')
    .slice(0, 2000);
}
