import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BUILT_IN_STYLES } from '../../../src/recipe/styles.ts';
import { readModelEntry } from '../../../src/registry/registry.ts';

const golden = (path: string) => fileURLToPath(new URL(`../../golden/real/${path}`, import.meta.url));

/** The entry of a folder that holds nothing but this `overpaint.json`. */
function entryOf(manifest: object) {
  const dir = mkdtempSync(join(tmpdir(), 'overpaint-model-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  writeFileSync(join(dir, 'overpaint.json'), JSON.stringify(manifest));
  return readModelEntry(dir);
}

describe('a model of the registry', () => {
  it('names the styles that it does well in a list, or with where it does them best', () => {
    expect(entryOf({}).defaults).not.toHaveProperty('styles');
    expect(entryOf({ styles: ['oil', 'ink'] }).defaults.styles).toEqual({ oil: {}, ink: {} });
    const styles = { oil: { strength: [0.6, 0.8, 0.7] }, ink: {} };
    expect(entryOf({ styles }).defaults.styles).toEqual(styles);
  });

  it('of ours names styles that there are', () => {
    const bundled = fileURLToPath(new URL('../../../models/overpaint-small', import.meta.url));
    const known = BUILT_IN_STYLES.map(({ id }) => id);
    const named = Object.keys(readModelEntry(bundled).defaults.styles!);
    expect(named.filter((id) => !known.includes(id))).toEqual([]);
  });

  it.each([
    [{ oil: { strength: [0.8, 0.6, 0.7] } }, 'styles.oil.strength'],
    [{ oil: { strenght: [0.6, 0.8, 0.7] } }, 'styles.oil'],
    [['oil', 7], 'styles'],
  ])('tells the operator where %j is wrong', (styles, where) => {
    expect(() => entryOf({ styles })).toThrow(
      expect.objectContaining({
        code: 'bad-manifest',
        message: expect.stringContaining(`${where}:`) as string,
      }),
    );
  });

  it('reads where fidelity begins to fall, and says where that is wrong', () => {
    const fidelity = { from: [0.5, 1], to: [1, 0.3] };
    expect(entryOf({ defaults: { fidelity } }).defaults.fidelity).toEqual(fidelity);
    expect(() => entryOf({ defaults: { fidelity: { ...fidelity, from: [1, 0.5] } } })).toThrow(
      /defaults\.fidelity\.from: Expected the lower strength first/,
    );
  });

  it('knows with which schedulers strength leaves its steps alone', () => {
    const keeps = (path: string, scheduler: string) =>
      readModelEntry(golden(path)).defaults.strengthKeepsSteps?.(scheduler);
    expect(keeps('lcm/model', 'model')).toBe(true);
    expect(keeps('lcm/model', 'Euler')).toBe(false);
    expect(keeps('sd1/model', 'model')).toBe(false);
    expect(keeps('sd1/model', 'LCM')).toBe(true);
    expect(() => keeps('sd1/model', 'nothing')).toThrow(
      expect.objectContaining({ code: 'unknown-scheduler' }),
    );
  });

  it('that is no model says what is wrong, and suggests nothing of its own', () => {
    const entry = readModelEntry(golden('sd1'));
    expect(entry.problem).toBeDefined();
    expect(entry.defaults).not.toHaveProperty('strengthKeepsSteps');
  });
});
