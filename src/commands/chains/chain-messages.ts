import { ButtonStyle } from 'discord-api-types/v10';
import { untranslated } from '../../language/phrase.ts';
import type { Say } from '../../language/say.ts';
import type { Chain } from '../../recipe/chain.ts';
import { formatStages } from '../../recipe/chain-grammar.ts';
import { type ActionRow, button, row } from '../messages/buttons.ts';
import type { MessageBody } from '../messages/message-body.ts';
import { quote } from '../messages/paint-messages.ts';
import type { KnownChain } from './chains-for.ts';

/** A chain in a line. */
export function chainLine(say: Say, { emoji, id, name, stages }: Chain): string {
  const count = say('{count, plural, one {# stage} other {# stages}}', { count: stages.length });
  return `${emoji} **${quote(say(untranslated(name)))}** \`${id}\` · ${count}`;
}

const aboutLine = (say: Say, { about }: Chain): string[] =>
  about === '' ? [] : [`-# ${quote(say(untranslated(about)))}`];

/** A chain with its stages, as they would be written. @param words that stand before it */
export const chainBody = (say: Say, chain: Chain, words: readonly string[] = []): MessageBody => ({
  content: [...words, chainLine(say, chain), ...aboutLine(say, chain)].join('\n'),
  embeds: [
    { description: `\`\`\`\n${formatStages(chain.stages).replaceAll('`', "'").slice(0, 4000)}\n\`\`\`` },
  ],
});

/** One chain, with what may be done to it. */
export const chainMessage = (say: Say, { chain, scope }: KnownChain, mayChange: boolean): MessageBody => ({
  ...chainBody(say, chain),
  components: scope !== undefined && mayChange ? [deleteRow(say, chain.id, scope)] : [],
});

const deleteRow = (say: Say, subject: string, argument: string): ActionRow =>
  row(
    button(
      { action: 'chain-delete', subject, argument },
      { label: say('Delete'), emoji: '🗑️', style: ButtonStyle.Danger },
    ),
  );

/** All chains that somebody can name. */
export function chainsMessage(say: Say, known: readonly KnownChain[]): MessageBody {
  const section = (title: string, scope: KnownChain['scope']) => {
    const lines = known
      .filter((one) => one.scope === scope)
      .flatMap(({ chain }) => [chainLine(say, chain), ...aboutLine(say, chain)]);
    return lines.length === 0 ? [] : [`__${title}__`, ...lines];
  };
  const lines = [
    ...section(say('Yours'), 'mine'),
    ...section(say("This server's"), 'server'),
    ...section(say("Everybody's"), undefined),
    `-# ${say('`/chain run` paints one, `/chain show` tells its stages, `/chain save` makes your own: one line a stage.')}`,
  ];
  return { embeds: [{ title: say('Chains'), description: lines.join('\n').slice(0, 4000) }] };
}
