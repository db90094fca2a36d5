import { OperatorError } from '../../errors.ts';
import type { SchedulerConfig } from '../schedule/config.ts';
import { mix, type Tensor } from '../tensor/tensor.ts';
import { cleanAtLevel, type Level, noiseAtAlpha, threshold } from './prediction.ts';

const f32 = Math.fround;

/**
 * What the multistep and the singlestep DPM-Solver share: one exponential-integrator step of order 1 to 3.
 * @see Lu et al. 2022, https://arxiv.org/abs/2206.00927 (DPM-Solver) and https://arxiv.org/abs/2211.01095 (DPM-Solver++)
 */
export type DpmAlgorithm = 'dpmsolver' | 'dpmsolver++' | 'sde-dpmsolver' | 'sde-dpmsolver++';

/** The algorithm that a config means; DEIS' name stands for DPM-Solver++, as in diffusers. */
export function dpmAlgorithm(config: SchedulerConfig): DpmAlgorithm {
  switch (config.algorithm_type) {
    case 'dpmsolver':
    case 'dpmsolver++':
    case 'sde-dpmsolver':
    case 'sde-dpmsolver++':
      return config.algorithm_type;
    case 'deis':
      return 'dpmsolver++';
    default:
      throw new OperatorError(
        'unsupported-scheduler',
        `Expected a known algorithm_type in scheduler_config.json, but received ${config.algorithm_type}`,
      );
  }
}

/** What the solver works on: the clean latents (++ forms) or the noise. */
export function dpmData(config: SchedulerConfig, output: Tensor, latents: Tensor, level: Level): Tensor {
  const { alpha, sigma } = level;
  if (dpmAlgorithm(config).endsWith('++')) {
    const clean = cleanAtLevel(config, output, latents, level);
    return config.thresholding
      ? threshold(clean, config.dynamic_thresholding_ratio, config.sample_max_value)
      : clean;
  }
  const noise = noiseAtAlpha(config, output, latents, alpha, sigma);
  if (!config.thresholding) return noise;
  const clean = threshold(
    mix([1 / alpha, latents], [-sigma / alpha, noise]),
    config.dynamic_thresholding_ratio,
    config.sample_max_value,
  );
  return mix([1 / sigma, latents], [-alpha / sigma, clean]);
}

/** Factors of an integrator step over h = λ(to) − λ(from): of the latents, D0, D1 and D2, and of noise. */
interface Factors {
  latents: number;
  zeroth: number;
  firstMidpoint: number;
  first: number;
  second: number;
  noise: number;
}

/** (growth / h) + shift, which cancels to a few digits where h is small: in float32 as torch has it. */
const slope = (growth: number, h: number, shift: number) =>
  isFinite(h) ? f32(f32(growth / h) + shift) : shift;
/** (growth − h) / h² − 1/2, likewise. */
const bend = (growth: number, h: number) => (isFinite(h) ? f32(f32(f32(growth - h) / f32(h * h)) - 0.5) : 0);

function factors(algorithm: DpmAlgorithm, from: Level, to: Level): Factors {
  const h = f32(to.lambda - from.lambda);
  switch (algorithm) {
    case 'dpmsolver++': {
      const decay = f32(f32(Math.exp(-h)) - 1);
      return {
        latents: to.sigma / from.sigma,
        zeroth: -to.alpha * decay,
        firstMidpoint: -0.5 * to.alpha * decay,
        first: to.alpha * slope(decay, h, 1),
        second: -to.alpha * bend(decay, -h),
        noise: 0,
      };
    }
    case 'dpmsolver': {
      const growth = f32(f32(Math.exp(h)) - 1);
      return {
        latents: to.alpha / from.alpha,
        zeroth: -to.sigma * growth,
        firstMidpoint: -0.5 * to.sigma * growth,
        first: -to.sigma * slope(growth, h, -1),
        second: -to.sigma * bend(growth, h),
        noise: 0,
      };
    }
    case 'sde-dpmsolver++': {
      const decay = f32(1 - f32(Math.exp(-2 * h)));
      return {
        latents: (to.sigma / from.sigma) * f32(Math.exp(-h)),
        zeroth: to.alpha * decay,
        firstMidpoint: 0.5 * to.alpha * decay,
        first: to.alpha * slope(decay, -2 * h, 1),
        second: to.alpha * bend(decay, 2 * h),
        noise: to.sigma * Math.sqrt(decay),
      };
    }
    case 'sde-dpmsolver': {
      const growth = f32(f32(Math.exp(h)) - 1);
      return {
        latents: to.alpha / from.alpha,
        zeroth: -2 * to.sigma * growth,
        firstMidpoint: -to.sigma * growth,
        first: -2 * to.sigma * slope(growth, h, -1),
        second: 0,
        noise: to.sigma * Math.sqrt(f32(f32(Math.exp(2 * h)) - 1)),
      };
    }
  }
}

/** The divided differences of the data, and which form of the first one a step uses. */
export interface Differences {
  zeroth: Tensor;
  first?: Tensor;
  second?: Tensor;
  midpoint?: boolean;
}

/** One step from a level to another. */
export function dpmStep(
  algorithm: DpmAlgorithm,
  latents: Tensor,
  from: Level,
  to: Level,
  differences: Differences,
  noise: Tensor | undefined,
): Tensor {
  const factor = factors(algorithm, from, to);
  const terms: [number, Tensor][] = [
    [factor.latents, latents],
    [factor.zeroth, differences.zeroth],
  ];
  if (differences.first) {
    terms.push([differences.midpoint ? factor.firstMidpoint : factor.first, differences.first]);
  }
  if (differences.second) terms.push([factor.second, differences.second]);
  if (noise) terms.push([factor.noise, noise]);
  return mix(...terms);
}
