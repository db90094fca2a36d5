import { toGiven } from './files.js';
import { CHECKBOX, drawRow, FILE, TEXT } from './form-fields.js';
import { html, render } from './vendor/lit-html/lit-html.js';

/** @import { APIModalInteractionResponseCallbackData } from 'discord-api-types/v10' */
/** @import { MessageView } from '../answers.ts' */
/** @import { FormContext } from './form-fields.js' */
/** @import { Pane } from './pane.js' */

/** The forms (modals) that a bot opens. */

/**
 * Shows a form until it is sent or closed.
 * @param {APIModalInteractionResponseCallbackData} modal @param {Pane} pane
 * @param {(fields: Record<string, unknown>) => Promise<void>} send
 * @param {MessageView} [about] the message that it was opened from
 */
export function openForm(modal, pane, send, about) {
  const opener = /** @type {HTMLElement | null} */ (document.activeElement);
  const dialog = document.createElement('dialog');
  dialog.className = 'form-dialog';
  dialog.setAttribute('aria-labelledby', 'form-title');
  /** @type {FormContext['files']} */
  const files = new Map();
  let error = '';
  let sending = false;

  const fieldsOf = async (/** @type {HTMLFormElement} */ form) => {
    const data = new FormData(form);
    /** @type {Record<string, unknown>} */
    const fields = {};
    for (const input of inputsOf(modal)) {
      const id = input.custom_id;
      if (input.type === FILE) fields[id] = await Promise.all((files.get(id) ?? []).map(toGiven));
      else if (input.type === CHECKBOX) fields[id] = data.has(id);
      else if (input.type === TEXT) fields[id] = data.getAll(id).map(String).join('');
      else
        fields[id] = data
          .getAll(id)
          .map(String)
          .filter((value) => value !== '');
    }
    return fields;
  };
  const submit = async (/** @type {Event & {currentTarget: HTMLFormElement}} */ event) => {
    event.preventDefault();
    const form = event.currentTarget;
    if (sending) return;
    sending = true;
    error = '';
    draw();
    try {
      await send(await fieldsOf(form));
      dialog.close();
    } catch (problem) {
      error = problem instanceof Error ? problem.message : String(problem);
    }
    sending = false;
    draw();
  };
  /** @type {FormContext} */
  const context = { pane, files, about, drawings: new Map(), draw: () => draw() };
  const draw = () =>
    render(
      html`<form @submit=${submit} novalidate>
        <header>
          <span class="avatar avatar-bot" aria-hidden="true">🎨</span>
          <h2 id="form-title">${modal.title}</h2>
          <button type="button" class="round" aria-label="Close" @click=${() => dialog.close()}>✕</button>
        </header>
        <div class="form-fields">${modal.components.map((row) => drawRow(row, context))}</div>
        <p class="command-error" role="alert">${error}</p>
        <footer>
          <button type="button" class="button button-quiet" @click=${() => dialog.close()}>Cancel</button>
          <button type="submit" class="button button-primary" aria-busy=${sending ? 'true' : 'false'}>Submit</button>
        </footer>
      </form>`,
      dialog,
    );
  draw();
  dialog.addEventListener('close', () => {
    dialog.remove();
    opener?.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
  /** @type {HTMLElement | null} */ (
    dialog.querySelector('.form-fields :is(input, textarea, select)')
  )?.focus();
}

/** @param {APIModalInteractionResponseCallbackData} modal */
const inputsOf = (modal) =>
  modal.components.flatMap((row) =>
    'component' in row ? [row.component] : 'components' in row ? row.components : [],
  );
