import type { Recipe } from '../../src/recipe/recipe.ts';

/** A complete recipe for tests; what matters to a test is given. */
export function testRecipe(given: Partial<Recipe> = {}): Recipe {
  return {
    version: 1,
    task: 'img2img',
    model: 'test',
    source: '0'.repeat(64),
    prompt: 'a red door',
    promptSyntax: 'plain',
    strength: 0.5,
    steps: 10,
    stepRule: 'schedule',
    guidanceScale: 5,
    guidanceRescale: 0,
    guidanceInterval: [0, 1],
    clipSkip: 0,
    scheduler: 'model',
    seed: 42,
    count: 1,
    size: 'keep',
    loras: [],
    ...given,
  };
}
