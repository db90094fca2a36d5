import { MaskDrawing } from './mask-drawing.js';
import { ICONS } from './mask-icons.js';
import { MaskStage } from './mask-stage.js';
import { toast } from './toast.js';
import { html, nothing, render } from './vendor/lit-html/lit-html.js';

/**
 * Painting a mask over a picture: white where it is painted, black elsewhere.
 * @typedef {{url: string, name: string}} Picture
 */

const LARGER = 1.25;

/**
 * Opens the dialog over the first of some pictures; the others can be chosen in it. What is painted stays in `drawings` (by
 * the picture's address), so that whoever closes it by mistake finds it again.
 * @param {readonly Picture[]} pictures
 * @param {Map<string, MaskDrawing>} drawings
 * @param {(mask: File, picture: Picture) => void} use
 */
export async function openMaskDialog(pictures, drawings, use) {
  const [picture] = pictures;
  if (!picture) return;
  const image = await load(picture);
  if (image) new MaskDialog(image, picture, { pictures, drawings, use }).open();
}

/** @param {Picture} picture @returns {Promise<HTMLImageElement | undefined>} */
async function load({ url, name }) {
  const image = new Image();
  image.src = url;
  try {
    await image.decode();
    return image;
  } catch {
    toast(`This browser cannot show ${name}; attach a mask as a file`);
    return undefined;
  }
}

class MaskDialog {
  /**
   * @param {HTMLImageElement} image @param {Picture} picture
   * @param {{pictures: readonly Picture[], drawings: Map<string, MaskDrawing>, use: (mask: File, picture: Picture) => void}} around
   */
  constructor(image, picture, around) {
    this.around = around;
    this.opener = /** @type {HTMLElement | null} */ (document.activeElement);
    this.dialog = document.createElement('dialog');
    this.erases = false;
    this.error = '';
    this.busy = false;
    this.picture = picture;
    this.drawing = this.drawingOn(image);
    this.size = Math.round(this.short / 6);
    this.stage = new MaskStage(image, this.drawing, this);
  }

  /** @param {HTMLImageElement} image */
  drawingOn(image) {
    const { drawings } = this.around;
    const drawing =
      drawings.get(this.picture.url) ?? new MaskDrawing(image.naturalWidth, image.naturalHeight);
    drawings.set(this.picture.url, drawing);
    return drawing;
  }

  get short() {
    return Math.min(this.drawing.width, this.drawing.height);
  }

  get least() {
    return Math.max(1, Math.round(this.short / 80));
  }

  get most() {
    return Math.max(this.least + 1, Math.round(this.short * 0.6));
  }

  /** Goes to another of the pictures. @param {Picture} picture */
  async choose(picture) {
    const image = await load(picture);
    if (!image) return;
    this.stage.close();
    this.picture = picture;
    this.drawing = this.drawingOn(image);
    this.stage = new MaskStage(image, this.drawing, this);
    this.error = '';
    this.resize(this.size);
    this.stage.open();
  }

  open() {
    const { dialog } = this;
    dialog.className = 'mask-dialog';
    dialog.setAttribute('aria-labelledby', 'mask-title');
    dialog.addEventListener('keydown', (event) => this.key(event));
    dialog.addEventListener('close', () => {
      this.stage.close();
      dialog.remove();
      this.opener?.focus();
    });
    this.draw();
    document.body.append(dialog);
    dialog.showModal();
    this.stage.open();
    this.stage.canvas.focus();
  }

  /** @param {number} size in the picture's pixels */
  resize(size) {
    this.size = Math.round(Math.min(this.most, Math.max(this.least, size)));
    this.draw();
    this.stage.moveRing();
  }

  /** @param {boolean} erases */
  take(erases) {
    this.erases = erases;
    this.draw();
  }

  /** After anything was painted. */
  changed() {
    this.error = '';
    this.draw();
  }

  /** @param {'clear' | 'invert'} kind */
  all(kind) {
    this.drawing.add({ kind });
    this.stage.redraw();
    this.changed();
  }

  /** @param {'undo' | 'redo'} which */
  step(which) {
    this.drawing[which]();
    this.stage.redraw();
    this.changed();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const letter = event.key.toLowerCase();
    const undoes = (event.ctrlKey || event.metaKey) && (letter === 'z' || letter === 'y');
    if (undoes) this.step(letter === 'y' || event.shiftKey ? 'redo' : 'undo');
    else if (event.ctrlKey || event.metaKey || event.altKey) return;
    else if (letter === '[') this.resize(Math.min(this.size - 1, this.size / LARGER));
    else if (letter === ']') this.resize(Math.max(this.size + 1, this.size * LARGER));
    else if (letter === 'b') this.take(false);
    else if (letter === 'e') this.take(true);
    else if (letter === 'i') this.all('invert');
    else return;
    event.preventDefault();
  }

  async finish() {
    if (this.busy) return;
    if (this.share === 0) {
      this.error = 'Nothing is painted yet: brush over what is to change';
      this.draw();
      return;
    }
    this.busy = true;
    try {
      const file = await this.drawing.toFile(`${this.picture.name.replace(/\.\w+$/, '')}-mask.png`);
      this.around.use(file, this.picture);
      this.dialog.close();
    } catch (problem) {
      this.error = problem instanceof Error ? problem.message : String(problem);
    }
    this.busy = false;
    this.draw();
  }

  /** @param {boolean} erases @param {string} words @param {keyof typeof ICONS} icon @param {string} key */
  tool(erases, words, icon, key) {
    return html`<button type="button" class="mask-tool" aria-pressed=${this.erases === erases ? 'true' : 'false'} title=${`${words} (${key})`} @click=${() => this.take(erases)}>${ICONS[icon]} ${words}</button>`;
  }

  /** @param {string} words @param {keyof typeof ICONS} icon @param {string} hint @param {boolean} isOff @param {() => void} act */
  press(words, icon, hint, isOff, act) {
    return html`<button type="button" class="mask-tool" title=${`${words} (${hint})`} aria-disabled=${isOff ? 'true' : 'false'} @click=${() => isOff || act()}>${ICONS[icon]}<span class="mask-tool-words"> ${words}</span></button>`;
  }

  /** The pictures to choose from, where there are several. */
  drawPictures() {
    const { pictures } = this.around;
    if (pictures.length < 2) return nothing;
    return html`<div class="mask-pictures" role="group" aria-label="Which picture">
      ${pictures.map(
        (
          picture,
          i,
        ) => html`<button type="button" aria-pressed=${picture === this.picture ? 'true' : 'false'} aria-label=${`Picture ${i + 1}`} title=${picture.name} @click=${() => void this.choose(picture)}>
          <img src=${picture.url} alt="" />
        </button>`,
      )}
    </div>`;
  }

  draw() {
    const { drawing, size, least, most, stage } = this;
    this.share = drawing.share();
    const percent = Math.round(this.share * 100);
    const painted =
      this.share === 0 ? 'Nothing is painted' : `${percent === 0 ? 'Less than 1' : percent} % painted`;
    render(
      html`<header>
          <div>
            <h2 id="mask-title">Draw a mask</h2>
            <p class="muted">Brush over what is to change. The rest stays.</p>
          </div>
          <button type="button" class="round" aria-label="Close" @click=${() => this.dialog.close()}>✕</button>
        </header>
        ${this.drawPictures()}
        <div class="mask-ground">${stage.element}</div>
        <div class="mask-tools" role="toolbar" aria-label="Tools">
          <span class="mask-pair">${this.tool(false, 'Brush', 'brush', 'B')}${this.tool(true, 'Eraser', 'eraser', 'E')}</span>
          <label class="mask-size" title="Smaller [ and larger ]"><span>Size</span>
            <input type="range" min=${least} max=${most} .value=${String(size)} aria-valuetext=${`${size} pixels`} @input=${(/** @type {Event & {currentTarget: HTMLInputElement}} */ event) => this.resize(Number(event.currentTarget.value))} />
            <span class="mask-pixels">${size} px</span>
          </label>
          <span class="mask-row">
            ${this.press('Undo', 'undo', 'Ctrl+Z', drawing.marks.length === 0, () => this.step('undo'))}
            ${this.press('Redo', 'redo', 'Ctrl+Shift+Z', drawing.undone.length === 0, () => this.step('redo'))}
            ${this.press('Invert', 'invert', 'I', false, () => this.all('invert'))}
            ${this.press('Clear', 'clear', 'nothing painted', this.share === 0, () => this.all('clear'))}
          </span>
        </div>
        <footer>
          <p class="mask-share" role="status">${painted}${stage.isDown ? ' · brush is down' : nothing}</p>
          <p class="command-error" role="alert">${this.error}</p>
          <button type="button" class="button button-quiet" @click=${() => this.dialog.close()}>Cancel</button>
          <button type="button" class="button button-primary" @click=${() => void this.finish()}>Use this mask</button>
        </footer>`,
      this.dialog,
    );
  }
}
