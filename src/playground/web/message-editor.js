import { html } from './vendor/lit-html/lit-html.js';

/**
 * The place to change a message of one's own.
 * @param {any} message @param {import('./pane.js').Pane} pane
 */
export function drawEditor(message, pane) {
  const save = (/** @type {KeyboardEvent & {target: HTMLTextAreaElement}} */ event) => {
    if (event.key === 'Escape') pane.doneEditing();
    if (event.key !== 'Enter' || event.shiftKey) return;
    event.preventDefault();
    const { value } = event.target;
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
