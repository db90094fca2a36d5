import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { contactSheet } from '../../../../src/pipeline/image/contact-sheet.ts';
import { familyTree } from '../../../../src/pipeline/image/family-tree.ts';
import { kindOfPicture, measurePicture } from '../../../../src/pipeline/image/measure-picture.ts';
import { fitText, strokeText, textWidth } from '../../../../src/pipeline/image/stroke-letters.ts';

const sample = (name: string) =>
  readFileSync(new URL(`../../../../src/playground/web/samples/${name}`, import.meta.url));
const plain = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#c08040' } })
    .png()
    .toBuffer();

describe('stroke letters', () => {
  it('draw every letter of a label, whatever its case and accents', () => {
    const label = "ABCDEFGHIJKLMNOPQRSTUVWXYZ 0123456789 .,:-–+·#%/()→'";
    const drawn = strokeText(label, 0, 0, 18, '#fff').match(/<path/g)!;
    expect(drawn).toHaveLength(Array.from(label).filter((letter) => letter !== ' ').length);
    expect(strokeText('é', 0, 0, 10, '#fff')).toBe(strokeText('E', 0, 0, 10, '#fff'));
  });

  it('cut what is too wide', () => {
    const short = fitText('a very long name of a file that nobody reads', 18, 120);
    expect(textWidth(short, 18)).toBeLessThanOrEqual(120);
    expect(short).toMatch(/^a very.*\.\.$/);
    expect(fitText('0.50', 18, 120)).toBe('0.50');
  });
});

describe('a contact sheet', () => {
  it('has a place for each picture, also for one that is missing, with light letters below', async () => {
    const bytes = await contactSheet(
      [
        { picture: await plain(200, 100), label: 'original' },
        { picture: undefined, label: '0.35 moderate', note: 'failed' },
        { picture: await plain(200, 100), label: '0.50 significant' },
      ],
      { columns: 2, side: 200 },
    );
    const { data, info } = await sharp(bytes).greyscale().raw().toBuffer({ resolveWithObject: true });
    expect(info.width).toBe(2 * 200 + 3 * 12);
    // Below the first picture: light ink on dark ground.
    const band = Array.from({ length: 26 }, (_, y) =>
      data.subarray((118 + y) * info.width, (118 + y) * info.width + 200),
    );
    const values = band.flatMap((line) => [...line]);
    expect(Math.max(...values)).toBeGreaterThan(200);
    expect(values.filter((value) => value < 60).length / values.length).toBeGreaterThan(0.7);
  });
});

describe('a chosen picture', () => {
  it('is framed, and no other is', async () => {
    const picture = await plain(200, 100);
    const sheet = await contactSheet(
      [
        { picture, label: '1' },
        { picture, label: '2', chosen: true },
      ],
      { columns: 2, side: 200 },
    );
    const { data, info } = await sharp(sheet).raw().toBuffer({ resolveWithObject: true });
    const colourAt = (x: number, y: number) => [...data.subarray((y * info.width + x) * 3).subarray(0, 3)];
    const middle = 12 + 50;
    const [red, , blue] = colourAt(12 + 200 + 12 - 4, middle);
    expect(red! - blue!).toBeGreaterThan(80);
    const [otherRed, , otherBlue] = colourAt(12 - 4, middle);
    expect(Math.abs(otherRed! - otherBlue!)).toBeLessThan(30);
  });
});

describe('a family tree', () => {
  it('grows to the right by generations and down by siblings', async () => {
    const picture = await plain(160, 120);
    const node = (id: string, parent?: string) => ({ id, parent, picture, label: id, note: '' });
    const sizeOf = async (nodes: ReturnType<typeof node>[]) => {
      const { width, height } = await sharp(await familyTree(nodes)).metadata();
      return { width, height };
    };
    const line = await sizeOf([node('a'), node('b', 'a'), node('c', 'b')]);
    const fan = await sizeOf([node('a'), node('b', 'a'), node('c', 'a'), node('d', 'a')]);
    expect(line.width).toBeGreaterThan(fan.width);
    expect(fan.height).toBeGreaterThan(2 * line.height);
  });
});

describe('a look at a picture', () => {
  it.each([
    ['sketch.png', 'sketch'],
    ['workshop.jpg', 'many-small-things'],
    ['flower.jpg', 'strong-composition'],
    ['cat.jpg', 'plain'],
  ])('takes %s for %s', async (name, kind) => {
    expect(kindOfPicture(await measurePicture(sample(name)))).toBe(kind);
  });
});
