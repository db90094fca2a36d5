import { OperatorError } from '../../errors.ts';
import type { SchedulerConfig } from './config.ts';
import { linspaceFloat32 } from './numpy.ts';
import { ZERO_SNR_BAR } from './sigma-spacing.ts';

const f32 = Math.fround;

/** Betas from a curve of the cumulative product (Nichol & Dhariwal 2021, `squaredcos_cap_v2`). */
function betasForAlphaBar(count: number, alphaBar: (time: number) => number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) =>
    Math.min(1 - alphaBar((i + 1) / count) / alphaBar(i / count), 0.999),
  );
}

function betas(config: SchedulerConfig): Float32Array {
  const count = config.num_train_timesteps;
  if (config.trained_betas) return Float32Array.from(config.trained_betas);
  switch (config.beta_schedule) {
    case 'linear':
      return linspaceFloat32(config.beta_start, config.beta_end, count);
    case 'scaled_linear':
      return linspaceFloat32(Math.sqrt(config.beta_start), Math.sqrt(config.beta_end), count).map(
        (v) => v * v,
      );
    case 'squaredcos_cap_v2':
      return betasForAlphaBar(count, (t) => Math.cos((((t + 0.008) / 1.008) * Math.PI) / 2) ** 2);
    case 'exp':
      return betasForAlphaBar(count, (t) => Math.exp(t * -12));
    case 'sigmoid':
      return linspaceFloat32(-6, 6, count).map((v) =>
        f32(f32(1 / (1 + Math.exp(-v))) * f32(config.beta_end - config.beta_start) + config.beta_start),
      );
    default:
      throw new OperatorError(
        'unsupported-scheduler',
        `Expected a known beta_schedule in scheduler_config.json, but received ${config.beta_schedule}`,
      );
  }
}

/** Products from the start; torch accumulates in double and stores float32. */
function cumulativeProduct(values: Float32Array): Float32Array {
  let product = 1;
  return values.map((value) => {
    product *= value;
    return product;
  });
}

/**
 * Moves the betas so that the last step is pure noise.
 * @see Lin et al. 2023, https://arxiv.org/abs/2305.08891, algorithm 1; diffusers `rescale_zero_terminal_snr`
 */
function rescaleZeroTerminalSnr(input: Float32Array): Float32Array {
  const roots = cumulativeProduct(input.map((beta) => 1 - beta)).map((value) => Math.sqrt(value));
  const first = roots[0]!;
  const last = roots.at(-1)!;
  const scale = f32(first / f32(first - last));
  const bars = roots.map((root) => f32(f32(root - last) * scale) ** 2);
  return bars.map((bar, i) => 1 - (i === 0 ? bar : f32(bar / bars[i - 1]!)));
}

/** Scheduler classes that keep a trace of signal at the last step of a zero-SNR schedule. */
const KEEPS_SIGNAL = new Set([
  'EulerDiscreteScheduler',
  'EulerAncestralDiscreteScheduler',
  'DPMSolverMultistepScheduler',
  'UniPCMultistepScheduler',
]);
/** Scheduler classes that know `rescale_betas_zero_snr`. */
const KNOWS_ZERO_SNR = new Set([
  ...KEEPS_SIGNAL,
  'DDIMScheduler',
  'DDPMScheduler',
  'LCMScheduler',
  'TCDScheduler',
]);

/** ᾱ of every training timestep, float32 as torch computes it. */
export function alphasCumprod(config: SchedulerConfig): Float32Array {
  const zeroSnr = config.rescale_betas_zero_snr && KNOWS_ZERO_SNR.has(config._class_name);
  const table = zeroSnr ? rescaleZeroTerminalSnr(betas(config)) : betas(config);
  const bars = cumulativeProduct(table.map((beta) => 1 - beta));
  if (zeroSnr && KEEPS_SIGNAL.has(config._class_name)) bars[bars.length - 1] = ZERO_SNR_BAR;
  return bars;
}
