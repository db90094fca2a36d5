import { localUrl } from './api.js';
import { html, nothing } from './vendor/lit-html/lit-html.js';

/** @import { AttachmentView, MessageView } from '../answers.ts' */

/**
 * Pictures and files of a message, and the light box that shows one at its full size.
 * @typedef {Pick<AttachmentView, 'url' | 'filename'> & Partial<AttachmentView>} Attachment
 */

const PICTURE = /\.(png|jpe?g|webp|gif|avif)$/i;

/** @param {Attachment} attachment */
const isPicture = ({ contentType, filename, width }) =>
  width !== undefined || (contentType?.startsWith('image/') ?? PICTURE.test(filename));

/** The pictures of a message. @param {MessageView} message */
export const picturesOf = ({ attachments }) =>
  attachments.filter(isPicture).map(({ url, filename }) => ({ url: localUrl(url), name: filename }));

/** @param {number} bytes */
export function sizeWords(bytes) {
  if (bytes < 1024) return `${bytes} bytes`;
  return bytes < 1024 * 1024 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/** @param {Attachment} picture @param {readonly Attachment[]} all */
function pictureButton(picture, all) {
  const { url, filename, description, width, height, spoiler } = picture;
  const words = description || filename;
  return html`<button
    type="button"
    class=${`picture ${spoiler ? 'covered' : ''}`}
    aria-label=${`${spoiler ? 'Spoiler picture' : 'Open picture'}: ${words}`}
    @click=${(/** @type {Event} */ event) => {
      const button = /** @type {HTMLElement} */ (event.currentTarget);
      if (button.classList.contains('covered')) button.classList.remove('covered');
      else openLightBox(all, all.indexOf(picture), button);
    }}
  >
    <img
      src=${localUrl(url)}
      alt=${description ?? ''}
      width=${width ?? nothing}
      height=${height ?? nothing}
      decoding="async"
    />
    ${description ? html`<span class="alt-badge" aria-hidden="true" title=${description}>ALT</span>` : nothing}
  </button>`;
}

/** @param {readonly Attachment[]} attachments */
export function gallery(attachments) {
  const pictures = attachments.filter(isPicture);
  const files = attachments.filter((attachment) => !isPicture(attachment));
  return html`${
    pictures.length === 0
      ? nothing
      : html`<div class=${`gallery gallery-${Math.min(pictures.length, 5)}`}>
          ${pictures.map((picture) => pictureButton(picture, pictures))}
        </div>`
  }${files.map(fileCard)}`;
}

/** @param {Attachment} file */
export function fileCard({ url, filename, size }) {
  return html`<a class="file-card" href=${localUrl(url)} download=${filename}>
    <span class="file-icon" aria-hidden="true">📄</span>
    <span class="file-name">${filename}</span>
    ${size === undefined ? nothing : html`<span class="muted">${sizeWords(size)}</span>`}
  </a>`;
}

/** A single picture by address, as in embeds and Components V2. @param {string} url @param {string | null} [description] */
export const pictureAt = (url, description) =>
  pictureButton({ url, filename: 'picture', ...(description ? { description } : {}) }, [
    { url, filename: 'picture', ...(description ? { description } : {}) },
  ]);

/**
 * Shows pictures one by one at full size: arrows turn the pages, Escape closes.
 * @param {readonly Attachment[]} pictures @param {number} start @param {HTMLElement} opener
 */
function openLightBox(pictures, start, opener) {
  let at = Math.max(0, start);
  const dialog = document.createElement('dialog');
  dialog.className = 'light-box';
  const image = document.createElement('img');
  const caption = document.createElement('p');
  const show = () => {
    const { url, filename, description, width, height } = /** @type {Attachment} */ (pictures[at]);
    image.src = localUrl(url);
    image.alt = description ?? '';
    const parts = [
      filename,
      ...(width ? [`${width} × ${height}`] : []),
      ...(pictures.length > 1 ? [`${at + 1} of ${pictures.length}`] : []),
    ];
    caption.textContent = description ? `${description} — ${parts.join(' · ')}` : parts.join(' · ');
    dialog.setAttribute('aria-label', `Picture: ${description || filename}`);
  };
  const turn = (/** @type {number} */ by) => {
    at = (at + by + pictures.length) % pictures.length;
    show();
  };
  const button = (
    /** @type {string} */ text,
    /** @type {string} */ label,
    /** @type {() => void} */ act,
    name = '',
  ) => {
    const made = document.createElement('button');
    made.type = 'button';
    made.textContent = text;
    made.setAttribute('aria-label', label);
    made.className = `round ${name}`;
    made.addEventListener('click', act);
    return made;
  };
  dialog.append(
    image,
    caption,
    button('✕', 'Close', () => dialog.close(), 'light-box-close'),
  );
  if (pictures.length > 1)
    dialog.append(
      button('‹', 'Previous picture', () => turn(-1), 'light-box-previous'),
      button('›', 'Next picture', () => turn(1), 'light-box-next'),
    );
  dialog.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowLeft') turn(-1);
    if (event.key === 'ArrowRight') turn(1);
  });
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener('close', () => {
    dialog.remove();
    opener.focus();
  });
  show();
  document.body.append(dialog);
  dialog.showModal();
}
