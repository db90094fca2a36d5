import { moveStrength } from './strength.ts';
import type { Style } from './styles.ts';

/** What a look at a picture says about how much change it bears. */
export type PictureKind = 'sketch' | 'many-small-things' | 'strong-composition' | 'plain';

export interface Start {
  strength: number;
  /** One line for whoever reads the result; undefined where the picture moved nothing. */
  why: string | undefined;
}

/** Without a style: the guide's start, and a tenth either way. */
const FREE = [0.4, 0.6, 0.5] as const;

const REASONS = {
  'strong-composition': 'a picture of few large forms bears more change',
  sketch: 'a drawing loses its lines sooner; /sketch makes finished art of it',
  'many-small-things': 'a scene of many small things loses them sooner',
} as const;

/**
 * The strength to begin with when none is asked for: the style's own (else 0.5), halfway up its range for a picture of a
 * strong composition, halfway down for a sketch or a scene of many small things.
 */
export function startingStrength(kind: PictureKind, style: Pick<Style, 'strength'> | undefined): Start {
  const [low, high, usual] = style?.strength ?? FREE;
  if (kind === 'plain') return { strength: usual, why: undefined };
  const end = kind === 'strong-composition' ? high : low;
  const strength = moveStrength((usual + end) / 2, 0);
  if (strength === usual) return { strength, why: undefined };
  return { strength, why: `strength ${strength.toFixed(2)} by the picture: ${REASONS[kind]}` };
}
