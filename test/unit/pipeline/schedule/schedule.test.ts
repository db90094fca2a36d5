import { describe, expect, it } from 'vitest';
import { parseSchedulerConfig } from '../../../../src/pipeline/schedule/config.ts';
import { createSchedule } from '../../../../src/pipeline/schedule/create-schedule.ts';
import { linspace, roundHalfEven } from '../../../../src/pipeline/schedule/numpy.ts';
import { executedTimesteps, noiseLevel } from '../../../../src/pipeline/schedule/schedule.ts';

const stableDiffusion = { beta_start: 0.00085, beta_end: 0.012, beta_schedule: 'scaled_linear' };
const config = (name: string, keys: Record<string, unknown> = {}) =>
  parseSchedulerConfig({ ...stableDiffusion, ...keys, _class_name: name });

describe('a schedule', () => {
  it('of 20 steps at strength 0.5 starts at step 10 and runs 10', () => {
    const schedule = createSchedule(config('DDIMScheduler', { steps_offset: 1 }), {
      steps: 20,
      strength: 0.5,
    });
    expect(schedule.begin).toBe(10);
    expect(executedTimesteps(schedule)).toEqual([451, 401, 351, 301, 251, 201, 151, 101, 51, 1]);
  });

  it('counts two entries a step where the sampler looks twice', () => {
    const schedule = createSchedule(config('HeunDiscreteScheduler'), { steps: 10, strength: 0.5 });
    expect(schedule.begin).toBe(10);
    expect(executedTimesteps(schedule)).toHaveLength(9);
  });

  it('begins where it is told to', () => {
    const schedule = createSchedule(config('HeunDiscreteScheduler'), {
      steps: 10,
      strength: 1,
      firstStep: 7,
    });
    expect(schedule.begin).toBe(14);
  });

  it.each(['DDIMScheduler', 'PNDMScheduler', 'HeunDiscreteScheduler'])(
    'of %s that runs no step is refused',
    (name) => {
      expect(() =>
        createSchedule(config(name, { skip_prk_steps: true }), { steps: 9, strength: 0.1 }),
      ).toThrow(
        expect.objectContaining({ code: 'no-steps', hint: 'Use at least 10 steps, or a higher strength.' }),
      );
    },
  );

  it('longer than the training is refused', () => {
    const short = config('DDIMScheduler', { num_train_timesteps: 10 });
    expect(() => createSchedule(short, { steps: 11, strength: 1 })).toThrow(
      expect.objectContaining({ code: 'too-many-steps' }),
    );
  });

  it('of a flow model counts a part of a step as a step', () => {
    const flow = parseSchedulerConfig({ _class_name: 'FlowMatchEulerDiscreteScheduler' });
    const of = (strength: number) => executedTimesteps(createSchedule(flow, { steps: 10, strength })).length;
    expect([of(0.55), of(0.5), of(0.01)]).toEqual([6, 5, 1]);
  });

  it('keeps its number of steps at any strength where the model was distilled', () => {
    const schedule = createSchedule(config('LCMScheduler'), { steps: 4, strength: 0.5 });
    expect(executedTimesteps(schedule)).toEqual([499, 379, 259, 139]);
  });

  it('of SD3 shifts twice, of FLUX once', () => {
    const flow = parseSchedulerConfig({ _class_name: 'FlowMatchEulerDiscreteScheduler', shift: 3 });
    const sigmas = (kind: 'range' | 'linear') =>
      createSchedule(flow, { steps: 5, strength: 1, flow: { sigmas: kind } }).sigmas!.map((s) =>
        Number(s.toFixed(3)),
      );
    expect(sigmas('range')).toEqual([1, 0.9, 0.751, 0.503, 0.009, 0]);
    expect(sigmas('linear')).toEqual([1, 0.923, 0.818, 0.667, 0.429, 0]);
  });

  it('tells the noise level for displays, 0 at the end', () => {
    const schedule = createSchedule(config('DDIMScheduler'), { steps: 5, strength: 1 });
    const levels = [0, 1, 2, 3, 4, 5].map((index) => noiseLevel(schedule, index));
    expect(levels).toEqual([...levels].sort((a, b) => b - a));
    expect(levels.at(-1)).toBe(0);
  });
});

describe('numpy', () => {
  it('rounds halves to even', () => {
    expect([0.5, 1.5, 2.5, 2.4999, -0.5, 3.7].map(roundHalfEven)).toEqual([0, 2, 2, 2, 0, 4]);
  });

  it('spaces one number at the start', () => {
    expect(linspace(3, 9, 1)).toEqual([3]);
    expect(linspace(0, 1, 5)).toEqual([0, 0.25, 0.5, 0.75, 1]);
  });
});
