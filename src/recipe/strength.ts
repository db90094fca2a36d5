import type { PlainText } from '../language/phrase.ts';

/**
 * Strength: how far a picture may move from its source. It is the share of the noise schedule's end that runs.
 */

/** A range of strengths with a name that members can talk about. */
export interface StrengthBand {
  id: 'subtle' | 'moderate' | 'significant' | 'major' | 'near-complete';
  name: PlainText;
  /** From (included) and to (excluded; the last band includes 1). */
  from: number;
  to: number;
  /** What it is good for, in one line. */
  use: PlainText;
}

export const STRENGTH_BANDS: readonly StrengthBand[] = [
  {
    id: 'subtle',
    name: 'subtle refinement',
    from: 0,
    to: 0.3,
    use: 'noise, slight colour, texture, small quality gains',
  },
  { id: 'moderate', name: 'moderate', from: 0.3, to: 0.5, use: 'gentle style, lighting, palette, detail' },
  {
    id: 'significant',
    name: 'significant',
    from: 0.5,
    to: 0.7,
    use: 'full style transfer, a change of surroundings',
  },
  { id: 'major', name: 'major', from: 0.7, to: 0.85, use: 'reimagining, from sketch to finished art' },
  {
    id: 'near-complete',
    name: 'near-complete',
    from: 0.85,
    to: 1,
    use: 'only the composition stays: variations of a concept',
  },
];

/** The band that a strength lies in. */
export function bandOf(strength: number): StrengthBand {
  return STRENGTH_BANDS.find((band) => strength < band.to) ?? STRENGTH_BANDS.at(-1)!;
}

export const MIN_STRENGTH = 0.05;
export const MAX_STRENGTH = 1;

/** A strength moved by a difference, kept in range and to two decimals. */
export function moveStrength(strength: number, by: number): number {
  return Math.min(MAX_STRENGTH, Math.max(MIN_STRENGTH, Math.round((strength + by) * 100) / 100));
}

export type StepRule = 'schedule' | 'executed';

/**
 * Steps that run. With `schedule` (diffusers, A1111's wording) the steps are the whole schedule's length and strength
 * says how much of its end runs; with `executed` (ComfyUI) all of them run.
 */
export function executedSteps(steps: number, strength: number, rule: StepRule): number {
  return rule === 'executed' ? steps : Math.min(Math.trunc(steps * strength), steps);
}

/** Length of the whole schedule. @see ComfyUI `KSampler.set_steps` for `executed` */
export function scheduleSteps(steps: number, strength: number, rule: StepRule): number {
  return rule === 'executed' ? Math.max(steps, Math.trunc(steps / strength)) : steps;
}

/** The fewest steps of which at least one runs at a strength. */
export function fewestSteps(strength: number): number {
  let steps = Math.ceil(1 / strength);
  while (Math.trunc(steps * strength) < 1) steps += 1;
  return steps;
}
