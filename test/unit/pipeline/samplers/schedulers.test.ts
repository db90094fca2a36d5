import { describe, expect, it } from 'vitest';
import { LANGUAGES, sayIn } from '../../../../src/language/say.ts';
import { listSchedulers, samplerOf, schedulerConfig } from '../../../../src/pipeline/samplers/schedulers.ts';
import { SCHEDULER_CLASSES } from '../../../../src/pipeline/schedule/config.ts';

const model = {
  _class_name: 'PNDMScheduler',
  beta_start: 0.00085,
  beta_end: 0.012,
  beta_schedule: 'scaled_linear',
  prediction_type: 'v_prediction',
  skip_prk_steps: true,
  steps_offset: 1,
};
const flux = { _class_name: 'FlowMatchEulerDiscreteScheduler', shift: 3 };

describe('the name of a scheduler', () => {
  it.each([
    ['model', 'PNDMScheduler'],
    ['DDIMScheduler', 'DDIMScheduler'],
    ['eulerdiscretescheduler', 'EulerDiscreteScheduler'],
    ['Euler a', 'EulerAncestralDiscreteScheduler'],
    ['euler_ancestral', 'EulerAncestralDiscreteScheduler'],
    ['DPM++ 2M Karras', 'DPMSolverMultistepScheduler'],
    ['dpmpp_2m karras', 'DPMSolverMultistepScheduler'],
    ['DPM++ SDE', 'DPMSolverSinglestepScheduler'],
    ['DPM2 a Karras', 'KDPM2AncestralDiscreteScheduler'],
    ['PLMS', 'PNDMScheduler'],
    ['UniPC', 'UniPCMultistepScheduler'],
    ['LCM', 'LCMScheduler'],
  ])('%s means %s', (name, className) => {
    expect(schedulerConfig(name, model)._class_name).toBe(className);
  });

  it('keeps what the model was trained with', () => {
    const config = schedulerConfig('DPM++ 2M SDE Karras', model);
    expect(config).toMatchObject({
      prediction_type: 'v_prediction',
      beta_end: 0.012,
      steps_offset: 1,
      algorithm_type: 'sde-dpmsolver++',
      use_karras_sigmas: true,
    });
  });

  it('without a spacing takes the plain one, also where the model has Karras', () => {
    const karras = { ...model, use_karras_sigmas: true };
    expect(schedulerConfig('Euler', karras).use_karras_sigmas).toBe(false);
    expect(schedulerConfig('EulerDiscreteScheduler', karras).use_karras_sigmas).toBe(true);
  });

  it('can end in another spacing', () => {
    expect(schedulerConfig('Euler Exponential', model).use_exponential_sigmas).toBe(true);
    expect(schedulerConfig('Heun Beta', model).use_beta_sigmas).toBe(true);
    expect(schedulerConfig('Euler SGM Uniform', model).timestep_spacing).toBe('trailing');
  });

  it('that nobody knows is refused with those that are known', () => {
    expect(() => schedulerConfig('Warp 9', model)).toThrow(
      expect.objectContaining({
        code: 'unknown-scheduler',
        message: 'Expected a known scheduler, but received "Warp 9"',
      }),
    );
  });
});

describe('a flow model', () => {
  it('runs Euler along its own flow', () => {
    expect(schedulerConfig('Euler', flux)).toMatchObject({
      _class_name: 'FlowMatchEulerDiscreteScheduler',
      shift: 3,
    });
  });

  it('runs general solvers with its shift', () => {
    expect(schedulerConfig('DPM++ 2M', flux)).toMatchObject({
      use_flow_sigmas: true,
      prediction_type: 'flow_prediction',
      flow_shift: 3,
    });
  });

  it.each(['DDIM', 'Euler a', 'LCMScheduler', 'EulerDiscreteScheduler', 'DPM++ 2M Karras', 'UniPC Beta'])(
    'refuses %s',
    (name) => {
      expect(() => schedulerConfig(name, flux)).toThrow(
        expect.objectContaining({ code: 'scheduler-not-for-model' }),
      );
    },
  );

  it('is needed for a flow scheduler', () => {
    expect(() => schedulerConfig('FlowMatchEulerDiscreteScheduler', model)).toThrow(
      expect.objectContaining({ code: 'scheduler-not-for-model' }),
    );
  });
});

describe('the list of schedulers', () => {
  it.each([['noise', model] as const, ['flow', flux] as const])(
    'holds only what a %s model can run',
    (_, json) => {
      const names = listSchedulers(json).map(({ name }) => name);
      expect(names[0]).toBe('model');
      expect(new Set(names).size).toBe(names.length);
      for (const name of names) expect(() => samplerOf(schedulerConfig(name, json))).not.toThrow();
    },
  );

  it('describes each in a line that fits a menu', () => {
    for (const { name, description } of listSchedulers(model))
      for (const language of LANGUAGES)
        expect(`${name} — ${sayIn(language)(description)}`.length).toBeLessThan(101);
  });

  it('has a sampler for every class', () => {
    for (const name of SCHEDULER_CLASSES) {
      const json = name === 'FlowMatchEulerDiscreteScheduler' ? flux : model;
      expect(samplerOf(schedulerConfig(name, json))).toBeTypeOf('function');
    }
  });
});
