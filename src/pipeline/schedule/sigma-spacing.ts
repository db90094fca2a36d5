import { betaQuantile } from './beta-quantile.ts';
import type { SchedulerConfig } from './config.ts';
import { linspace } from './numpy.ts';

const f32 = Math.fround;
/** What zero-SNR schedules keep of the signal at their last step. */
export const ZERO_SNR_BAR = 2 ** -24;

/** Karras, exponential, beta or lu spacing, or none of them; diffusers allows one at a time. */
export type SigmaSpacing = 'karras' | 'lu' | 'exponential' | 'beta' | undefined;

export function sigmaSpacing(config: SchedulerConfig): SigmaSpacing {
  if (config.use_karras_sigmas) return 'karras';
  if (config.use_lu_lambdas) return 'lu';
  if (config.use_exponential_sigmas) return 'exponential';
  if (config.use_beta_sigmas) return 'beta';
  return undefined;
}

/**
 * σ = √((1−ᾱ)/ᾱ) of every training timestep, float32.
 * At the end of a zero-SNR schedule the root of 2²⁴ − 1 lies on a rounding tie: torch has 4096.
 */
export function trainingSigmas(bars: Float32Array): Float32Array {
  return bars.map((bar) => (bar === ZERO_SNR_BAR ? 4096 : Math.sqrt(f32(f32(1 - bar) / bar))));
}

/**
 * Spaces sigmas between two ends.
 * @param first the largest sigma, unless the config names one
 * @param last the smallest sigma, unless the config names one
 * @returns `count` descending sigmas
 * @see Karras et al. 2022, https://arxiv.org/abs/2206.00364, eq. 5 (ρ = 7); beta: https://arxiv.org/abs/2407.12173 (α = β = 0.6); lu: Lu et al. 2022, https://arxiv.org/abs/2206.00927
 */
export function spaceSigmas(
  spacing: NonNullable<SigmaSpacing>,
  config: SchedulerConfig,
  first: number,
  last: number,
  count: number,
): number[] {
  if (spacing === 'lu') return linspace(Math.log(first), Math.log(last), count).map(Math.exp);
  const min = config.sigma_min ?? last;
  const max = config.sigma_max ?? first;
  const ramp = linspace(0, 1, count);
  switch (spacing) {
    case 'karras': {
      const minRoot = min ** (1 / 7);
      const maxRoot = max ** (1 / 7);
      return ramp.map((r) => (maxRoot + r * (minRoot - maxRoot)) ** 7);
    }
    case 'exponential':
      return linspace(Math.log(max), Math.log(min), count).map(Math.exp);
    case 'beta':
      return ramp.map((r) => min + betaQuantile(1 - r, 0.6, 0.6) * (max - min));
  }
}

/**
 * The fractional training timestep of a sigma, by interpolation of log sigmas.
 * @param logSigmas ascending, one a training timestep
 */
export function sigmaToTimestep(sigma: number, logSigmas: ArrayLike<number>): number {
  const logSigma = Math.log(Math.max(sigma, 1e-10));
  const low = lowerIndex(logSigma, logSigmas);
  const lower = logSigmas[low]!;
  const weight = Math.min(1, Math.max(0, (lower - logSigma) / (lower - logSigmas[low + 1]!)));
  return (1 - weight) * low + weight * (low + 1);
}

/** The same with every operation in float32, as diffusers has it for the ancestral levels between. */
export function sigmaToTimestepFloat32(sigma: number, logSigmas: Float32Array): number {
  const logSigma = f32(Math.log(Math.max(sigma, 1e-10)));
  const low = lowerIndex(logSigma, logSigmas);
  const lower = logSigmas[low]!;
  const ratio = f32(f32(lower - logSigma) / f32(lower - logSigmas[low + 1]!));
  const weight = Math.min(1, Math.max(0, ratio));
  return f32(f32(f32(1 - weight) * low) + f32(weight * (low + 1)));
}

/** The last entry that is not above, but never the table's last one. */
function lowerIndex(logSigma: number, logSigmas: ArrayLike<number>): number {
  let low = 0;
  for (let i = 0; i < logSigmas.length - 1; i++) if (logSigmas[i]! <= logSigma) low = i;
  return low;
}
