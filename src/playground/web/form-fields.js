import { askForFiles, chosenCard, filesIn, fromFile, sampleTray } from './files.js';
import { markdown } from './markdown.js';
import { asPictures, isMaskName, offerMask } from './mask-offer.js';
import { picturesOf } from './media.js';
import { optionsOf, optionWords } from './message-components.js';
import { html, nothing } from './vendor/lit-html/lit-html.js';

/** @import { APIComponentInLabel, APIModalInteractionResponseCallbackComponent } from 'discord-api-types/v10' */
/** @import { APICheckboxComponent, APIFileUploadComponent, APITextInputComponent } from 'discord-api-types/v10' */
/** @import { APISelectMenuComponent, APISelectMenuOption } from 'discord-api-types/v10' */
/** @import { MessageView } from '../answers.ts' */
/** @import { Chosen } from './files.js' */
/** @import { MaskDrawing } from './mask-drawing.js' */
/** @import { Pane } from './pane.js' */

/**
 * The fields of a form, by Discord's component numbers.
 * @typedef {{pane: Pane, files: Map<string, Chosen[]>, about: MessageView | undefined, drawings: Map<string, MaskDrawing>,
 *   draw: () => void}} FormContext `files` by the custom ids of their fields; `about`: the message that it was opened from
 */

const [ROW, TEXT_DISPLAY, LABEL, RADIO, CHECKBOXES] = /** @type {const} */ ([1, 10, 18, 21, 22]);
export const [TEXT, FILE, CHECKBOX] = /** @type {const} */ ([4, 19, 23]);

/**
 * What is said around a field.
 * @typedef {{id: string, title: unknown, label: string, note: unknown, described: unknown, required: boolean}} Around
 */

/** @param {APIModalInteractionResponseCallbackComponent} row @param {FormContext} context @returns {unknown} */
export function drawRow(row, context) {
  if (row.type === LABEL) return drawField(row.component, row.label, row.description, context);
  if (row.type === ROW)
    return row.components.map((input) => drawField(input, input.label ?? '', undefined, context));
  if (row.type === TEXT_DISPLAY)
    return html`<div class="words">${markdown(row.content, { names: new Map() })}</div>`;
  return nothing;
}

/** @param {APIComponentInLabel} input @param {string} label @param {string | undefined} description @param {FormContext} context */
function drawField(input, label, description, context) {
  const id = `field-${input.custom_id}`;
  const required = input.type !== CHECKBOX && input.required !== false;
  /** @type {Around} */
  const around = {
    id,
    label,
    required,
    title: html`${label}${required ? html`<span class="required" aria-hidden="true"> *</span>` : nothing}`,
    note: description ? html`<span class="muted" id=${`${id}-note`}>${description}</span>` : nothing,
    described: description ? `${id}-note` : nothing,
  };
  if (input.type === TEXT) return drawText(input, around);
  if (input.type === FILE) return drawFiles(input, around, context);
  if (input.type === CHECKBOX) return drawCheckbox(input, around);
  const name = input.custom_id;
  if (input.type === RADIO) return drawList('radio', name, input.options, around);
  if (input.type === CHECKBOXES) return drawList('checkbox', name, input.options, around);
  const options = optionsOf(input, context.pane.world);
  return (input.max_values ?? 1) > 1
    ? drawList('checkbox', name, options, around)
    : drawSelect(input, options, around);
}

/** @param {APITextInputComponent} input @param {Around} around */
function drawText(input, { id, title, note, described, required }) {
  const { custom_id: name, max_length: most = 4000, placeholder = '', value = '' } = input;
  const field =
    input.style === 2
      ? html`<textarea id=${id} name=${name} rows="3" maxlength=${most} placeholder=${placeholder} aria-required=${String(required)} aria-describedby=${described} .value=${value}></textarea>`
      : html`<input type="text" id=${id} name=${name} maxlength=${most} placeholder=${placeholder} aria-required=${String(required)} aria-describedby=${described} autocomplete="off" .value=${value} />`;
  return html`<div class="field"><label for=${id}>${title}</label>${note}${field}</div>`;
}

/** @param {APICheckboxComponent} input @param {Around} around */
const drawCheckbox = (input, { label, note }) =>
  html`<div class="field"><label class="check"><input type="checkbox" name=${input.custom_id} ?checked=${input.default === true} />${label}</label>${note}</div>`;

/**
 * Choices that are shown with all their lines at once.
 * @param {'radio' | 'checkbox'} type @param {string} name
 * @param {readonly APISelectMenuOption[]} options @param {Around} around
 */
const drawList = (type, name, options, { title, note }) =>
  html`<fieldset class="field"><legend>${title}</legend>${note}
    ${options.map((option) => html`<label class="check"><input type=${type} name=${name} value=${option.value} ?checked=${option.default === true} />${optionWords(option)}</label>`)}
  </fieldset>`;

/** @param {APISelectMenuComponent} input @param {readonly APISelectMenuOption[]} options @param {Around} around */
function drawSelect(input, options, { id, title, note, described }) {
  const hasDefault = options.some(({ default: chosen }) => chosen);
  return html`<div class="field"><label for=${id}>${title}</label>${note}
    <select id=${id} name=${input.custom_id} class="select" aria-describedby=${described}>
      ${hasDefault ? nothing : html`<option value="">${input.placeholder ?? 'Make a selection'}</option>`}
      ${options.map((option) => html`<option value=${option.value} ?selected=${option.default === true}>${optionWords(option)}</option>`)}
    </select>
  </div>`;
}

/** @param {APIFileUploadComponent} input @param {Around} around @param {FormContext} context */
function drawFiles(input, { title, note }, context) {
  const { pane, files, drawings, draw } = context;
  const id = input.custom_id;
  const chosen = files.get(id) ?? [];
  const most = input.max_values ?? 1;
  const take = (/** @type {Chosen[]} */ more) => {
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
      ${chosen.map((one) =>
        chosenCard(one, () => {
          files.set(
            id,
            chosen.filter((other) => other !== one),
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

/** What a mask is drawn on: a picture in another field, else one of the message that the form is about. @param {FormContext} context */
function picturesToMask({ files, about }) {
  for (const [id, [chosen]] of files) {
    const pictures = isMaskName(id) ? [] : asPictures(chosen);
    if (pictures.length > 0) return pictures;
  }
  return about ? picturesOf(about) : [];
}
