import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadSecondOpinion } from '../../../src/cli/second-opinion.ts';

const folder = mkdtempSync(join(tmpdir(), 'overpaint-opinion-'));
afterAll(() => rmSync(folder, { recursive: true }));

let count = 0;
function module(code: string): { OVERPAINT_SECOND_OPINION: string } {
  const path = join(folder, `judge${count++}.mjs`);
  writeFileSync(path, code);
  return { OVERPAINT_SECOND_OPINION: path };
}
const judging = (body: string) =>
  module(`export default { name: 'ours', async explicit(file) { ${body} } };`);

describe('the second opinion', () => {
  it('is none where none is set', async () => {
    expect(await loadSecondOpinion({ OVERPAINT_SECOND_OPINION: undefined })).toBeUndefined();
  });

  it('is given the file, and its share is taken', async () => {
    const opinion = await loadSecondOpinion(judging('return file.length / 10;'));
    expect(opinion?.name).toBe('ours');
    expect(await opinion?.explicit(new Uint8Array(7))).toBe(0.7);
  });

  it.each(['return 2;', 'return NaN;', "return 'high';", "throw new Error('no network');", 'return;'])(
    'that says "%s" has failed',
    async (body) => {
      const opinion = await loadSecondOpinion(judging(body));
      await expect(opinion!.explicit(new Uint8Array(1))).rejects.toThrow();
    },
  );

  it('that does not answer has failed', async () => {
    const opinion = await loadSecondOpinion(judging('await new Promise(() => {});'), 50);
    await expect(opinion!.explicit(new Uint8Array(1))).rejects.toThrow(/within 50 ms/);
  });

  it.each([
    ['is missing', { OVERPAINT_SECOND_OPINION: join(folder, 'nowhere.mjs') }],
    ['does not load', module('import "./nothing.mjs";')],
    ['has no judge', module('export const judge = 1;')],
    ['has no function', module("export default { name: 'x', explicit: 0.5 };")],
  ])('whose module %s is told to the operator', async (_, config) => {
    await expect(loadSecondOpinion(config)).rejects.toMatchObject({ code: 'bad-second-opinion' });
  });
});
