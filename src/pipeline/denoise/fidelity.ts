import { cleanLatents } from '../samplers/prediction.ts';
import { addNoise, type Schedule, scaleModelInput } from '../schedule/schedule.ts';
import { mix, type Tensor, tensor, zip } from '../tensor/tensor.ts';
import type { Predict } from './predictor.ts';

/** What is kept, and how well the model knows it. */
export interface KeptSource {
  schedule: Schedule;
  /** The source's latents, without noise. */
  clean: Tensor;
  /** The noise that the run starts with. */
  noise: Tensor;
  /** 0 changes nothing; 1 keeps all of the source that the prompt does not change. */
  fidelity: number;
  /** The denoiser with an empty prompt. */
  predictPlain: Predict;
}

/**
 * Makes a denoiser keep the source's detail. At each step it is also asked, with an empty prompt, for the source under the
 * same noise; how far it is off there is added to what it makes of the picture. Detail that the noise hid from it comes back
 * so, and what the prompt changes stays changed. With an empty prompt and fidelity 1 a sampler without noise of its own
 * gives the source's latents again (not PNDM, whose latents are noisier than it tells the model when strength leaves out its
 * first step). Costs one more pass of the denoiser a step.
 * @see Xu et al. 2023 (InfEdit), https://arxiv.org/abs/2312.04965, its virtual inversion
 */
export function keepSource(
  predict: Predict,
  { schedule, clean, noise, fidelity, predictPlain }: KeptSource,
): Predict {
  if (fidelity <= 0) return predict;
  return async (input, timestep, progress, index) => {
    const output = await predict(input, timestep, progress, index);
    const slope = slopeOfClean(schedule, index);
    // At a level without noise the model's output means nothing for the clean latents.
    if (slope === 0) return output;
    const noisy = noisyAsSeen(schedule, clean, noise, index);
    const plain = await predictPlain(scaleModelInput(schedule, noisy, index), timestep, progress, index);
    const seen = cleanLatents(schedule, plain, noisy, index);
    const missed = zip(clean, seen, (known, found) => fidelity * (known - found));
    return mix([1, output], [1 / slope, missed]);
  };
}

/** The clean latents follow a model's output in a straight line; this is its slope at one entry. */
function slopeOfClean(schedule: Schedule, index: number): number {
  const scalar = (value: number) => tensor([1, 1, 1, 1], Float32Array.of(value));
  return cleanLatents(schedule, scalar(1), scalar(0), index).data[0]!;
}

/** The source at the noise level that the model is told; samplers that look between two levels name it apart. */
function noisyAsSeen(schedule: Schedule, clean: Tensor, noise: Tensor, index: number): Tensor {
  const sigma = schedule.inputSigmas?.[index];
  return sigma === undefined ? addNoise(schedule, clean, noise, index) : mix([1, clean], [sigma, noise]);
}
