import { askForFiles, chosenCard, filesIn, fromFile, sampleTray, toGiven } from './files.js';
import { markdown } from './markdown.js';
import { optionsOf, optionWords } from './message-components.js';
import { html, nothing, render } from './vendor/lit-html/lit-html.js';

/** The forms (modals) that a bot opens. */

const [ROW, TEXT, TEXT_DISPLAY, LABEL, FILE, RADIO, CHECKBOXES, CHECKBOX] = [1, 4, 10, 18, 19, 21, 22, 23];

/**
 * Shows a form until it is sent or closed.
 * @param {any} modal @param {any} pane @param {(fields: Record<string, any>) => Promise<void>} send
 */
export function openForm(modal, pane, send) {
  const opener = /** @type {HTMLElement | null} */ (document.activeElement);
  const dialog = document.createElement('dialog');
  dialog.className = 'form-dialog';
  dialog.setAttribute('aria-labelledby', 'form-title');
  /** @type {Map<string, import('./files.js').Chosen[]>} */
  const files = new Map();
  let error = '';
  let sending = false;

  const fieldsOf = async (/** @type {HTMLFormElement} */ form) => {
    const data = new FormData(form);
    /** @type {Record<string, any>} */
    const fields = {};
    for (const input of inputsOf(modal)) {
      const id = input.custom_id;
      if (input.type === FILE) fields[id] = await Promise.all((files.get(id) ?? []).map(toGiven));
      else if (input.type === CHECKBOX) fields[id] = data.has(id);
      else if (input.type === TEXT) fields[id] = String(data.get(id) ?? '');
      else
        fields[id] = data
          .getAll(id)
          .map(String)
          .filter((value) => value !== '');
    }
    return fields;
  };
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (sending) return;
    sending = true;
    error = '';
    draw();
    try {
      await send(await fieldsOf(/** @type {HTMLFormElement} */ (event.target)));
      dialog.close();
    } catch (problem) {
      error = problem instanceof Error ? problem.message : String(problem);
    }
    sending = false;
    draw();
  };
  const context = { pane, files, draw: () => draw() };
  const draw = () =>
    render(
      html`<form @submit=${submit} novalidate>
        <header>
          <span class="avatar avatar-bot" aria-hidden="true">🎨</span>
          <h2 id="form-title">${modal.title}</h2>
          <button type="button" class="round" aria-label="Close" @click=${() => dialog.close()}>✕</button>
        </header>
        <div class="form-fields">${modal.components.map((/** @type {any} */ row) => drawRow(row, context))}</div>
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

/** @param {any} modal @returns {any[]} */
const inputsOf = (modal) =>
  modal.components.flatMap((/** @type {any} */ row) =>
    row.component ? [row.component] : (row.components ?? []),
  );

/** @param {any} row @param {any} context @returns {unknown} */
function drawRow(row, context) {
  if (row.type === LABEL) return drawField(row.component, row.label, row.description, context);
  if (row.type === ROW)
    return row.components.map((/** @type {any} */ input) =>
      drawField(input, input.label, undefined, context),
    );
  if (row.type === TEXT_DISPLAY)
    return html`<div class="words">${markdown(row.content, { names: new Map() })}</div>`;
  return nothing;
}

/** @param {any} input @param {string} label @param {string | undefined} description @param {any} context */
function drawField(input, label, description, context) {
  const id = `field-${input.custom_id}`;
  const required = input.required !== false && input.type !== CHECKBOX;
  const title = html`${label}${required ? html`<span class="required" aria-hidden="true"> *</span>` : nothing}`;
  const note = description ? html`<span class="muted" id=${`${id}-note`}>${description}</span>` : nothing;
  const described = description ? `${id}-note` : nothing;
  if (input.type === TEXT) {
    const field =
      input.style === 2
        ? html`<textarea id=${id} name=${input.custom_id} rows="3" maxlength=${input.max_length ?? 4000} placeholder=${input.placeholder ?? ''} aria-required=${String(required)} aria-describedby=${described} .value=${input.value ?? ''}></textarea>`
        : html`<input type="text" id=${id} name=${input.custom_id} maxlength=${input.max_length ?? 4000} placeholder=${input.placeholder ?? ''} aria-required=${String(required)} aria-describedby=${described} autocomplete="off" .value=${input.value ?? ''} />`;
    return html`<div class="field"><label for=${id}>${title}</label>${note}${field}</div>`;
  }
  if (input.type === FILE) return drawFiles(input, title, note, context);
  if (input.type === CHECKBOX)
    return html`<div class="field"><label class="check"><input type="checkbox" name=${input.custom_id} ?checked=${input.value === true || input.default === true} />${label}</label>${note}</div>`;
  const options =
    input.type === RADIO || input.type === CHECKBOXES
      ? (input.options ?? [])
      : optionsOf(input, context.pane.world);
  const many = input.type === CHECKBOXES || (input.type !== RADIO && (input.max_values ?? 1) > 1);
  if (input.type === RADIO || many)
    return html`<fieldset class="field"><legend>${title}</legend>${note}
      ${options.map((/** @type {any} */ option) => html`<label class="check"><input type=${many ? 'checkbox' : 'radio'} name=${input.custom_id} value=${option.value} ?checked=${option.default === true} />${optionWords(option)}</label>`)}
    </fieldset>`;
  return html`<div class="field"><label for=${id}>${title}</label>${note}
    <select id=${id} name=${input.custom_id} class="select" aria-describedby=${described}>
      ${options.some((/** @type {any} */ { default: chosen }) => chosen) ? nothing : html`<option value="">${input.placeholder ?? 'Make a selection'}</option>`}
      ${options.map((/** @type {any} */ option) => html`<option value=${option.value} ?selected=${option.default === true}>${optionWords(option)}</option>`)}
    </select>
  </div>`;
}

/** @param {any} input @param {unknown} title @param {unknown} note @param {any} context */
function drawFiles(input, title, note, { pane, files, draw }) {
  const id = input.custom_id;
  const chosen = files.get(id) ?? [];
  const most = input.max_values ?? 1;
  const take = (/** @type {import('./files.js').Chosen[]} */ more) => {
    files.set(id, [...chosen, ...more].slice(-most));
    draw();
  };
  return html`<fieldset
    class="field drop"
    @dragover=${(/** @type {Event} */ event) => event.preventDefault()}
    @drop=${(/** @type {DragEvent} */ event) => {
      event.preventDefault();
      take(filesIn(event.dataTransfer).map(fromFile));
    }}
  >
    <legend>${title}</legend>
    ${note}
    <div class="chosen-files">
      ${chosen.map((/** @type {any} */ one) =>
        chosenCard(one, () => {
          files.set(
            id,
            chosen.filter((/** @type {any} */ other) => other !== one),
          );
          draw();
        }),
      )}
      <button type="button" class="button button-secondary" @click=${() => askForFiles({ multiple: most > 1 }, (list) => take(list.map(fromFile)))}>Choose or drop a file</button>
    </div>
    <details><summary>Take a sample</summary>${sampleTray(pane.app.samples, (one) => take([one]))}</details>
  </fieldset>`;
}
