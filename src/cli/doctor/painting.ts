import { join } from 'node:path';
import type { Config } from '../../config.ts';
import { startEngine } from '../../engine/engine.ts';
import { OperatorError, UserError } from '../../errors.ts';
import { encodePicture } from '../../pipeline/index.ts';
import { sha256 } from '../../queue/image-store.ts';
import { completeRecipe } from '../../recipe/complete-recipe.ts';
import { loadStyles } from '../../recipe/styles.ts';
import { openConfiguredRegistry } from '../model-folders.ts';
import type { Finding } from './finding.ts';

export async function checkModels(config: Config): Promise<Finding[]> {
  const about = 'models';
  try {
    const registry = openConfiguredRegistry(config);
    const standard = registry.default();
    const usable = registry.list().filter(({ problem }) => problem === undefined);
    return [
      {
        about,
        verdict: 'fine',
        found: `${usable.map(({ id }) => id).join(', ')}; ${standard.id} by default`,
      },
      ...registry
        .list()
        .flatMap(({ id, dir, problem }): Finding[] =>
          problem === undefined
            ? []
            : [{ about, verdict: 'hint', found: `${id}: ${problem}`, fix: `Complete ${dir}, or remove it.` }],
        ),
    ];
  } catch (error) {
    if (!(error instanceof OperatorError || error instanceof UserError)) throw error;
    return [
      {
        about,
        verdict: 'problem',
        found: error.message,
        fix: 'Put a model folder into the data folder’s models, or name its parent in OVERPAINT_MODELS; check OVERPAINT_DEFAULT_MODEL.',
      },
    ];
  }
}

const SIDE = 64;

/** Paints a small grey square, so that files, memory and device are all tried. */
export async function checkEngine(config: Config): Promise<Finding[]> {
  const about = 'engine';
  const registry = openConfiguredRegistry(config);
  const engine = startEngine({
    resolveModel: (id) => registry.get(id),
    device: config.OVERPAINT_DEVICE,
  });
  try {
    const model = registry.default();
    const grey = { width: SIDE, height: SIDE, data: new Uint8Array(SIDE * SIDE * 3).fill(128) };
    const source = await encodePicture(grey, { type: 'png' });
    const { recipe } = completeRecipe(
      { source: sha256(source), model: model.id, prompt: 'grey', strength: 0.5, steps: 2, size: 'keep' },
      { styles: loadStyles(join(config.OVERPAINT_DATA, 'styles')), model: model.defaults, drawSeed: () => 1 },
    );
    const started = performance.now();
    const { provider } = await engine.paint({ jobId: 'doctor', recipe, source });
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    return [{ about, verdict: 'fine', found: `paints on ${provider}; a small square took ${seconds} s` }];
  } catch (error) {
    return [
      {
        about,
        verdict: 'problem',
        found: `does not paint: ${(error as Error).message}`,
        fix: 'Set OVERPAINT_DEVICE=cpu to leave the graphics card out; without luck, send this line with a bug report.',
      },
    ];
  } finally {
    await engine.close();
  }
}
