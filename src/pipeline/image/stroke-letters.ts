/**
 * Letters as pen strokes, drawn for labels on sheets, so that no font need be installed. A glyph is an SVG path on a grid
 * where capitals and digits stand from 0 to 10, small letters from 4 to 10, and tails reach 13; `width` is without the
 * gap to the next one. Capitals are written small.
 */
interface Glyph {
  width: number;
  path: string;
}

const GAP = 2.4;
const SPACE = 3;
/** Height of a line from the top of its digits to the end of its tails. */
const LINE = 13;
const STROKE = 1.15;
const bowl = (x: number) => `M${x} 7A3 3 0 1 1 ${x + 6} 7A3 3 0 1 1 ${x} 7`;

const STROKES: Record<string, [width: number, path: string]> = {
  a: [6, `M6 4V10${bowl(0)}`],
  b: [6, `M0 0V10${bowl(0)}`],
  c: [5.4, 'M5.4 5.2A3 3 0 1 0 5.4 8.8'],
  d: [6, `M6 0V10${bowl(0)}`],
  e: [6, 'M0 7H6A3 3 0 1 0 5.3 8.9'],
  f: [3.8, 'M4 .3C1.8 -.4 1.4 1 1.4 2.6V10M0 4H3.6'],
  g: [6, `M6 4V10.4A3 2.6 0 0 1 .6 12${bowl(0)}`],
  h: [5.4, 'M0 0V10M0 7A2.7 3 0 0 1 5.4 7V10'],
  i: [0, 'M0 4V10M0 1.2V1.3'],
  j: [1.6, 'M1.6 4V11.4A1.6 1.6 0 0 1 0 13M1.6 1.2V1.3'],
  k: [5, 'M0 0V10M4.8 4L0 8.2M1.8 6.8L5 10'],
  l: [0, 'M0 0V10'],
  m: [9.2, 'M0 4V10M0 6.4A2.3 2.4 0 0 1 4.6 6.4V10M4.6 6.4A2.3 2.4 0 0 1 9.2 6.4V10'],
  n: [5.4, 'M0 4V10M0 7A2.7 3 0 0 1 5.4 7V10'],
  o: [6, bowl(0)],
  p: [6, `M0 4V13${bowl(0)}`],
  q: [6, `M6 4V13${bowl(0)}`],
  r: [3, 'M0 4V10M0 7A3 3 0 0 1 3 4.1'],
  s: [4.8, 'M4.7 5C3.9 3.7 .3 3.6 .3 5.4C.3 7.5 4.8 6.6 4.8 8.5C4.8 10.5 .9 10.4 0 8.9'],
  t: [3.8, 'M1.5 1.2V8.4A1.6 1.6 0 0 0 3.1 10H3.8M0 4H3.6'],
  u: [5.4, 'M0 4V7A2.7 3 0 0 0 5.4 7M5.4 4V10'],
  v: [5.2, 'M0 4L2.6 10L5.2 4'],
  w: [8, 'M0 4L2 10L4 4L6 10L8 4'],
  x: [5, 'M0 4L5 10M5 4L0 10'],
  y: [5.2, 'M0 4L2.6 10M5.2 4L1.6 13'],
  z: [4.8, 'M0 4H4.8L0 10H4.8'],
  0: [6, 'M0 5C0 -1.7 6 -1.7 6 5C6 11.7 0 11.7 0 5'],
  1: [3, 'M.4 2.2L3 0V10'],
  2: [6, 'M.2 2.7C.6 -.9 5.8 -.9 5.6 2.8C5.5 5 2 7.4 0 10H6'],
  3: [6, 'M.3 1.6C1.4 -.6 5.5 -.6 5.5 2.4C5.5 4.7 3.4 4.8 2.2 4.8C3.4 4.8 6 4.9 6 7.4C6 10.9 1 10.9 0 8.2'],
  4: [6, 'M4.6 10V0L0 7H6'],
  5: [6, 'M5.4 0H1L.6 4.4C2.4 3 6 3.4 6 6.8C6 10.7 1 10.9 0 8.4'],
  6: [6, 'M5.2 .4C1.6 -.2 0 3.8 0 6.8C0 11.1 6 11.1 6 6.9C6 2.9 .8 2.9 0 6.4'],
  7: [6, 'M0 0H6L2 10'],
  8: [6, 'M3 4.7C-.4 4.5 -.2 0 3 0C6.2 0 6.4 4.5 3 4.7C-1 4.9 -1 10 3 10C7 10 7 4.9 3 4.7'],
  9: [6, 'M.8 9.6C4.4 10.2 6 6.2 6 3.2C6 -1.1 0 -1.1 0 3.1C0 7.1 5.2 7.1 6 3.6'],
  '.': [0, 'M0 9.8V10'],
  ',': [0.6, 'M.6 9.6L0 11.6'],
  ':': [0, 'M0 5.2V5.4M0 9.8V10'],
  '-': [3.4, 'M0 6.4H3.4'],
  '–': [5, 'M0 6.4H5'],
  '+': [5, 'M0 6.4H5M2.5 3.9V8.9'],
  '·': [0, 'M0 6.2V6.4'],
  '#': [5.4, 'M1.9 1.4L.9 9.4M4.9 1.4L3.9 9.4M.2 4H5.4M0 6.8H5.2'],
  '%': [
    7,
    'M6.2 0L.8 10M0 2.2A1.6 2 0 1 1 3.2 2.2A1.6 2 0 1 1 0 2.2M3.8 7.8A1.6 2 0 1 1 7 7.8A1.6 2 0 1 1 3.8 7.8',
  ],
  '/': [3.6, 'M0 10.6L3.6 -.4'],
  '(': [1.6, 'M1.6 -.6C-.5 2.6 -.5 8 1.6 11.4'],
  ')': [1.6, 'M0 -.6C2.1 2.6 2.1 8 0 11.4'],
  '→': [7, 'M0 6.4H7M4.6 4L7 6.4L4.6 8.8'],
  "'": [0, 'M0 0V2.4'],
};

const UNKNOWN: Glyph = { width: 2.4, path: 'M0 6.2V6.4' };

function glyphOf(letter: string): Glyph {
  const known = STROKES[letter];
  if (known) return { width: known[0], path: known[1] };
  return letter === ' ' ? { width: SPACE - GAP, path: '' } : UNKNOWN;
}

/** Letters without their accents, as small letters. */
const plain = (text: string) => Array.from(text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase());

/** Whether there is a stroke for each letter of a text; Japanese, for one, cannot be drawn. */
export const canDraw = (text: string): boolean =>
  plain(text).every((letter) => letter === ' ' || letter in STROKES);

/** How wide a text is at a size (height of a digit), in pixels. */
export function textWidth(text: string, size: number): number {
  const units = plain(text).reduce((sum, letter) => sum + glyphOf(letter).width + GAP, -GAP);
  return Math.max(0, units) * (size / 10);
}

/** A text cut with a dot at its end where it is too wide. */
export function fitText(text: string, size: number, width: number): string {
  if (textWidth(text, size) <= width) return text;
  let short = text;
  while (short.length > 1 && textWidth(`${short}..`, size) > width) short = short.slice(0, -1);
  return `${short.trimEnd()}..`;
}

export const lineHeight = (size: number) => (size / 10) * LINE;

/**
 * A line of text as SVG.
 * @param left and `top` of its digits, in pixels
 * @param size height of a digit, in pixels
 * @param colour any SVG colour
 */
export function strokeText(text: string, left: number, top: number, size: number, colour: string): string {
  let x = 0;
  const paths = plain(text).map((letter) => {
    const { width, path } = glyphOf(letter);
    const here = x;
    x += width + GAP;
    return path === '' ? '' : `<path transform="translate(${here.toFixed(2)} 0)" d="${path}"/>`;
  });
  return `<g transform="translate(${left} ${top}) scale(${size / 10})" fill="none" stroke="${colour}" stroke-width="${STROKE}" stroke-linecap="round" stroke-linejoin="round">${paths.join('')}</g>`;
}
