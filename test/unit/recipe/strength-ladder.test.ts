import { describe, expect, it } from 'vitest';
import { readStrengths } from '../../../src/recipe/strength-ladder.ts';

describe('strengths as people list them', () => {
  it.each([
    ['0.2 0.4 60%', [0.2, 0.4, 0.6]],
    ['0.2,0.35,0.5', [0.2, 0.35, 0.5]],
    ['0.2, 0.35; 0.5', [0.2, 0.35, 0.5]],
    ['0,2 0,4', [0.2, 0.4]],
    ['30%,40%', [0.3, 0.4]],
    ['0.5 0.2 0.5', [0.2, 0.5]],
  ])('%s', (text, strengths) => {
    expect(readStrengths(text)).toEqual(strengths);
  });

  it.each([
    ['0.2 lots', /received "lots"/],
    ['0.2 1.4', /received "1.4"/],
    ['0.5', /2 to 9 different strengths, but received 1/],
    ['', /received 0/],
  ])('refuses %j', (text, words) => {
    expect(() => readStrengths(text)).toThrow(words);
  });
});
