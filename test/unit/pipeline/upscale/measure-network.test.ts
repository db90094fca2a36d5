import { describe, expect, it } from 'vitest';
import { openTiny } from '../../../support/upscaling.ts';

/** What is measured of most of them. */
const USUAL = {
  channels: 3,
  scale: 2,
  margin: 0,
  overlap: 3,
  tilesExactly: true,
  multiple: 1,
  white: 1,
  reversed: false,
};

describe('measuring a network that enlarges', () => {
  it.each([
    ['plain', {}],
    ['gray', { channels: 1 }],
    ['rgba', { channels: 4 }],
    ['threefold', { scale: 3 }],
    ['half', {}],
    ['fixed', { fixed: { width: 56, height: 40 }, multiple: 8 }],
    ['cropping', { margin: 2, overlap: 0 }],
    ['folding', { multiple: 4, overlap: 4 }],
    ['reversed', { reversed: true, overlap: 1 }],
    ['loud', { white: 255, overlap: 1 }],
    ['worldly', { tilesExactly: false, overlap: 48 }],
  ])('finds the traits of %s', async (name, traits) => {
    const upscaler = await openTiny(name);
    expect(upscaler.facts).toMatchObject({ ...USUAL, ...traits });
    await upscaler.close();
  });

  it.each([
    ['denoiser', 'enlarges 1 times'],
    ['black', 'does not keep it'],
  ])('refuses %s and says why', async (name, words) => {
    const opened = openTiny(name);
    await expect(opened).rejects.toMatchObject({ name: 'OperatorError', code: 'not-an-upscaler' });
    await expect(opened).rejects.toThrow(words);
  });

  it('refuses a promise that the network does not keep', async () => {
    await expect(openTiny('plain', { scale: 4 })).rejects.toMatchObject({ code: 'bad-manifest' });
  });

  it('takes a promised overlap where it is larger than the measured one, and never a smaller one', async () => {
    const wide = await openTiny('plain', { overlap: 9 });
    const narrow = await openTiny('plain', { overlap: 1 });
    expect([wide.facts.overlap, narrow.facts.overlap]).toEqual([9, 3]);
    await Promise.all([wide.close(), narrow.close()]);
  });

  it('names a file that is not there, and one that is no network', async () => {
    await expect(openTiny('nothing')).rejects.toMatchObject({ code: 'model-file-missing' });
    await expect(openTiny('../../golden/networks/nsfwjs.json/../broken')).rejects.toMatchObject({
      name: 'OperatorError',
    });
  });
});
