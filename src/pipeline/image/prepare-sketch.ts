import sharp from 'sharp';
import { type Phrase, phrase } from '../../language/phrase.ts';
import { decodePicture } from './decode-image.ts';
import { measurePicture, type PictureMeasures, percentile } from './measure-picture.ts';

/** A drawing as img2img reads it best, and what was done and noticed, in words. */
export interface PreparedSketch {
  png: Uint8Array;
  did: Phrase[];
  warnings: Phrase[];
}

/** The ground is looked for in a copy of this size, where lines are thinner than a pixel. */
const GROUND_SIDE = 24;
const DARK_GROUND = 110;
/** Shares of the ground's brightness: lighter than `PAPER` is paper, darker than `FIRM` a line that holds. */
const PAPER = 0.88;
const FIRM = 0.55;
const FAINT_SHARE = 0.5;
/** Where the darkest lines are to end, of 255. */
const INK = 12;
const COLOURED = 0.12;

/**
 * Makes a drawing dark lines on a clean light ground, as the guide asks: light lines on dark are turned over, shadows of
 * the page are evened out, smudges lighter than a line go, and the lines are darkened.
 * @throws UserError as `decodePicture`
 */
export async function prepareSketch(bytes: Uint8Array): Promise<PreparedSketch> {
  const { width, height, data } = await decodePicture(bytes);
  const gray = await sharp(data, { raw: { width, height, channels: 4 }, limitInputPixels: false })
    .flatten({ background: '#ffffff' })
    .greyscale()
    .raw()
    .toBuffer();
  const did: Phrase[] = [];
  const isDark = median(gray) < DARK_GROUND;
  if (isDark) {
    did.push(phrase('turned light lines on dark into dark lines on light'));
    for (let i = 0; i < gray.length; i++) gray[i] = 255 - gray[i]!;
  }
  const ground = await groundOf(gray, width, height);
  const ratios = Float32Array.from(gray, (value, i) => Math.min(1, value / Math.max(1, ground[i]!)));
  const marks = ratios.filter((ratio) => ratio < PAPER);
  if (unevenness(ground) > 12) did.push(phrase('evened out the light on the page'));
  const darkest = marks.length === 0 ? 0 : percentile(marks, 0.05);
  const stretch = (ratio: number) =>
    ratio >= PAPER ? 255 : Math.max(INK, INK + ((ratio - darkest) / (PAPER - darkest)) * (255 - INK));
  const clean = Uint8Array.from(ratios, (ratio) => Math.round(stretch(ratio)));
  const cleaned = ratios.reduce((sum, ratio, i) => sum + (ratio >= PAPER && gray[i]! < 250 ? 1 : 0), 0);
  if (cleaned / ratios.length > 0.02) did.push(phrase('cleaned the ground'));
  if (darkest > 0.15) did.push(phrase('darkened the lines'));
  const png = await sharp(clean, { raw: { width, height, channels: 1 }, limitInputPixels: false })
    .toColourspace('srgb')
    .png()
    .toBuffer();
  const warnings = [...faintness(marks, ratios.length), ...colourWarning(await measurePicture(bytes))];
  return { png, did, warnings };
}

/** Brightness of the page at each pixel: the lightest in each part of it, smoothed. */
async function groundOf(gray: Uint8Array, width: number, height: number): Promise<Uint8Array> {
  const across = Math.min(GROUND_SIDE, width);
  const down = Math.min(GROUND_SIDE, height);
  const cells = new Uint8Array(across * down);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const cell = Math.floor((y * down) / height) * across + Math.floor((x * across) / width);
      cells[cell] = Math.max(cells[cell]!, gray[y * width + x]!);
    }
  }
  return sharp(cells, { raw: { width: across, height: down, channels: 1 } })
    .blur(1)
    .resize({ width, height, fit: 'fill', kernel: 'cubic' })
    .toColourspace('b-w')
    .raw()
    .toBuffer();
}

const unevenness = (ground: Uint8Array) =>
  percentile(Float32Array.from(ground), 0.95) - percentile(Float32Array.from(ground), 0.05);

function faintness(marks: Float32Array, pixels: number): Phrase[] {
  if (marks.length / pixels < 0.002)
    return [phrase('there is hardly a line in this picture: draw with a dark pen on light paper')];
  const firm = marks.filter((ratio) => ratio < FIRM).length / marks.length;
  return firm < FAINT_SHARE
    ? [phrase('many lines are faint, and faint grey lines are not read as structure: draw over them darker')]
    : [];
}

function colourWarning({ colour }: PictureMeasures): Phrase[] {
  return colour > COLOURED
    ? [phrase('this looks like a coloured picture rather than a drawing; its colours were left out here')]
    : [];
}

const median = (values: Uint8Array) => percentile(Float32Array.from(values), 0.5);
