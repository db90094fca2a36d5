import { describe, expect, it } from 'vitest';
import { completeRecipe } from '../../../src/recipe/complete-recipe.ts';
import { modelFidelity, modelGuidance, plainDefaults } from '../../../src/recipe/model-defaults.ts';
import { BUILT_IN_STYLES } from '../../../src/recipe/styles.ts';

const source = 'a'.repeat(64);
const sources = { styles: BUILT_IN_STYLES, model: plainDefaults('m'), drawSeed: () => 7 };

describe('completing a recipe', () => {
  it('takes what was asked for before the style, and the style before the model', () => {
    const { recipe } = completeRecipe({ source, style: 'oil', strength: 0.33 }, sources);
    expect(recipe).toMatchObject({
      strength: 0.33,
      guidanceScale: 8,
      steps: 20,
      seed: 7,
      style: { id: 'oil' },
    });
  });

  it('starts at 0.5 with the guidance that suits it when nobody says anything', () => {
    expect(completeRecipe({ source }, sources).recipe).toMatchObject({
      strength: 0.5,
      guidanceScale: 6,
      prompt: '',
    });
  });

  it.each([
    [0.2, 3],
    [0.3, 4],
    [0.5, 6],
    [0.8, 7.5],
  ])('picks guidance from strength %f', (strength, guidanceScale) => {
    expect(completeRecipe({ source, strength }, sources).recipe.guidanceScale).toBe(guidanceScale);
  });

  it('says one line about much guidance at low strength, and allows it', () => {
    const { recipe, hints } = completeRecipe({ source, strength: 0.2, guidanceScale: 12 }, sources);
    expect(recipe.guidanceScale).toBe(12);
    expect(hints).toMatchObject([{ topic: 'guidance-low-strength', help: 'guidance' }]);
  });

  it('never picks so much guidance itself, whatever style or model would', () => {
    expect(completeRecipe({ source, style: 'oil', strength: 0.25 }, sources)).toMatchObject({
      recipe: { guidanceScale: 4 },
      hints: [],
    });
  });

  it('refuses steps of which none runs and names the fewest that do', () => {
    expect(() => completeRecipe({ source, strength: 0.1, steps: 5 }, sources)).toThrow(
      expect.objectContaining({
        code: 'no-steps',
        hint: expect.stringContaining('at least 10 steps') as string,
      }),
    );
  });

  it('runs all steps at any strength where the scheduler does', () => {
    const strengthKeepsSteps = (scheduler: string) => scheduler === 'LCM';
    const model = { ...plainDefaults('m'), steps: 4, scheduler: 'LCM', strengthKeepsSteps };
    const complete = (asked: object) => completeRecipe({ source, ...asked }, { ...sources, model }).recipe;
    expect(complete({ strength: 0.1 })).toMatchObject({ steps: 4, stepRule: 'executed' });
    expect(complete({ strength: 0.1, steps: 2, stepRule: 'schedule' })).toMatchObject({ steps: 2 });
    expect(complete({ strength: 0.1, scheduler: 'Euler' })).toMatchObject({
      steps: 10,
      stepRule: 'schedule',
    });
  });

  it('names field and value of a number out of range', () => {
    expect(() => completeRecipe({ source, strength: 1.4 }, sources)).toThrow(/strength.*1\.4/s);
    expect(() => completeRecipe({ source, steps: 0 }, sources)).toThrow(/steps.*0/s);
  });

  it('names the styles when one is not known', () => {
    expect(() => completeRecipe({ source, style: 'oyl' }, sources)).toThrow(
      expect.objectContaining({ code: 'unknown-style' }),
    );
  });

  it('turns to inpainting when there is a mask', () => {
    expect(completeRecipe({ source, mask: 'alpha' }, sources).recipe.task).toBe('inpaint');
  });
});

describe("a model's own guidance", () => {
  const scaled = {
    guidance: {
      min: 1,
      max: 30,
      scale: { from: [1, 30] as [number, number], to: [1, 6.8] as [number, number] },
    },
  };
  it('lies on the line that the model names', () => {
    expect(modelGuidance(scaled, 7.5)).toBeCloseTo(2.3, 10);
    expect(modelGuidance(scaled, 1)).toBe(1);
  });
  it('is the number itself without a line', () => {
    expect(modelGuidance(plainDefaults('m'), 7.5)).toBe(7.5);
  });
});

describe("a model's own fidelity", () => {
  const line = { from: [0.5, 1] as [number, number], to: [1, 0.3] as [number, number] };
  it.each([
    [0.1, 1],
    [0.5, 1],
    [0.75, 0.65],
    [1, 0.3],
  ])('at strength %d is %d on its line', (strength, expected) => {
    expect(modelFidelity({ fidelity: line }, { strength })).toBeCloseTo(expected, 10);
  });
  it('gives way to what was asked for, 0 too', () => {
    expect(modelFidelity({ fidelity: line }, { strength: 0.3, fidelity: 0 })).toBe(0);
    expect(completeRecipe({ source, fidelity: 0.4 }, sources).recipe.fidelity).toBe(0.4);
    expect(() => completeRecipe({ source, fidelity: 1.5 }, sources)).toThrow(/fidelity/);
  });
  it('is none for a model that names none, and stays out of the recipe', () => {
    expect(modelFidelity(plainDefaults('m'), { strength: 0.3 })).toBe(0);
    expect(completeRecipe({ source }, sources).recipe).not.toHaveProperty('fidelity');
  });
});

describe("the guide's styles", () => {
  it.each([
    ['oil', 0.55, 0.7, 7, 9],
    ['watercolor', 0.5, 0.65, 6, 8],
    ['anime', 0.6, 0.75, 7, 10],
    ['pencil', 0.5, 0.65, 6, 8],
    ['cyberpunk', 0.55, 0.7, 8, 10],
    ['vintage', 0.3, 0.5, 5, 7],
  ])('%s has its ranges', (id, low, high, from, to) => {
    const style = BUILT_IN_STYLES.find((known) => known.id === id)!;
    expect(style.strength.slice(0, 2)).toEqual([low, high]);
    expect(style.guidance.slice(0, 2)).toEqual([from, to]);
  });
  it('come with at least ten of ours, no id twice', () => {
    expect(new Set(BUILT_IN_STYLES.map(({ id }) => id)).size).toBe(BUILT_IN_STYLES.length);
    expect(BUILT_IN_STYLES.length).toBeGreaterThanOrEqual(16);
  });
});
