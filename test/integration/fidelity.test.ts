import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createTrace, img2img, inpaint, loadModel } from '../../src/pipeline/index.ts';
import { testPicture } from '../support/photo.ts';
import { testRecipe } from '../support/recipes.ts';
import { worstRelative } from '../support/tensors.ts';

const at = (path: string) => fileURLToPath(new URL(`../golden/real/${path}/model`, import.meta.url));
const picture = testPicture(96, 64);
const nothing = { prompt: '', guidanceScale: 1, strength: 0.6, steps: 6 };

/** The source's latents and those that a run ends with, of a tiny model of real architecture. */
async function endsOf(name: string, given: Parameters<typeof testRecipe>[0]) {
  const model = await loadModel(at(name), { device: 'cpu' });
  try {
    const trace = createTrace();
    const recipe = testRecipe({ ...nothing, ...given });
    const painted =
      recipe.task === 'inpaint'
        ? await inpaint(
            model,
            picture,
            { width: 96, height: 64, data: new Uint8Array(6144).fill(255) },
            recipe,
            {
              trace,
            },
          )
        : await img2img(model, picture, recipe, { trace });
    const tensors = trace.tensors();
    return {
      source: tensors.get('image_latents')!.data,
      end: tensors.get(`latents.${painted.executedSteps}`)!.data,
    };
  } finally {
    await model.close();
  }
}

describe('fidelity 1 without a wish', () => {
  it.each([
    ['sd1', 'Heun'],
    ['sd1', 'Euler'],
    ['sd1', 'DPM++ 2M Karras'],
    ['sdxl', 'model'],
  ])('gives the latents of the source back with %s and %s', async (name, scheduler) => {
    const kept = await endsOf(name, { scheduler, fidelity: 1 });
    // 1e-4: float32 over a few steps.
    expect(worstRelative(kept.end, kept.source)).toBeLessThan(1e-4);
    const free = await endsOf(name, { scheduler, fidelity: 0 });
    expect(worstRelative(free.end, free.source)).toBeGreaterThan(0.05);
  });

  it('comes as near as a schedule does that ends with some noise left', async () => {
    // Stable Diffusion's config lets DDIM end at the noise of its first training step: √(1 − ᾱ) is 0.03 there.
    const kept = await endsOf('sd1', { scheduler: 'DDIM', fidelity: 1 });
    const worst = Math.max(...kept.end.map((value, i) => Math.abs(value - kept.source[i]!)));
    expect(worst).toBeLessThan(0.03 * 5);
    const free = await endsOf('sd1', { scheduler: 'DDIM', fidelity: 0 });
    const worstFree = Math.max(...free.end.map((value, i) => Math.abs(value - free.source[i]!)));
    expect(worstFree).toBeGreaterThan(2 * worst);
  });

  it('does so when a part is painted', async () => {
    const kept = await endsOf('sd1', { task: 'inpaint', mask: 'alpha', scheduler: 'Euler', fidelity: 1 });
    expect(worstRelative(kept.end, kept.source)).toBeLessThan(1e-4);
  });

  it('follows a prompt all the same', async () => {
    const asked = { prompt: 'a red door', guidanceScale: 5, fidelity: 1 };
    const painted = await endsOf('sd1', asked);
    expect(worstRelative(painted.end, painted.source)).toBeGreaterThan(1e-3);
  });
});
