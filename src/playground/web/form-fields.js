import { askForFiles, chosenCard, filesIn, fromFile, sampleTray } from './files.js';
import { markdown } from './markdown.js';
import { asPictures, isMaskName, offerMask } from './mask-offer.js';
import { picturesOf } from './media.js';
import { optionsOf, optionWords } from './message-components.js';
import { html, nothing } from './vendor/lit-html/lit-html.js';

/** The fields of a form, by Discord's component numbers. */

const [ROW, TEXT_DISPLAY, LABEL, RADIO, CHECKBOXES] = [1, 10, 18, 21, 22];
export const [TEXT, FILE, CHECKBOX] = [4, 19, 23];

/**
 * A field, with what is said around it.
 * @typedef {{input: any, id: string, title: unknown, label: string, note: unknown, described: unknown, required: boolean, context: any}} Field
 */

/** @param {any} row @param {any} context @returns {unknown} */
export function drawRow(row, context) {
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
  /** @type {Field} */
  const field = {
    input,
    id,
    label,
    required,
    context,
    title: html`${label}${required ? html`<span class="required" aria-hidden="true"> *</span>` : nothing}`,
    note: description ? html`<span class="muted" id=${`${id}-note`}>${description}</span>` : nothing,
    described: description ? `${id}-note` : nothing,
  };
  if (input.type === TEXT) return drawText(field);
  if (input.type === FILE) return drawFiles(field);
  if (input.type === CHECKBOX) return drawCheckbox(field);
  return isList(input) ? drawList(field) : drawSelect(field);
}

/** @param {Field} field */
function drawText({ input, id, title, note, described, required }) {
  const { custom_id: name, max_length: most = 4000, placeholder = '', value = '' } = input;
  const field =
    input.style === 2
      ? html`<textarea id=${id} name=${name} rows="3" maxlength=${most} placeholder=${placeholder} aria-required=${String(required)} aria-describedby=${described} .value=${value}></textarea>`
      : html`<input type="text" id=${id} name=${name} maxlength=${most} placeholder=${placeholder} aria-required=${String(required)} aria-describedby=${described} autocomplete="off" .value=${value} />`;
  return html`<div class="field"><label for=${id}>${title}</label>${note}${field}</div>`;
}

/** @param {Field} field */
function drawCheckbox({ input, label, note }) {
  const isOn = input.value === true || input.default === true;
  return html`<div class="field"><label class="check"><input type="checkbox" name=${input.custom_id} ?checked=${isOn} />${label}</label>${note}</div>`;
}

/** @param {any} input */
const isMany = (input) => input.type === CHECKBOXES || (input.type !== RADIO && (input.max_values ?? 1) > 1);

/** Shown with all its lines at once. @param {any} input */
const isList = (input) => input.type === RADIO || isMany(input);

/** @param {Field} field */
function drawList({ input, title, note, context }) {
  const options =
    input.type === RADIO || input.type === CHECKBOXES
      ? (input.options ?? [])
      : optionsOf(input, context.pane.world);
  const type = isMany(input) ? 'checkbox' : 'radio';
  return html`<fieldset class="field"><legend>${title}</legend>${note}
    ${options.map((/** @type {any} */ option) => html`<label class="check"><input type=${type} name=${input.custom_id} value=${option.value} ?checked=${option.default === true} />${optionWords(option)}</label>`)}
  </fieldset>`;
}

/** @param {Field} field */
function drawSelect({ input, id, title, note, described, context }) {
  const options = optionsOf(input, context.pane.world);
  const hasDefault = options.some((/** @type {any} */ { default: chosen }) => chosen);
  return html`<div class="field"><label for=${id}>${title}</label>${note}
    <select id=${id} name=${input.custom_id} class="select" aria-describedby=${described}>
      ${hasDefault ? nothing : html`<option value="">${input.placeholder ?? 'Make a selection'}</option>`}
      ${options.map((/** @type {any} */ option) => html`<option value=${option.value} ?selected=${option.default === true}>${optionWords(option)}</option>`)}
    </select>
  </div>`;
}

/** @param {Field} field */
function drawFiles({ input, title, note, context }) {
  const { pane, files, drawings, draw } = context;
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
      ${isMaskName(id) ? offerMask(picturesToMask(context), drawings, chosen.length > 0, (one) => take([one])) : nothing}
    </div>
    ${isMaskName(id) ? nothing : html`<details><summary>Take a sample</summary>${sampleTray(pane.app.samples, (one) => take([one]))}</details>`}
  </fieldset>`;
}

/** What a mask is drawn on: a picture in another field, else one of the message that the form is about. @param {any} context */
function picturesToMask({ files, about }) {
  for (const [id, [chosen]] of files) {
    const pictures = isMaskName(id) ? [] : asPictures(chosen);
    if (pictures.length > 0) return pictures;
  }
  return about ? picturesOf(about) : [];
}
