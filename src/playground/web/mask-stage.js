/**
 * The picture with what is painted over it, and the ring that shows the brush: by mouse, pen and finger, or by keyboard
 * (arrows move the brush, Space puts it down and lifts it).
 */

/** More pixels than this in the longer side are not seen, and cost time. */
const MOST_SHOWN = 1600;
const COLOUR = '#f0158a';

export class MaskStage {
  /**
   * @param {HTMLImageElement} image
   * @param {import('./mask-drawing.js').MaskDrawing} drawing
   * @param {{size: number, erases: boolean, changed: () => void}} brush
   */
  constructor(image, drawing, brush) {
    this.drawing = drawing;
    this.brush = brush;
    /** @type {[number, number]} where the brush is, in the picture's pixels */
    this.at = [drawing.width / 2, drawing.height / 2];
    this.isDown = false;
    /** @type {Extract<import('./mask-drawing.js').Mark, {kind: 'stroke'}> | undefined} */
    this.stroke = undefined;
    this.canvas = document.createElement('canvas');
    const scale = Math.min(1, MOST_SHOWN / Math.max(drawing.width, drawing.height));
    this.canvas.width = Math.max(1, Math.round(drawing.width * scale));
    this.canvas.height = Math.max(1, Math.round(drawing.height * scale));
    this.canvas.tabIndex = 0;
    this.canvas.setAttribute('role', 'application');
    this.canvas.setAttribute(
      'aria-label',
      'Picture to paint on. Arrow keys move the brush, Space puts it down and lifts it, brackets change its size.',
    );
    const context = this.canvas.getContext('2d');
    if (!context) throw new Error('This browser cannot draw');
    this.context = context;
    this.ring = document.createElement('span');
    this.ring.className = 'mask-ring';
    image.alt = '';
    image.draggable = false;
    this.element = document.createElement('div');
    this.element.className = 'mask-stage';
    this.element.append(image, this.canvas, this.ring);
    this.image = image;
    this.observer = new ResizeObserver(() => this.fit());
  }

  open() {
    const { canvas } = this;
    this.observer.observe(/** @type {Element} */ (this.element.parentElement));
    canvas.addEventListener('pointerdown', (event) => this.press(event));
    canvas.addEventListener('pointermove', (event) => this.move(event));
    for (const end of ['pointerup', 'pointercancel']) canvas.addEventListener(end, () => this.lift());
    canvas.addEventListener('pointerenter', () => this.element.classList.add('hovered'));
    canvas.addEventListener('pointerleave', () => this.element.classList.remove('hovered'));
    canvas.addEventListener('keydown', (event) => this.key(event));
    canvas.addEventListener('blur', () => this.lift());
    this.redraw();
    this.fit();
  }

  close() {
    this.observer.disconnect();
  }

  /** As large as its ground lets it be. */
  fit() {
    const ground = this.element.parentElement;
    if (!ground) return;
    const { width, height } = this.drawing;
    const scale = Math.min(ground.clientWidth / width, ground.clientHeight / height);
    this.element.style.width = `${Math.floor(width * scale)}px`;
    this.element.style.height = `${Math.floor(height * scale)}px`;
    this.moveRing();
  }

  redraw() {
    this.drawing.paint(this.context, COLOUR);
  }

  moveRing() {
    const scale = this.element.clientWidth / this.drawing.width;
    const { style, classList } = this.ring;
    style.width = `${this.brush.size * scale}px`;
    style.height = style.width;
    style.left = `${this.at[0] * scale}px`;
    style.top = `${this.at[1] * scale}px`;
    classList.toggle('erases', this.brush.erases);
  }

  /** @param {PointerEvent} event @returns {[number, number]} */
  pointOf({ clientX, clientY }) {
    const { left, top, width, height } = this.canvas.getBoundingClientRect();
    return [
      ((clientX - left) / width) * this.drawing.width,
      ((clientY - top) / height) * this.drawing.height,
    ];
  }

  /** @param {PointerEvent} event */
  press(event) {
    if (event.button !== 0 || this.stroke) return;
    this.canvas.setPointerCapture(event.pointerId);
    this.pointer = event.pointerId;
    this.begin(this.pointOf(event));
  }

  /** @param {PointerEvent} event */
  move(event) {
    this.at = this.pointOf(event);
    this.moveRing();
    if (event.pointerId !== this.pointer) return;
    const events = event.getCoalescedEvents();
    for (const one of events.length > 0 ? events : [event]) this.extend(this.pointOf(one));
  }

  /** @param {[number, number]} point */
  begin(point) {
    const { size, erases } = this.brush;
    this.at = point;
    this.stroke = { kind: 'stroke', erases, size, points: [point] };
    this.drawing.add(this.stroke);
    this.drawing.paintMark(this.context, this.stroke, COLOUR);
    this.moveRing();
  }

  /** @param {[number, number]} point */
  extend(point) {
    if (!this.stroke) return;
    const { points } = this.stroke;
    points.push(point);
    this.drawing.paintMark(this.context, this.stroke, COLOUR, points.length - 2);
  }

  lift() {
    if (!this.stroke) return;
    this.stroke = undefined;
    this.pointer = undefined;
    this.isDown = false;
    this.brush.changed();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const step = steps[/** @type {keyof typeof steps} */ (event.key)];
    if (step) {
      const far = Math.max(1, this.brush.size / (event.shiftKey ? 16 : 4));
      const { width, height } = this.drawing;
      const clamp = (/** @type {number} */ value, /** @type {number} */ most) =>
        Math.min(most, Math.max(0, value));
      this.at = [
        clamp(this.at[0] + Number(step[0]) * far, width),
        clamp(this.at[1] + Number(step[1]) * far, height),
      ];
      this.moveRing();
      if (this.isDown) this.extend(this.at);
    } else if (event.key === ' ' && !event.repeat) {
      if (this.isDown) this.lift();
      else if (!this.stroke) {
        this.isDown = true;
        this.begin(this.at);
        this.brush.changed();
      }
    } else return;
    event.preventDefault();
  }
}
