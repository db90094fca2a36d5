import { UserError } from '../../errors.ts';
import { type Phrase, phrase } from '../../language/phrase.ts';
import { parseSchedulerConfig, type SchedulerClass, type SchedulerConfig } from '../schedule/config.ts';
import { strengthKeepsSteps } from '../schedule/create-schedule.ts';
import { ddim } from './ddim.ts';
import { ddpm } from './ddpm.ts';
import { deis } from './deis.ts';
import { dpmMultistep } from './dpm-multistep.ts';
import { dpmSinglestep } from './dpm-singlestep.ts';
import { euler } from './euler.ts';
import { eulerAncestral } from './euler-ancestral.ts';
import { flowEuler } from './flow-euler.ts';
import { heun } from './heun.ts';
import { kdpm2 } from './kdpm2.ts';
import { lcm } from './lcm.ts';
import { lms } from './lms.ts';
import { pndm } from './pndm.ts';
import type { Sampler } from './sampler.ts';
import { SCHEDULER_NAMES, type SchedulerName, SPACINGS } from './scheduler-names.ts';
import { tcd } from './tcd.ts';
import { unipc } from './unipc.ts';

/** The sampler of each diffusers class. */
const SAMPLERS: Record<SchedulerClass, Sampler> = {
  EulerDiscreteScheduler: euler,
  EulerAncestralDiscreteScheduler: eulerAncestral,
  HeunDiscreteScheduler: heun,
  LMSDiscreteScheduler: lms,
  KDPM2DiscreteScheduler: kdpm2,
  KDPM2AncestralDiscreteScheduler: kdpm2,
  DDIMScheduler: ddim,
  DDPMScheduler: ddpm,
  PNDMScheduler: pndm,
  DPMSolverMultistepScheduler: dpmMultistep,
  DPMSolverSinglestepScheduler: dpmSinglestep,
  DEISMultistepScheduler: deis,
  UniPCMultistepScheduler: unipc,
  LCMScheduler: lcm,
  TCDScheduler: tcd,
  FlowMatchEulerDiscreteScheduler: flowEuler,
};

/** The sampler that a config means. */
export function samplerOf(config: SchedulerConfig): Sampler {
  return SAMPLERS[config._class_name];
}

/** A choice for a menu. */
export interface SchedulerChoice {
  /** What `schedulerConfig` takes. */
  name: string;
  description: Phrase;
}

/**
 * The names to offer, the model's own first, then plain samplers, then those with Karras spacing.
 * @param modelConfig the model's parsed `scheduler_config.json`; with it, only what can run the model is listed
 */
export function listSchedulers(modelConfig?: Record<string, unknown>): SchedulerChoice[] {
  const usable = SCHEDULER_NAMES.filter(
    (known) => modelConfig === undefined || !isFlow(modelConfig) || known.flow,
  );
  const own = modelConfig?._class_name;
  const model = {
    name: 'model',
    description:
      typeof own === 'string' ? phrase("The model's own ({name})", { name: own }) : phrase("The model's own"),
  };
  const karras = usable
    .filter((known) => !KARRAS_HAS_NO_EFFECT.has(known.name))
    .filter((known) => modelConfig === undefined || !isFlow(modelConfig) || runsFlow(known, SPACINGS.Karras))
    .map(({ name, description }) => ({
      name: `${name} Karras`,
      description: phrase('{description}; more of the steps on detail', { description: phrase(description) }),
    }));
  return [
    model,
    ...usable.map(({ name, description }) => ({ name, description: phrase(description) })),
    ...karras,
  ];
}

const KARRAS_HAS_NO_EFFECT = new Set(['Euler a', 'DDIM', 'PLMS', 'DDPM', 'LCM', 'TCD']);

/** Letters, digits and plus signs decide: "DPM++ 2M Karras", "dpm++_2m_karras" and "DPM++2M karras" are one name. */
const plain = (name: string) => name.toLowerCase().replaceAll(/[^a-z0-9+]/g, '');

/** A rectified-flow model's scheduler. */
function isFlow(modelConfig: Record<string, unknown>): boolean {
  return (
    modelConfig._class_name === 'FlowMatchEulerDiscreteScheduler' ||
    modelConfig.use_flow_sigmas === true ||
    modelConfig.prediction_type === 'flow_prediction'
  );
}

/** The general solvers space a flow's levels by its shift alone: other spacings would leave the range 0 to 1. */
function runsFlow(known: SchedulerName, spacing: Record<string, unknown>): boolean {
  if (!known.flow) return false;
  if (known.className === 'EulerDiscreteScheduler' || Object.keys(spacing).length === 0) return true;
  return known.className === 'UniPCMultistepScheduler' && spacing.use_karras_sigmas === true;
}

/** The named sampler and the keys of the spacing named after it. */
function lookUp(name: string): { known: SchedulerName; spacing: Record<string, unknown> } | undefined {
  for (const [suffix, spacing] of [['', {}] as const, ...Object.entries(SPACINGS)]) {
    const wanted = plain(name);
    const known = SCHEDULER_NAMES.find((row) =>
      [row.name, ...row.aliases].some((alias) => plain(`${alias}${suffix}`) === wanted),
    );
    if (known) return { known, spacing };
  }
  return undefined;
}

/** Whether all steps run at any strength. @throws UserError as `schedulerConfig` */
export const keepsSteps = (name: string, modelConfig: Record<string, unknown>): boolean =>
  strengthKeepsSteps(schedulerConfig(name, modelConfig)._class_name);

/**
 * The config that a named scheduler has with a model: the model's betas, prediction type and spacing in the named
 * class, as diffusers' `from_config`. Names of Automatic1111 and ComfyUI set more (solver order, Karras sigmas …).
 * @param name `model`, a diffusers class name, or a name of `listSchedulers`; case, spaces and dashes do not matter
 * @param modelConfig the parsed `scheduler_config.json` of the model
 * @throws UserError `unknown-scheduler`, or `scheduler-not-for-model` where a flow model is asked for another sampler
 */
export function schedulerConfig(name: string, modelConfig: Record<string, unknown>): SchedulerConfig {
  if (plain(name) === 'model' || plain(name) === '') return parseSchedulerConfig(modelConfig);
  const flow = isFlow(modelConfig);
  const found = lookUp(name);
  if (found) {
    const { known, spacing } = found;
    if (flow && !runsFlow(known, spacing)) throw notForModel(name, modelConfig);
    const base = flow ? flowKeys(modelConfig) : modelConfig;
    const className =
      flow && known.className === 'EulerDiscreteScheduler'
        ? 'FlowMatchEulerDiscreteScheduler'
        : known.className;
    return parseSchedulerConfig({ ...base, ...NO_SPACING, ...known.overrides, ...spacing }, className);
  }
  const className = Object.keys(SAMPLERS).find((known) => plain(known) === plain(name));
  if (className === undefined) {
    throw new UserError(
      'unknown-scheduler',
      phrase('Expected a known scheduler, but received {given}', { given: JSON.stringify(name) }),
      {
        hint: phrase('Try one of: {names}.', { names: SCHEDULER_NAMES.map((known) => known.name) }),
      },
    );
  }
  if ((className === 'FlowMatchEulerDiscreteScheduler') !== flow && !FLOW_SOLVERS.includes(className)) {
    throw notForModel(name, modelConfig);
  }
  return parseSchedulerConfig(flow ? flowKeys(modelConfig) : modelConfig, className);
}

const NO_SPACING = {
  use_karras_sigmas: false,
  use_exponential_sigmas: false,
  use_beta_sigmas: false,
  use_lu_lambdas: false,
};
const FLOW_SOLVERS: readonly string[] = SCHEDULER_NAMES.filter(
  ({ flow, className }) => flow && className !== 'EulerDiscreteScheduler',
).map(({ className }) => className);

/** A flow model's config as the general solvers understand it. */
function flowKeys(modelConfig: Record<string, unknown>): Record<string, unknown> {
  const shift = modelConfig.flow_shift ?? modelConfig.shift ?? 1;
  return { ...modelConfig, use_flow_sigmas: true, prediction_type: 'flow_prediction', flow_shift: shift };
}

function notForModel(name: string, modelConfig: Record<string, unknown>): UserError {
  const names = SCHEDULER_NAMES.filter((known) => known.flow === isFlow(modelConfig)).map(
    (known) => known.name,
  );
  return new UserError(
    'scheduler-not-for-model',
    phrase('Expected a scheduler that can run this model, but received {given}', { given: name }),
    {
      hint: phrase('Try one of: {names}.', { names }),
    },
  );
}
