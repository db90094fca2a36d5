import { describe, expect, it } from 'vitest';
import { startingStrength } from '../../../src/recipe/starting-strength.ts';
import { BUILT_IN_STYLES } from '../../../src/recipe/styles.ts';

describe('startingStrength', () => {
  it('stays within the range of every style, above its usual one for strong forms and below for small things', () => {
    for (const style of BUILT_IN_STYLES) {
      const [low, high, usual] = style.strength;
      const strong = startingStrength('strong-composition', style).strength;
      const small = startingStrength('many-small-things', style).strength;
      expect(strong).toBeGreaterThanOrEqual(usual);
      expect(strong).toBeLessThanOrEqual(high);
      expect(small).toBeLessThanOrEqual(usual);
      expect(small).toBeGreaterThanOrEqual(low);
    }
  });

  it('says why only where the picture moved it', () => {
    expect(startingStrength('plain', undefined)).toEqual({
      strength: 0.5,
      note: undefined,
      hint: undefined,
    });
    expect(startingStrength('sketch', undefined)).toMatchObject({
      strength: 0.45,
      note: { values: { strength: '0.45' } },
      hint: { topic: 'start-sketch', help: 'sketches' },
    });
    const unmoved = startingStrength('strong-composition', { strength: [0.4, 0.6, 0.6] });
    expect(unmoved).toEqual({ strength: 0.6, note: undefined, hint: undefined });
  });
});
