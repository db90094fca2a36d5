import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import {
  cutOut,
  decodePicture,
  featherMask,
  flattenOnWhite,
  type GrayImage,
  invertMask,
  loadClassifier,
  loadSegmenter,
  maskShare,
  type RgbImage,
} from '../../src/pipeline/index.ts';
import { openNetworks } from '../../src/registry/networks.ts';
import { testPicture } from '../support/photo.ts';

const networks = openNetworks([new URL('../../models', import.meta.url).pathname]);
const found = networks.get('classify', 'safety-nsfwjs');
const classifier = await loadClassifier(found.path, found.network, 'cpu');
const anything = networks.get('subject', 'subject-u2netp');
const people = networks.get('subject', 'subject-selfie');
const segmenters = {
  any: await loadSegmenter(anything.path, anything.network, 'cpu'),
  people: await loadSegmenter(people.path, people.network, 'cpu'),
};
afterAll(async () => {
  await Promise.all([classifier.close(), segmenters.any.close(), segmenters.people.close()]);
});

const file = (name: string) =>
  readFileSync(new URL(`../../src/playground/web/samples/${name}`, import.meta.url));
const sample = async (name: string): Promise<RgbImage> => flattenOnWhite(await decodePicture(file(name)));

const recorded = JSON.parse(
  readFileSync(new URL('../golden/networks/nsfwjs.json', import.meta.url), 'utf8'),
) as Record<string, Record<string, number>>;

describe('the picture classifier', () => {
  it.each(Object.entries(recorded))("gives TensorFlow.js' figures for %s", async (name, figures) => {
    const scores = await classifier.classify(await sample(name));
    expect(Object.keys(scores).sort()).toEqual(Object.keys(figures).sort());
    // The weights are the same 8 bits; sums are taken in another order.
    for (const [label, share] of Object.entries(figures))
      expect(Math.abs(scores[label]! - share), label).toBeLessThan(1e-4);
  });

  it.each([
    [1, 1],
    [3, 2000],
    [4000, 2],
  ])('takes a picture of %i×%i', async (width, height) => {
    const scores = await classifier.classify(testPicture(width, height));
    const sum = Object.values(scores).reduce((total, share) => total + share, 0);
    expect(Math.abs(sum - 1)).toBeLessThan(1e-3);
  });

  it('refuses a list of labels that does not fit', async () => {
    const wrong = await loadClassifier(found.path, { labels: ['yes', 'no'] }, 'cpu');
    await expect(wrong.classify(testPicture(8, 8))).rejects.toMatchObject({ code: 'unsupported-model' });
    await wrong.close();
  });
});

/** How white a mask is around a place, 0 to 1; places are shares of the sides. */
function at(mask: GrayImage, [x, y]: readonly [number, number]): number {
  return mask.data[Math.floor(y * mask.height) * mask.width + Math.floor(x * mask.width)]! / 255;
}

describe('subject masks', () => {
  it.each([
    ['portrait.jpg', [0.42, 0.3], [0.6, 0.05], 0.4, 0.7],
    ['coffee.jpg', [0.5, 0.5], [0.05, 0.05], 0.3, 0.6],
    ['flower.jpg', [0.47, 0.5], [0.9, 0.9], 0.1, 0.3],
    ['cat.jpg', [0.4, 0.5], [0.95, 0.6], 0.4, 0.85],
  ] as const)('are white on the subject and black beside it: %s', async (name, on, off, least, most) => {
    const image = await sample(name);
    const mask = await segmenters.any.find(image);
    expect(mask).toMatchObject({ width: image.width, height: image.height });
    expect(at(mask, on)).toBeGreaterThan(0.9);
    expect(at(mask, off)).toBeLessThan(0.1);
    expect(maskShare(mask)).toBeGreaterThan(least);
    expect(maskShare(mask)).toBeLessThan(most);
  });

  it('of people come from the small network too', async () => {
    const mask = await segmenters.people.find(await sample('portrait.jpg'));
    expect(at(mask, [0.42, 0.3])).toBeGreaterThan(0.9);
    expect(at(mask, [0.6, 0.05])).toBeLessThan(0.1);
    expect(maskShare(await segmenters.people.find(await sample('palace.jpg')))).toBeLessThan(0.05);
  });

  it.each([
    [1, 1],
    [1, 900],
    [1500, 3],
  ])('take a picture of %i×%i', async (width, height) => {
    for (const segmenter of Object.values(segmenters)) {
      const mask = await segmenter.find(testPicture(width, height));
      expect(mask.data.length).toBe(width * height);
    }
  });

  it('are inverted, feathered and cut out by', async () => {
    const bytes = file('coffee.jpg');
    const picture = await decodePicture(bytes);
    const mask = await segmenters.any.find(flattenOnWhite(picture));
    const soft = await featherMask(mask, 8);
    const between = (image: { data: Uint8Array }) =>
      image.data.filter((value) => value > 20 && value < 235).length;
    expect(between(soft)).toBeGreaterThan(2 * between(mask));
    expect(Math.abs(maskShare(soft) - maskShare(mask))).toBeLessThan(0.02);
    expect(maskShare(mask) + maskShare(invertMask(mask))).toBeCloseTo(1, 6);
    const cut = cutOut(picture, mask);
    expect(cut.data[3]).toBeLessThan(20);
    const middle = (Math.floor(cut.height / 2) * cut.width + Math.floor(cut.width / 2)) * 4;
    expect([...cut.data.subarray(middle, middle + 4)]).toEqual([
      ...picture.data.subarray(middle, middle + 3),
      255,
    ]);
  });
});
