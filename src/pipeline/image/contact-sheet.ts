import sharp from 'sharp';
import { xmpMark } from '../../recipe/metadata/ai-mark.ts';
import { fitText, lineHeight, strokeText, textWidth } from './stroke-letters.ts';

/** One place on a sheet. */
export interface SheetCell {
  /** A picture file; without one the place stays empty, crossed out. */
  picture: Uint8Array | undefined;
  label: string;
  /** A second, quieter line. */
  note?: string;
  /** Framed. */
  chosen?: boolean;
}

export interface SheetLook {
  columns: number;
  /** Longer side of a cell's picture, in pixels. */
  side?: number;
  /** Film: perforated bands above and below each row. */
  film?: boolean;
}

const GROUND = '#1c1d22';
const INK = '#f4f1ea';
const QUIET = '#a9adb8';
const MARGIN = 12;
const LABEL = 18;
const NOTE = 13;
const HOLE = { width: 16, height: 12, every: 34 };

interface Thumb {
  data: Buffer;
  width: number;
  height: number;
}

/** A picture file within so many pixels, on white where it is see-through. */
export async function thumbnail(
  picture: Uint8Array,
  within: { width: number; height: number },
): Promise<Thumb> {
  const { data, info } = await sharp(picture, { limitInputPixels: false })
    .autoOrient()
    .resize({ ...within, fit: 'inside' })
    .flatten({ background: '#ffffff' })
    .png()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

/** Pictures with labels below them, in rows, from the left. @returns a JPEG with the mark of painted pictures */
export async function contactSheet(cells: readonly SheetCell[], look: SheetLook): Promise<Uint8Array> {
  const side = look.side ?? 384;
  const thumbs = await Promise.all(
    cells.map(async ({ picture }) =>
      picture ? thumbnail(picture, { width: side, height: side }) : undefined,
    ),
  );
  const width = Math.max(...thumbs.map((thumb) => thumb?.width ?? 0), side / 2);
  const height = Math.max(...thumbs.map((thumb) => thumb?.height ?? 0), side / 3);
  const hasNotes = cells.some(({ note }) => note !== undefined);
  const words = lineHeight(LABEL) + MARGIN + (hasNotes ? lineHeight(NOTE) + MARGIN / 2 : 0);
  const band = look.film ? HOLE.height + MARGIN : 0;
  const across = Math.min(look.columns, cells.length);
  const rows = Math.ceil(cells.length / look.columns);
  const rowHeight = band * 2 + height + words + MARGIN;
  const total = { width: across * (width + MARGIN) + MARGIN, height: Math.ceil(rows * rowHeight + MARGIN) };
  const at = (i: number) => ({
    left: MARGIN + (i % look.columns) * (width + MARGIN),
    top: Math.round(MARGIN + Math.floor(i / look.columns) * rowHeight + band),
  });
  const layers = thumbs.flatMap((thumb, i) =>
    thumb
      ? [
          {
            input: thumb.data,
            left: Math.round(at(i).left + (width - thumb.width) / 2),
            top: at(i).top + Math.round((height - thumb.height) / 2),
          },
        ]
      : [],
  );
  const drawn = cells.map((cell, i) =>
    [
      cell.picture ? '' : crossed(at(i).left, at(i).top, width, height),
      cell.chosen ? framed({ left: at(i).left, top: at(i).top, width, height }) : '',
      captions(cell, at(i).left, at(i).top + height + MARGIN / 2 + band, width),
    ].join(''),
  );
  const holes = look.film
    ? Array.from({ length: rows }, (_, row) =>
        filmBands(MARGIN + row * rowHeight, height + band, total.width),
      )
    : [];
  return finishSheet(total, [...holes, ...drawn].join(''), layers);
}

function captions({ label, note }: SheetCell, left: number, top: number, width: number): string {
  const middle = (text: string, size: number) => left + (width - textWidth(text, size)) / 2;
  const title = fitText(label, LABEL, width);
  const lines = [strokeText(title, middle(title, LABEL), top, LABEL, INK)];
  if (note !== undefined) {
    const quiet = fitText(note, NOTE, width);
    lines.push(strokeText(quiet, middle(quiet, NOTE), top + lineHeight(LABEL) + MARGIN / 2, NOTE, QUIET));
  }
  return lines.join('');
}

const crossed = (left: number, top: number, width: number, height: number) =>
  `<g fill="none" stroke="#5b5f6b" stroke-width="2"><rect x="${left}" y="${top}" width="${width}" height="${height}" rx="6"/><path d="M${left + 20} ${top + 20}L${left + width - 20} ${top + height - 20}M${left + width - 20} ${top + 20}L${left + 20} ${top + height - 20}"/></g>`;

/** The frame of what is chosen, around a place of a sheet. */
export const framed = ({
  left,
  top,
  width,
  height,
}: {
  left: number;
  top: number;
  width: number;
  height: number;
}) =>
  `<rect x="${left - 4}" y="${top - 4}" width="${width + 8}" height="${height + 8}" rx="6" fill="none" stroke="#e8b04a" stroke-width="6"/>`;

function filmBands(top: number, apart: number, width: number): string {
  const count = Math.floor((width - MARGIN) / HOLE.every);
  const start = (width - (count - 1) * HOLE.every - HOLE.width) / 2;
  const line = (y: number) =>
    Array.from(
      { length: count },
      (_, i) =>
        `<rect x="${start + i * HOLE.every}" y="${y}" width="${HOLE.width}" height="${HOLE.height}" rx="3"/>`,
    ).join('');
  return `<g fill="#4a4d57">${line(top)}${line(top + apart + MARGIN / 2)}</g>`;
}

/** Draws vector parts, and pictures over them, on the dark ground of all sheets. @returns a JPEG */
export function finishSheet(
  { width, height }: { width: number; height: number },
  svg: string,
  layers: readonly { input: Buffer; left: number; top: number }[],
): Promise<Uint8Array> {
  const drawing = Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${svg}</svg>`,
  );
  return sharp({ create: { width, height, channels: 3, background: GROUND } })
    .composite([{ input: drawing, left: 0, top: 0 }, ...layers])
    .withXmp(xmpMark('compositeWithTrainedAlgorithmicMedia'))
    .jpeg({ quality: 90 })
    .toBuffer();
}
