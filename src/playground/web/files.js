import { encodeFile } from './api.js';
import { sizeWords } from './media.js';
import { html, nothing } from './vendor/lit-html/lit-html.js';

/** @import { Sample } from '../answers.ts' */

/**
 * A file that somebody has chosen and not sent yet: from disk, dropped, pasted, or from the tray of samples.
 * @typedef {{name: string, preview: string, size?: number, file?: File, sample?: string, description: string,
 *   drawnOn?: string}} Chosen `drawnOn`: the address of the picture that a mask was drawn on
 */

/** @param {File} file @returns {Chosen} */
export const fromFile = (file) => ({
  name: file.name || 'pasted.png',
  preview: file.type.startsWith('image/') ? URL.createObjectURL(file) : '',
  size: file.size,
  file,
  description: '',
});

/** @param {Sample} sample @returns {Chosen} */
export const fromSample = (sample) => ({
  name: sample.file,
  preview: `/samples/${sample.file}`,
  sample: sample.name,
  description: sample.alt,
});

/** As the API takes it. @param {Chosen} chosen */
export const toGiven = (chosen) =>
  chosen.sample === undefined
    ? encodeFile(/** @type {File} */ (chosen.file), chosen.description)
    : Promise.resolve({ sample: chosen.sample });

/** @param {DataTransfer | null} transfer @returns {File[]} */
export const filesIn = (transfer) => [...(transfer?.files ?? [])];

/** A chosen file as a small card. @param {Chosen} chosen @param {() => void} remove */
export const chosenCard = (chosen, remove) => html`<span class="chosen">
  ${chosen.preview ? html`<img src=${chosen.preview} alt="" />` : html`<span aria-hidden="true">📄</span>`}
  <span class="chosen-name">${chosen.name}${chosen.size === undefined ? nothing : html` <span class="muted">${sizeWords(chosen.size)}</span>`}</span>
  <button type="button" class="chosen-remove" aria-label=${`Remove ${chosen.name}`} @click=${remove}>✕</button>
</span>`;

/** The tray of sample pictures. @param {readonly Sample[]} samples @param {(chosen: Chosen) => void} pick */
export const sampleTray = (samples, pick) => html`<div class="tray" role="group" aria-label="Sample pictures">
  ${samples.map(
    (sample) => html`<button
      type="button"
      class="sample"
      title=${`${sample.title}, ${sample.author} (${sample.licence})`}
      @click=${() => pick(fromSample(sample))}
    >
      <img src=${`/samples/${sample.file}`} alt=${sample.alt} width="84" height="84" decoding="async" />
      <span>${sample.title}</span>
    </button>`,
  )}
</div>`;

/** Asks for files from disk. @param {{accept?: string, multiple?: boolean}} options @param {(files: File[]) => void} take */
export function askForFiles({ accept = '', multiple = false }, take) {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = accept;
  input.multiple = multiple;
  input.addEventListener('change', () => take([...(input.files ?? [])]));
  input.click();
}
