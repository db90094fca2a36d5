import { fromFile } from './files.js';
import { openMaskDialog } from './mask-dialog.js';
import { html, nothing } from './vendor/lit-html/lit-html.js';

/**
 * A field for a file that is named like a mask, beside a picture, can be drawn. Nothing else is known of the bot: the
 * name of the option, or of the form's field, is all there is to go by.
 */

/** @param {string} name */
export const isMaskName = (name) => /mask/i.test(name);

/**
 * The button that opens the dialog; nothing where there is no picture to draw on.
 * @param {readonly import('./mask-dialog.js').Picture[]} pictures
 * @param {Map<string, import('./mask-drawing.js').MaskDrawing>} drawings
 * @param {boolean} hasMask
 * @param {(chosen: import('./files.js').Chosen) => void} take
 * @param {string} [look] the button's classes
 */
export const offerMask = (pictures, drawings, hasMask, take, look = 'button button-secondary') =>
  pictures.length > 0
    ? html`<button type="button" class=${look} @click=${() =>
        void openMaskDialog(pictures, drawings, (file, { url }) =>
          take({ ...fromFile(file), drawnOn: url }),
        )}>
        <span class="emoji" aria-hidden="true">🖌️</span> ${hasMask ? 'Change the mask' : 'Draw a mask'}
      </button>`
    : nothing;

/**
 * A chosen file as the picture to draw on, where it is one.
 * @param {import('./files.js').Chosen | undefined} chosen @returns {import('./mask-dialog.js').Picture[]}
 */
export const asPictures = (chosen) => (chosen?.preview ? [{ url: chosen.preview, name: chosen.name }] : []);
