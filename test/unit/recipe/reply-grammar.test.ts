import { describe, expect, it } from 'vitest';
import { applyReply, parseReply } from '../../../src/recipe/reply-grammar.ts';
import { BUILT_IN_STYLES } from '../../../src/recipe/styles.ts';
import { testRecipe } from '../../support/recipes.ts';

const parse = (text: string) => parseReply(text, BUILT_IN_STYLES);

describe('a reply under a painting', () => {
  it.each([
    ['warmer', { words: 'warmer' }],
    ['warmer, 0.3', { words: 'warmer', strength: 0.3 }],
    ['30%', { strength: 0.3 }],
    ['0,45', { strength: 0.45 }],
    ['warmer 0,45 please', { words: 'warmer please', strength: 0.45 }],
    ['warmer 0.4 x4', { words: 'warmer', strength: 0.4, count: 4 }],
    ['= a red door', { words: 'a red door', replacesPrompt: true }],
    ['-people', { negative: 'people' }],
    ['seed 42', { seed: 42 }],
    ['x4', { count: 4 }],
    ['#2', { picture: 2 }],
    ['#2 softer light', { picture: 2, words: 'softer light' }],
    ['style watercolor', { style: 'watercolor' }],
    ['style Oil painting, 0.6', { style: 'oil', strength: 0.6 }],
    ['again', { action: 'again' }],
    ['undo', { action: 'undo' }],
    ['stronger', { move: 0.1 }],
    ['weaker', { move: -0.1 }],
    ['<@123456789> warmer', { words: 'warmer' }],
    ['style of my grandmother', { words: 'style of my grandmother' }],
    ['2 dogs', { words: '2 dogs' }],
    ['stärker, mehr Licht', { move: 0.1, words: 'mehr Licht' }],
    ['Encore', { action: 'again' }],
    ['menos intenso, style Acuarela', { move: -0.1, style: 'watercolor' }],
    ['voltar', { action: 'undo' }],
    ['もう一度、0.4', { action: 'again', strength: 0.4 }],
    ['noch mal ein Hund', { words: 'noch mal ein Hund' }],
    ['', {}],
  ])('%s', (text, expected) => {
    expect(parse(text)).toEqual(expected);
  });
});

describe('what a reply makes of its parent', () => {
  const parent = testRecipe({ prompt: 'a harbour', strength: 0.6, guidanceScale: 8, negativePrompt: 'text' });
  const source = 'b'.repeat(64);

  it('joins words to the prompt at strength 0.3', () => {
    expect(applyReply(parent, parse('warmer'), source)).toMatchObject({
      prompt: 'a harbour, warmer',
      strength: 0.3,
      source,
    });
  });
  it('replaces the prompt after an equals sign', () => {
    expect(applyReply(parent, parse('= a garden'), source).prompt).toBe('a garden');
  });
  it('adds to the negative prompt', () => {
    expect(applyReply(parent, parse('-people'), source).negativePrompt).toBe('text, people');
  });
  it('moves the strength from the parent', () => {
    expect(applyReply(parent, parse('stronger'), source).strength).toBe(0.7);
  });
  it('draws a new seed unless one is named', () => {
    expect(applyReply(parent, parse('again'), source).seed).toBeUndefined();
    expect(applyReply(parent, parse('seed 5'), source).seed).toBe(5);
  });
});
