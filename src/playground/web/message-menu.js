import { openMenu } from './menu.js';

/** @import { MessageView } from '../answers.ts' */
/** @import { Pane } from './pane.js' */

/**
 * What can be done with a message: the bot's own entries first, as in Discord's Apps.
 * @typedef {MouseEvent & {target: Element, currentTarget: HTMLElement}} MenuEvent
 * @param {MenuEvent} event @param {MessageView} message @param {Pane} pane
 */
export function openMessageMenu(event, message, pane) {
  if (message.loading || event.target.closest('a, input, textarea, select')) return;
  event.preventDefault();
  const anchor = event.currentTarget;
  openMenu(anchor, [
    ...(message.ephemeral ? [] : entriesOfApps(message, pane)),
    { heading: 'Message' },
    ...(message.ephemeral ? [] : answers(message, anchor, pane)),
    {
      icon: '❏',
      label: 'Copy text',
      act: () => void pane.guard(() => navigator.clipboard.writeText(message.content)),
    },
    ...changes(message, pane),
  ]);
}

/** @param {MessageView} message @param {Pane} pane */
function entriesOfApps(message, pane) {
  const apps = pane.commands.filter(({ type }) => type === 3);
  const entries = apps.map(({ name, label }) => ({
    icon: '🎨',
    label,
    act: () =>
      void pane.guard(() =>
        pane.start(pane.api.context({ messageId: message.id, command: name }), { about: message }),
      ),
  }));
  return entries.length > 0 ? [{ heading: 'Apps' }, ...entries] : [];
}

/** @param {MessageView} message @param {HTMLElement} anchor @param {Pane} pane */
const answers = (message, anchor, pane) => [
  { icon: '↩', label: 'Reply', act: () => pane.composer.reply(message) },
  {
    icon: '☺',
    label: 'Add reaction',
    act: () => pane.pickEmojiFor(anchor, (emoji) => pane.react(message, emoji, false)),
  },
];

/** @param {MessageView} message @param {Pane} pane */
function changes(message, pane) {
  const isMine = message.author.id === pane.me.id;
  const mayRemove = isMine || message.ephemeral || pane.member === 'mod';
  return [
    ...(isMine ? [{ icon: '✎', label: 'Edit message', act: () => pane.edit(message) }] : []),
    ...(mayRemove
      ? [
          {
            icon: '🗑',
            label: message.ephemeral ? 'Dismiss' : 'Delete message',
            danger: true,
            act: () => void pane.guard(() => pane.api.remove(message.id)),
          },
        ]
      : []),
  ];
}
