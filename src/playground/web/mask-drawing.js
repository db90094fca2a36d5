/**
 * What has been painted over a picture, in the picture's own pixels: marks that can be taken back one by one, and drawn
 * at any size.
 * @typedef {{kind: 'stroke', erases: boolean, size: number, points: [number, number][]} | {kind: 'clear'} | {kind: 'invert'}} Mark
 */

export class MaskDrawing {
  /** @param {number} width @param {number} height the picture's */
  constructor(width, height) {
    this.width = width;
    this.height = height;
    /** @type {Mark[]} */
    this.marks = [];
    /** @type {Mark[]} */
    this.undone = [];
  }

  /** @param {Mark} mark */
  add(mark) {
    this.marks.push(mark);
    this.undone = [];
  }

  undo() {
    const mark = this.marks.pop();
    if (mark) this.undone.push(mark);
  }

  redo() {
    const mark = this.undone.pop();
    if (mark) this.marks.push(mark);
  }

  /** Draws all marks anew, over the whole of a canvas. @param {CanvasRenderingContext2D} context @param {string} colour */
  paint(context, colour) {
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.globalCompositeOperation = 'source-over';
    context.clearRect(0, 0, context.canvas.width, context.canvas.height);
    for (const mark of this.marks) this.paintMark(context, mark, colour);
  }

  /**
   * @param {CanvasRenderingContext2D} context @param {Mark} mark @param {string} colour
   * @param {number} [from] the point of a stroke to go on from
   */
  paintMark(context, mark, colour, from = 0) {
    const { width, height } = context.canvas;
    context.setTransform(width / this.width, 0, 0, height / this.height, 0, 0);
    context.fillStyle = colour;
    context.strokeStyle = colour;
    if (mark.kind === 'clear') context.clearRect(0, 0, this.width, this.height);
    else if (mark.kind === 'invert') {
      context.globalCompositeOperation = 'xor';
      context.fillRect(0, 0, this.width, this.height);
    } else {
      context.globalCompositeOperation = mark.erases ? 'destination-out' : 'source-over';
      drawStroke(context, mark.points.slice(from), mark.size);
    }
    context.globalCompositeOperation = 'source-over';
  }

  /** How much of the picture is painted, 0 to 1, looked at on a small copy. */
  share() {
    const scale = Math.min(1, 128 / Math.max(this.width, this.height));
    const context = canvasOf(Math.ceil(this.width * scale), Math.ceil(this.height * scale));
    this.paint(context, '#fff');
    const { data } = context.getImageData(0, 0, context.canvas.width, context.canvas.height);
    let painted = 0;
    for (let i = 3; i < data.length; i += 4) painted += Number(data[i]);
    return painted / 255 / (data.length / 4);
  }

  /** A PNG of the picture's size: white where it was painted, black elsewhere. @param {string} name @returns {Promise<File>} */
  async toFile(name) {
    const context = canvasOf(this.width, this.height);
    this.paint(context, '#fff');
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.globalCompositeOperation = 'destination-over';
    context.fillStyle = '#000';
    context.fillRect(0, 0, this.width, this.height);
    const blob = await new Promise((resolve) => {
      context.canvas.toBlob(resolve, 'image/png');
    });
    if (!(blob instanceof Blob))
      throw new Error(`A mask of ${this.width} × ${this.height} is too large here`);
    return new File([blob], name, { type: 'image/png' });
  }
}

/** @param {CanvasRenderingContext2D} context @param {[number, number][]} points @param {number} size */
function drawStroke(context, points, size) {
  const [first, ...others] = points;
  if (!first) return;
  // A round dot at the beginning: lines of no length are not drawn.
  context.beginPath();
  context.arc(...first, size / 2, 0, 2 * Math.PI);
  context.fill();
  context.lineWidth = size;
  context.lineCap = 'round';
  context.lineJoin = 'round';
  context.beginPath();
  context.moveTo(...first);
  for (const point of others) context.lineTo(...point);
  context.stroke();
}

/** @param {number} width @param {number} height @returns {CanvasRenderingContext2D} */
function canvasOf(width, height) {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('This browser cannot draw');
  return context;
}
