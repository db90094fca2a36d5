import { html } from './vendor/lit-html/lit-html.js';

/** @import { MessageView } from '../answers.ts' */
/** @import { Pane } from './pane.js' */

/**
 * The place to change a message of one's own.
 * @param {MessageView} message @param {Pane} pane
 */
export function drawEditor(message, pane) {
  const save = (/** @type {KeyboardEvent & {currentTarget: HTMLTextAreaElement}} */ event) => {
    if (event.key === 'Escape') pane.doneEditing();
    if (event.key !== 'Enter' || event.shiftKey) return;
    event.preventDefault();
    const { value } = event.currentTarget;
    void pane.guard(async () => {
      await (value.trim() === '' ? pane.api.remove(message.id) : pane.api.edit(message.id, value));
      pane.doneEditing();
    });
  };
  return html`<div class="message-editor">
    <textarea rows="2" aria-label="Edit message" .value=${message.content} @keydown=${save}></textarea>
    <p class="muted">Enter saves · Escape leaves it as it was</p>
  </div>`;
}
