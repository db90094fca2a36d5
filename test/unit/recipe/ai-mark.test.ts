import { readFileSync } from 'node:fs';
import ExifReader from 'exifreader';
import { describe, expect, it } from 'vitest';
import { composeGrid, encodePicture, fitToLimit, readXmp } from '../../../src/pipeline/index.ts';
import { markAfter, readMark, xmpMark } from '../../../src/recipe/metadata/ai-mark.ts';
import { addPngTexts, readPngTexts } from '../../../src/recipe/metadata/png-text.ts';
import { testPicture } from '../../support/photo.ts';

const PAINTED = 'http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia';
const picture = testPicture(64, 48);
const mark = xmpMark('compositeWithTrainedAlgorithmicMedia');

/** What a reader that knows nothing of this program finds. */
function sourceTypeOf(file: Uint8Array): unknown {
  return ExifReader.load(Buffer.from(file)).DigitalSourceType?.value;
}

describe('the mark of pictures that a machine made', () => {
  it.each([
    ['png', { type: 'png' }],
    ['jpeg', { type: 'jpeg', quality: 90 }],
    ['lossless webp', { type: 'webp' }],
    ['lossy webp', { type: 'webp', quality: 80 }],
  ] as const)('is read by another program: %s', async (_name, encoding) => {
    expect(sourceTypeOf(await encodePicture(picture, encoding, mark))).toBe(PAINTED);
    expect(sourceTypeOf(await encodePicture(picture, encoding))).toBeUndefined();
  });

  it('stands in the chunk that PNG readers look for', async () => {
    const texts = readPngTexts(await encodePicture(picture, { type: 'png' }, mark));
    expect(texts.get('XML:com.adobe.xmp')).toContain(PAINTED);
  });

  it('stays when other texts are added, when a picture is made to fit, and on a sheet of several', async () => {
    const noisy = { ...picture, data: picture.data.map((value, i) => value ^ ((i * 2654435761) >>> 27)) };
    const plain = await encodePicture(noisy, { type: 'png' }, mark);
    const png = addPngTexts(plain, new Map([['parameters', 'a cat\nSteps: 4']]));
    expect(sourceTypeOf(png)).toBe(PAINTED);
    const extensions = new Set<string>();
    for (const limit of [png.length, png.length - 1, 3000, 10]) {
      const { bytes, extension } = await fitToLimit(png, limit);
      extensions.add(extension);
      expect(sourceTypeOf(bytes), extension).toBe(PAINTED);
    }
    expect([...extensions].sort()).toEqual(['jpg', 'png', 'webp']);
    expect(sourceTypeOf(await composeGrid([png, png], 2))).toBe(PAINTED);
  });

  it('of an enlarged picture is that of its source where a model had painted it', () => {
    expect(readMark(markAfter(undefined))).toBe('algorithmicallyEnhanced');
    expect(readMark(markAfter(mark))).toBe('compositeWithTrainedAlgorithmicMedia');
    const generated = mark.replace('compositeWithTrainedAlgorithmicMedia', 'trainedAlgorithmicMedia');
    expect(readMark(markAfter(generated))).toBe('compositeWithTrainedAlgorithmicMedia');
    expect(readMark(markAfter(mark.replace('compositeWithTrainedAlgorithmicMedia', 'digitalCapture')))).toBe(
      'algorithmicallyEnhanced',
    );
  });

  it('is found however the packet is written, and not where there is none', () => {
    const uri = PAINTED;
    const term = 'compositeWithTrainedAlgorithmicMedia';
    expect(readMark(`<Iptc4xmpExt:DigitalSourceType>${uri}</Iptc4xmpExt:DigitalSourceType>`)).toBe(term);
    expect(readMark(`<Iptc4xmpExt:DigitalSourceType rdf:resource="${uri}"/>`)).toBe(term);
    expect(readMark('<x:xmpmeta/>')).toBeUndefined();
    expect(readMark('DigitalSourceType="nonsense"')).toBeUndefined();
  });

  it('is absent from photographs', async () => {
    const url = new URL('../../../src/playground/web/samples/portrait.jpg', import.meta.url);
    expect(await readXmp(readFileSync(url))).toBeUndefined();
  });
});
