import { describe, expect, it } from 'vitest';
import { parseSchedulerConfig, SCHEDULER_CLASSES } from '../../../../src/pipeline/schedule/config.ts';
import { parsePythonJson } from '../../../../src/pipeline/schedule/config-text.ts';

describe('a scheduler_config.json', () => {
  it.each(SCHEDULER_CLASSES)('of %s needs nothing but its class', (name) => {
    expect(parseSchedulerConfig({ _class_name: name })._class_name).toBe(name);
  });

  it('may hold keys that we do not know, and nulls', () => {
    const config = parseSchedulerConfig({
      _class_name: 'EulerDiscreteScheduler',
      _diffusers_version: '0.19.0',
      sample_max_value: 'anything',
      trained_betas: null,
      sigma_min: null,
      steps_offset: 1,
    });
    expect(config.steps_offset).toBe(1);
    expect(config.trained_betas).toBeUndefined();
  });

  it('gets the defaults of its class', () => {
    expect(parseSchedulerConfig({ _class_name: 'DDIMScheduler' }).timestep_spacing).toBe('leading');
    expect(parseSchedulerConfig({ _class_name: 'DDIMScheduler' }).clip_sample).toBe(true);
    expect(parseSchedulerConfig({ _class_name: 'HeunDiscreteScheduler' }).beta_end).toBe(0.012);
    expect(parseSchedulerConfig({ _class_name: 'UniPCMultistepScheduler' }).solver_type).toBe('bh2');
  });

  it('laid over another class loses what that class does not know', () => {
    const json = { _class_name: 'EulerDiscreteScheduler', use_karras_sigmas: true, beta_start: 0.001 };
    const config = parseSchedulerConfig(json, 'EulerAncestralDiscreteScheduler');
    expect(config.use_karras_sigmas).toBeUndefined();
    expect(config.beta_start).toBe(0.001);
  });

  it('names the key that cannot be used', () => {
    const bad = { _class_name: 'DDIMScheduler', timestep_spacing: 'sideways' };
    expect(() => parseSchedulerConfig(bad)).toThrow(
      'Expected a usable timestep_spacing in scheduler_config.json, but received "sideways"',
    );
  });

  it.each([[{}], [{ _class_name: 'KarrasVeScheduler' }], [null], ['text']])('%j is refused', (json) => {
    expect(() => parseSchedulerConfig(json)).toThrow(
      expect.objectContaining({ code: 'unsupported-scheduler' }),
    );
  });
});

describe("Python's JSON", () => {
  it('may hold bare infinities and NaN', () => {
    expect(parsePythonJson('{"a": -Infinity, "b": [Infinity, NaN], "c": 1e3}')).toEqual({
      a: '-Infinity',
      b: ['Infinity', 'NaN'],
      c: 1000,
    });
  });

  it('keeps such words inside strings', () => {
    expect(parsePythonJson('{"NaN": "say \\"Infinity\\" or NaN"}')).toEqual({ NaN: 'say "Infinity" or NaN' });
  });
});
