import { localUrl } from './api.js';
import { goToMessage } from './go-to-message.js';
import { drawEditor } from './message-editor.js';
import { openMessageMenu } from './message-menu.js';

/**
 * What a message needs of its pane to be drawn.
 * @param {import('./pane.js').Pane} pane
 */
export function messageContext(pane) {
  const known = {
    names: pane.app.names,
    openMessage: (/** @type {string} */ channel, /** @type {string} */ id) => goToMessage(pane, channel, id),
  };
  return {
    paneId: pane.id,
    known,
    failed: pane.failed,
    editing: pane.editing,
    editor: (/** @type {any} */ message) => drawEditor(message, pane),
    isMention: (/** @type {any} */ message) => isMention(message, pane.me.id),
    usesV2: (/** @type {any} */ { flags }) => (flags & 32768) !== 0,
    jump: (/** @type {string} */ id) => pane.jump(id),
    react: (/** @type {any} */ message, /** @type {string} */ emoji, /** @type {boolean} */ mine) =>
      pane.react(message, emoji, mine),
    reply: (/** @type {any} */ message) => pane.composer.reply(message),
    pickEmoji: (/** @type {any} */ anchor, /** @type {any} */ message) =>
      pane.pickEmojiFor(anchor, (emoji) => pane.react(message, emoji, false)),
    openMenu: (/** @type {any} */ event, /** @type {any} */ message) => openMessageMenu(event, message, pane),
    dismiss: (/** @type {any} */ { id }) => pane.guard(() => pane.api.remove(id)),
    forMessage: (/** @type {any} */ message) => componentContext(message, known, pane),
  };
}

/**
 * Bots name members all the time, mostly without ringing; what they answer directly counts.
 * @param {any} message @param {string} me
 */
const isMention = ({ mentions, author, referenced }, me) =>
  author.id !== me && (!author.bot || referenced) && mentions.some((/** @type {any} */ { id }) => id === me);

/** @param {any} message @param {any} known @param {import('./pane.js').Pane} pane */
function componentContext(message, known, pane) {
  const waiting = [...pane.pending.values()].filter(({ messageId }) => messageId === message.id);
  const begin = (/** @type {Promise<any>} */ starting, /** @type {string} */ customId) => {
    pane.failed.delete(message.id);
    return pane.guard(() => pane.start(starting, { messageId: message.id, customId, about: message }));
  };
  return {
    known,
    world: pane.world,
    waiting: new Set(waiting.map(({ customId }) => customId)),
    click: (/** @type {string} */ customId) =>
      begin(pane.api.click({ messageId: message.id, customId }), customId),
    choose: (/** @type {string} */ customId, /** @type {string[]} */ values) =>
      begin(pane.api.select({ messageId: message.id, customId, values }), customId),
    fileUrl: (/** @type {string} */ url) => {
      const name = url.startsWith('attachment://') ? url.slice('attachment://'.length) : undefined;
      const attachment = message.attachments.find((/** @type {any} */ { filename }) => filename === name);
      return localUrl(attachment?.url ?? url);
    },
  };
}
