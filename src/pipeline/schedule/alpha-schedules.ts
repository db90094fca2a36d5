import { UserError } from '../../errors.ts';
import { phrase } from '../../language/phrase.ts';
import type { SchedulerConfig } from './config.ts';
import { linspace } from './numpy.ts';
import type { WholeSchedule } from './sigma-schedules.ts';
import { wholeTimesteps } from './timestep-spacing.ts';

const base = { sigmas: undefined, noising: 'alpha' as const, initNoiseSigma: 1 };

/** DDIM and DDPM: whole timesteps, one evaluation each. */
export function ddimSchedule(config: SchedulerConfig, steps: number): WholeSchedule {
  return { ...base, timesteps: wholeTimesteps(config, steps) };
}

/** PNDM: a Runge-Kutta warm-up (unless skipped) and then linear multistep, whose second entry stands twice. */
export function pndmSchedule(config: SchedulerConfig, steps: number): WholeSchedule {
  const ascending = wholeTimesteps(config, steps).reverse();
  if (config.skip_prk_steps) {
    const timesteps = [
      ...ascending.slice(0, -1),
      ...ascending.slice(-2, -1),
      ...ascending.slice(-1),
    ].reverse();
    return { ...base, timesteps, warmUp: [] };
  }
  const half = Math.floor(Math.floor(config.num_train_timesteps / steps) / 2);
  const pairs = ascending.slice(-4).flatMap((timestep) => [timestep, timestep]);
  const shifted = pairs.map((timestep, i) => timestep + (i % 2 === 0 ? 0 : half));
  const warmUp = shifted
    .slice(0, -1)
    .flatMap((timestep) => [timestep, timestep])
    .slice(1, -1)
    .reverse();
  return { ...base, timesteps: [...warmUp, ...ascending.slice(0, -3).reverse()], warmUp };
}

/**
 * LCM and TCD: a choice from the distillation's own timesteps. Strength cuts the distillation's schedule, so the
 * number of steps stays what was asked for.
 * @throws UserError `too-many-steps` when the shortened schedule has fewer entries than steps
 */
export function consistencySchedule(config: SchedulerConfig, steps: number, strength: number): WholeSchedule {
  const original = config.original_inference_steps;
  const spacing = Math.floor(config.num_train_timesteps / original);
  const available = Math.trunc(original * strength);
  if (steps > available) {
    throw new UserError(
      'too-many-steps',
      phrase(
        'Expected at most {most} steps at strength {strength} with this scheduler, but received {steps}',
        { most: available, strength, steps },
      ),
      {
        hint: phrase('Use a strength of at least {least}, or fewer steps.', {
          least: Math.ceil((steps / original) * 100) / 100,
        }),
      },
    );
  }
  const descending = Array.from({ length: available }, (_, i) => (available - i) * spacing - 1);
  const timesteps = linspace(0, available, steps + 1)
    .slice(0, -1)
    .map((at) => descending[Math.floor(at)]!);
  return { ...base, timesteps };
}
