import { type Phrase, phrase } from '../language/phrase.ts';
import type { Hint } from './hints.ts';
import type { PictureKind } from './picture-kind.ts';
import { moveStrength } from './strength.ts';
import type { Style } from './styles.ts';

export interface Start {
  strength: number;
  /** That the picture moved it, for whoever reads the result; undefined where it did not. */
  note: Phrase | undefined;
  /** Why pictures of this kind do; worth telling once. */
  hint: Hint | undefined;
}

/** Without a style: the guide's start, and a tenth either way. */
const FREE = [0.4, 0.6, 0.5] as const;

const REASONS = {
  'strong-composition': {
    topic: 'start-strong-composition',
    said: phrase('A picture of few large forms bears more change.'),
    help: 'strength',
  },
  sketch: {
    topic: 'start-sketch',
    said: phrase('A drawing loses its lines sooner; /sketch makes finished art of it.'),
    help: 'sketches',
  },
  'many-small-things': {
    topic: 'start-small-things',
    said: phrase('A scene of many small things loses them sooner.'),
    help: 'strength',
  },
} as const satisfies Record<string, Hint>;

/**
 * The strength to begin with when none is asked for: the style's own (else 0.5), halfway up its range for a picture of a
 * strong composition, halfway down for a sketch or a scene of many small things.
 */
export function startingStrength(kind: PictureKind, style: Pick<Style, 'strength'> | undefined): Start {
  const [low, high, usual] = style?.strength ?? FREE;
  if (kind === 'plain') return { strength: usual, note: undefined, hint: undefined };
  const end = kind === 'strong-composition' ? high : low;
  const strength = moveStrength((usual + end) / 2, 0);
  if (strength === usual) return { strength, note: undefined, hint: undefined };
  const note = phrase('strength {strength} by a look at the picture', { strength: strength.toFixed(2) });
  return { strength, note, hint: REASONS[kind] };
}
