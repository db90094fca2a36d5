import { mix, type Tensor } from '../tensor/tensor.ts';
import { cleanAtLevel, levelAt, noiseAtAlpha, threshold } from './prediction.ts';
import type { Sampler } from './sampler.ts';

const f32 = Math.fround;

/**
 * UniPC: a predictor of order 1 to 3, and a corrector that uses each new model output once more.
 * @see Zhao et al. 2023, https://arxiv.org/abs/2302.04867
 */
export const unipc: Sampler = (schedule) => {
  const { config } = schedule;
  const length = schedule.timesteps.length;
  const history: Tensor[] = [];
  let before: { latents: Tensor; order: number } | undefined;
  let done = 0;

  const data = (output: Tensor, latents: Tensor, index: number): Tensor => {
    const level = levelAt(schedule, index);
    if (!config.predict_x0) return noiseAtAlpha(config, output, latents, level.alpha, level.sigma);
    const clean = cleanAtLevel(config, output, latents, level);
    return config.thresholding
      ? threshold(clean, config.dynamic_thresholding_ratio, config.sample_max_value)
      : clean;
  };

  /** The step from `index` to the next level; `current` is the data at the target when correcting. */
  const step = (latents: Tensor, index: number, order: number, current?: Tensor): Tensor => {
    const to = levelAt(schedule, index + 1);
    const from = levelAt(schedule, index);
    const m0 = history[0]!;
    const h = f32(to.lambda - from.lambda);
    const hh = config.predict_x0 ? -h : h;
    const growth = f32(Math.expm1(hh));
    const bh = config.solver_type === 'bh1' ? hh : growth;
    const ratios: number[] = [];
    const slopes: Tensor[] = [];
    for (let i = 1; i < order; i++) {
      const ratio = f32(f32(levelAt(schedule, index - i).lambda - from.lambda) / h);
      ratios.push(ratio);
      slopes.push(mix([1 / ratio, history[i]!], [-1 / ratio, m0]));
    }
    if (current) slopes.push(mix([1, current], [-1, m0]));
    const weights = rhos([...ratios, 1], hh, bh, order, current !== undefined);
    const scale = config.predict_x0 ? to.alpha : to.sigma;
    const kept = config.predict_x0 ? to.sigma / from.sigma : to.alpha / from.alpha;
    return mix(
      [kept, latents],
      [-scale * growth, m0],
      ...slopes.map((slope, i) => [-scale * bh * weights[i]!, slope] as const),
    );
  };

  return (output, latents, index) => {
    const converted = data(output, latents, index);
    const corrects = index > 0 && before !== undefined && !config.disable_corrector.includes(index - 1);
    const corrected = corrects && before ? step(before.latents, index - 1, before.order, converted) : latents;
    history.unshift(converted);
    history.length = Math.min(history.length, config.solver_order);
    const wanted = config.lower_order_final
      ? Math.min(config.solver_order, length - index)
      : config.solver_order;
    const order = Math.min(wanted, done + 1);
    before = { latents: corrected, order };
    done = Math.min(done + 1, config.solver_order);
    return step(corrected, index, order);
  };
};

/** The weights of the slopes: a small linear system, or 1/2 where the paper's low orders fix it. */
function rhos(ratios: number[], hh: number, bh: number, order: number, correcting: boolean): number[] {
  if (correcting ? order === 1 : order === 2) return [0.5];
  const size = correcting ? order : order - 1;
  if (size === 0) return [];
  const matrix: number[][] = [];
  const right: number[] = [];
  let phi = f32(f32(f32(Math.expm1(hh)) / hh) - 1);
  let factorial = 1;
  for (let i = 1; i <= size; i++) {
    matrix.push(ratios.slice(0, size).map((ratio) => f32(ratio ** (i - 1))));
    right.push(f32(f32(phi * factorial) / bh));
    factorial *= i + 1;
    phi = f32(f32(phi / hh) - 1 / factorial);
  }
  return solve(matrix, right);
}

/** Gaussian elimination with pivoting, for systems of at most three equations. */
function solve(matrix: number[][], right: number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]!]);
  const size = rows.length;
  for (let column = 0; column < size; column++) {
    const pivot = rows
      .slice(column)
      .reduce((best, row) => (Math.abs(row[column]!) > Math.abs(best[column]!) ? row : best));
    const at = rows.indexOf(pivot);
    [rows[column], rows[at]] = [rows[at]!, rows[column]!];
    for (let i = 0; i < size; i++) {
      if (i === column) continue;
      const factor = rows[i]![column]! / rows[column]![column]!;
      rows[i] = rows[i]!.map((value, k) => value - factor * rows[column]![k]!);
    }
  }
  return rows.map((row, i) => row[size]! / row[i]!);
}
