import { localUrl } from './api.js';
import { goToMessage } from './go-to-message.js';
import { drawEditor } from './message-editor.js';
import { openMessageMenu } from './message-menu.js';

/** @import { MessageView, Started } from '../answers.ts' */
/** @import { Known } from './markdown.js' */
/** @import { Context } from './message-components.js' */
/** @import { MenuEvent } from './message-menu.js' */
/** @import { Pane } from './pane.js' */

/**
 * What a message needs of its pane to be drawn.
 * @typedef {ReturnType<typeof messageContext>} MessageContext
 * @param {Pane} pane
 */
export function messageContext(pane) {
  /** @type {Known} */
  const known = {
    names: pane.app.names,
    openMessage: (channel, id) => goToMessage(pane, channel, id),
  };
  return {
    paneId: pane.id,
    known,
    failed: pane.failed,
    editing: pane.editing,
    editor: (/** @type {MessageView} */ message) => drawEditor(message, pane),
    isMention: (/** @type {MessageView} */ message) => isMention(message, pane.me.id),
    usesV2: (/** @type {MessageView} */ { flags }) => (flags & 32768) !== 0,
    jump: (/** @type {string} */ id) => pane.jump(id),
    react: (/** @type {MessageView} */ message, /** @type {string} */ emoji, /** @type {boolean} */ mine) =>
      pane.react(message, emoji, mine),
    reply: (/** @type {MessageView} */ message) => pane.composer.reply(message),
    pickEmoji: (/** @type {HTMLElement} */ anchor, /** @type {MessageView} */ message) =>
      pane.pickEmojiFor(anchor, (emoji) => pane.react(message, emoji, false)),
    openMenu: (/** @type {MenuEvent} */ event, /** @type {MessageView} */ message) =>
      openMessageMenu(event, message, pane),
    dismiss: (/** @type {MessageView} */ { id }) => pane.guard(() => pane.api.remove(id)),
    forMessage: (/** @type {MessageView} */ message) => componentContext(message, known, pane),
  };
}

/**
 * Bots name members all the time, mostly without ringing; what they answer directly counts.
 * @param {MessageView} message @param {string} me
 */
const isMention = ({ mentions, author, referenced }, me) =>
  author.id !== me && (!author.bot || referenced) && mentions.some(({ id }) => id === me);

/** @param {MessageView} message @param {Known} known @param {Pane} pane @returns {Context} */
function componentContext(message, known, pane) {
  const waiting = [...pane.pending.values()].filter(({ messageId }) => messageId === message.id);
  const begin = (/** @type {Promise<Started>} */ starting, /** @type {string} */ customId) => {
    pane.failed.delete(message.id);
    void pane.guard(() => pane.start(starting, { messageId: message.id, customId, about: message }));
  };
  return {
    known,
    world: pane.world,
    waiting: new Set(waiting.map(({ customId }) => customId)),
    click: (customId) => begin(pane.api.click({ messageId: message.id, customId }), customId),
    choose: (customId, values) =>
      begin(pane.api.select({ messageId: message.id, customId, values }), customId),
    fileUrl: (url) => {
      const name = url.startsWith('attachment://') ? url.slice('attachment://'.length) : undefined;
      const attachment = message.attachments.find(({ filename }) => filename === name);
      return localUrl(attachment?.url ?? url);
    },
  };
}
