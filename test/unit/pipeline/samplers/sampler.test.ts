import { describe, expect, it } from 'vitest';
import { type SampleStep, sample } from '../../../../src/pipeline/samplers/sampler.ts';
import { samplerOf } from '../../../../src/pipeline/samplers/schedulers.ts';
import { parseSchedulerConfig } from '../../../../src/pipeline/schedule/config.ts';
import { createSchedule } from '../../../../src/pipeline/schedule/create-schedule.ts';
import { mix, type Tensor, tensor } from '../../../../src/pipeline/tensor/tensor.ts';

const start = tensor([1, 1, 2, 2], Float32Array.of(3, -2, 1, 0.5));
const unused = () => {
  throw new Error('a deterministic sampler drew noise');
};

function run(name: string, onStep: (step: SampleStep) => Tensor | void, output = 0.1) {
  const config = parseSchedulerConfig({ _class_name: name, beta_schedule: 'scaled_linear' });
  const schedule = createSchedule(config, { steps: 6, strength: 0.5 });
  const asked: { timestep: number; progress: number }[] = [];
  const predict = (input: Tensor, timestep: number, progress: number) => {
    asked.push({ timestep, progress });
    return Promise.resolve(mix([output, input]));
  };
  return {
    result: sample(samplerOf(config), start, { schedule, predict, noise: unused, onStep }),
    schedule,
    asked,
  };
}

describe('the sampling loop', () => {
  it('reports each step once, from 1 to the last', async () => {
    const steps: number[] = [];
    const { result, asked } = run('EulerDiscreteScheduler', ({ step, of, sigma }) => {
      steps.push(step);
      expect(of).toBe(3);
      if (step === of) expect(sigma).toBe(0);
    });
    await result;
    expect(steps).toEqual([1, 2, 3]);
    expect(asked.map(({ progress }) => progress)).toEqual([0, 1 / 3, 2 / 3]);
  });

  it('reports each look of a sampler that looks twice', async () => {
    const timesteps: number[] = [];
    const { result, schedule } = run(
      'HeunDiscreteScheduler',
      ({ timestep }) => void timesteps.push(timestep),
    );
    await result;
    expect(timesteps).toEqual(schedule.timesteps.slice(schedule.begin));
    expect(timesteps).toHaveLength(5);
  });

  it('goes on from the latents that a step hands back', async () => {
    const replacement = tensor(start.dims, new Float32Array(4));
    const { result } = run('EulerDiscreteScheduler', ({ step, of }) =>
      step === of ? replacement : undefined,
    );
    expect(await result).toBe(replacement);
  });

  it('stops when a step throws', async () => {
    const { result, asked } = run('DDIMScheduler', () => {
      throw new Error('enough');
    });
    await expect(result).rejects.toThrow('enough');
    expect(asked).toHaveLength(1);
  });

  it.each(['EulerDiscreteScheduler', 'DDIMScheduler', 'DPMSolverMultistepScheduler'])(
    'of %s shows the clean picture that the model means',
    async (name) => {
      const previews: number[] = [];
      const { result } = run(name, (step) => void previews.push(step.denoised().data[0]!), 0);
      await result;
      // A model that finds no noise means the latents themselves, at the scale of a clean picture.
      expect(previews[0]).toBeGreaterThan(2.9);
      expect(previews).toHaveLength(3);
    },
  );
});
