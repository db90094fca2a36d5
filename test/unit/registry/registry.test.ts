import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readModelEntry } from '../../../src/registry/registry.ts';

const golden = (path: string) => fileURLToPath(new URL(`../../golden/real/${path}`, import.meta.url));

describe('a model of the registry', () => {
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
