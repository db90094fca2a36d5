import type { APIEmbed } from 'discord-api-types/v10';
import { ButtonStyle } from 'discord-api-types/v10';
import type { Say } from '../../language/say.ts';
import { styleName } from '../../recipe/style-name.ts';
import type { Style } from '../../recipe/styles.ts';
import type { Scope } from '../kept/scope.ts';
import { type ActionRow, button, row, select } from '../messages/buttons.ts';
import type { MessageBody } from '../messages/message-body.ts';
import { quote } from '../messages/paint-messages.ts';

const span = ([low, high]: readonly [number, number, number]) => `${low}–${high}`;

/** A style in a line: how it is called, and what it suggests. */
export const styleLine = (say: Say, { emoji, name, id, strength, guidance }: Style): string =>
  [
    `${emoji} **${quote(say(styleName(name)))}** \`${id}\``,
    say('strength {strength}', { strength: span(strength) }),
    say('guidance {guidance}', { guidance: span(guidance) }),
  ].join(' · ');

/** Three lists stay below what Discord takes in the embeds of a message together. */
const MOST_LETTERS = 1900;

function list(say: Say, title: string, styles: readonly Style[], none: string): APIEmbed {
  let description = '';
  for (const [i, style] of styles.entries()) {
    const line = `${styleLine(say, style)}\n`;
    if (description.length + line.length > MOST_LETTERS) {
      description += say('… and {count} more', { count: styles.length - i });
      break;
    }
    description += line;
  }
  return { title, description: description.trim() || none };
}

export interface StyleLists {
  mine: readonly Style[];
  server: readonly Style[];
  everybody: readonly Style[];
}

/** All styles that somebody can name, and a select of their own. @param inServer whether there is a server here */
export function stylesMessage(
  say: Say,
  { mine, server, everybody }: StyleLists,
  inServer: boolean,
): MessageBody {
  return {
    embeds: [
      list(say, say('Yours'), mine, say('None yet: **Save style** under a painting keeps its look.')),
      ...(inServer
        ? [list(say, say("This server's"), server, say('None yet: who may manage the server can save some.'))]
        : []),
      list(say, say("Everybody's"), everybody, ''),
    ],
    components: [
      ...(mine.length > 0 ? [pick(say, say('One of yours …'), 'mine', mine)] : []),
      ...(server.length > 0 ? [pick(say, say("One of the server's …"), 'server', server)] : []),
    ],
  };
}

const pick = (say: Say, placeholder: string, scope: Scope, styles: readonly Style[]): ActionRow =>
  row(
    select(
      { action: 'style', subject: scope },
      placeholder,
      styles.map(({ id, name, emoji, strength }) => ({
        label: name,
        value: id,
        emoji,
        description: say('strength {strength}', { strength: span(strength) }),
      })),
    ),
  );

/** One style, with what may be done to it. @param scope undefined for everybody's */
export function styleMessage(
  say: Say,
  style: Style,
  scope: Scope | undefined,
  mayChange: boolean,
): MessageBody {
  const { id, prompt, negative, model } = style;
  return {
    content: [
      styleLine(say, style),
      `**${say('Words')}**: ${quote(prompt)}`,
      ...(negative === '' ? [] : [`**${say('Keep out')}**: ${quote(negative)}`]),
      ...(model === undefined ? [] : [`**${say('Model')}**: \`${model}\``]),
    ].join('\n'),
    components: scope !== undefined && mayChange ? [manageRow(say, id, scope)] : [],
  };
}

const manageRow = (say: Say, subject: string, argument: Scope): ActionRow =>
  row(
    button({ action: 'style-rename', subject, argument }, { label: say('Rename'), emoji: '✏️' }),
    button(
      { action: 'style-delete', subject, argument },
      { label: say('Delete'), emoji: '🗑️', style: ButtonStyle.Danger },
    ),
  );
