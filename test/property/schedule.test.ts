import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { betaCdf, betaQuantile } from '../../src/pipeline/schedule/beta-quantile.ts';
import { parseSchedulerConfig, SCHEDULER_CLASSES } from '../../src/pipeline/schedule/config.ts';
import { createSchedule } from '../../src/pipeline/schedule/create-schedule.ts';
import { executedTimesteps, noiseLevel } from '../../src/pipeline/schedule/schedule.ts';

const distilled = ['LCMScheduler', 'TCDScheduler'];
const className = fc.constantFrom(...SCHEDULER_CLASSES);
const steps = fc.integer({ min: 1, max: 60 });
const strength = fc.integer({ min: 5, max: 100 }).map((percent) => percent / 100);
const keys = fc.record({
  beta_schedule: fc.constantFrom('linear', 'scaled_linear', 'squaredcos_cap_v2'),
  timestep_spacing: fc.constantFrom('linspace', 'leading', 'trailing'),
  steps_offset: fc.constantFrom(0, 1),
  skip_prk_steps: fc.constant(true),
  original_inference_steps: fc.constant(100),
});
const spacing = fc.constantFrom(
  {},
  { use_karras_sigmas: true },
  { use_exponential_sigmas: true },
  { use_beta_sigmas: true },
);

const make = (name: string, json: Record<string, unknown>, request: { steps: number; strength: number }) =>
  createSchedule(parseSchedulerConfig({ ...json, _class_name: name }), request);

describe('a schedule', () => {
  it('falls in noise from entry to entry and ends clean', () => {
    fc.assert(
      fc.property(className, keys, spacing, steps, (name, json, spaced, count) => {
        const schedule = make(name, { ...json, ...spaced }, { steps: count, strength: 1 });
        const levels = schedule.timesteps.map((_, index) => noiseLevel(schedule, index));
        // PLMS looks at its second entry twice, so a level may repeat but never rise.
        levels.slice(1).forEach((level, i) => expect(level).toBeLessThanOrEqual(levels[i]! * (1 + 1e-6)));
        const end = noiseLevel(schedule, schedule.timesteps.length);
        // DEIS stops at its last level, so one step of it goes nowhere.
        if (name === 'DEISMultistepScheduler') expect(end).toBeLessThan(count === 1 ? Infinity : 0.1);
        else expect(end).toBe(0);
      }),
    );
  });

  it('runs more of itself the higher the strength, and never more than all', () => {
    fc.assert(
      fc.property(className, keys, steps, strength, strength, (name, json, count, a, b) => {
        fc.pre(!distilled.includes(name));
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        fc.pre(Math.trunc(count * low) >= 1);
        const weak = executedTimesteps(make(name, json, { steps: count, strength: low }));
        const strong = executedTimesteps(make(name, json, { steps: count, strength: high }));
        const whole = make(name, json, { steps: count, strength: 1 }).timesteps;
        expect(strong.slice(strong.length - weak.length)).toEqual(weak);
        expect(whole.slice(whole.length - strong.length)).toEqual(strong);
      }),
    );
  });

  it('of a distilled model has the asked number of steps and starts lower the lower the strength', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...distilled),
        fc.integer({ min: 1, max: 5 }),
        strength,
        (name, count, share) => {
          const json = { original_inference_steps: 100 };
          const part = executedTimesteps(make(name, json, { steps: count, strength: share }));
          const whole = executedTimesteps(make(name, json, { steps: count, strength: 1 }));
          expect(part).toHaveLength(count);
          expect(part[0]).toBeLessThanOrEqual(whole[0]!);
          expect(new Set(part).size).toBe(count);
        },
      ),
    );
  });

  it('tells the model timesteps that it was trained with', () => {
    fc.assert(
      fc.property(className, keys, spacing, steps, (name, json, spaced, count) => {
        const { timesteps } = make(name, { ...json, ...spaced }, { steps: count, strength: 1 });
        for (const timestep of timesteps) {
          expect(timestep).toBeGreaterThanOrEqual(0);
          expect(timestep).toBeLessThanOrEqual(1000);
        }
      }),
    );
  });
});

describe('the quantile of the beta distribution', () => {
  it('undoes its distribution function', () => {
    const shape = fc.double({ min: 0.3, max: 5, noNaN: true });
    const probability = fc.double({ min: 0.001, max: 0.999, noNaN: true });
    fc.assert(
      fc.property(probability, shape, shape, (p, a, b) => {
        // 1e-9: what double precision leaves of steep ends.
        expect(Math.abs(betaCdf(betaQuantile(p, a, b), a, b) - p)).toBeLessThan(1e-9);
      }),
    );
  });
});
