import { type Phrase, phrase } from '../language/phrase.ts';
import { guidanceWarning } from './guidance.ts';
import type { PictureKind } from './picture-kind.ts';
import type { Recipe } from './recipe.ts';

/** The topics of `/help` that hints lead to. */
export type HintHelp = 'strength' | 'guidance' | 'sketches' | 'styles';

/** Something worth knowing once. `topic` is stable: by it is remembered who was told already. */
export interface Hint {
  topic: string;
  said: Phrase;
  help: HintHelp;
}

/** What a recipe alone shows to be in a bad corner. */
export function recipeHints({ strength, guidanceScale }: Pick<Recipe, 'strength' | 'guidanceScale'>): Hint[] {
  const said = guidanceWarning(strength, guidanceScale);
  return said === undefined ? [] : [{ topic: 'guidance-low-strength', said, help: 'guidance' }];
}

/** Below the first a drawing stays one; from the second on small things go, and from the third faces. */
const DRAWING_BELOW = 0.5;
const SMALL_FROM = 0.7;
const FACES_FROM = 0.85;

/** Whether a look at the picture could bring a hint at all. */
export const isTelling = (strength: number): boolean => strength < DRAWING_BELOW || strength >= SMALL_FROM;

/** What a strength means for a picture of this kind, where that is seldom what is wanted. */
export function pictureHints(kind: PictureKind, strength: number): Hint[] {
  const at = { strength: strength.toFixed(2) };
  if (kind === 'sketch')
    return strength >= DRAWING_BELOW
      ? []
      : [
          {
            topic: 'weak-on-sketch',
            said: phrase(
              'At strength {strength} a drawing stays a drawing; finished art takes 0.7 to 0.9, as /sketch does it.',
              at,
            ),
            help: 'sketches',
          },
        ];
  if (strength >= FACES_FROM)
    return [
      {
        topic: 'strong-on-photo',
        said: phrase(
          'At strength {strength} only the composition stays, and a face becomes another one; 0.4 to 0.6 keeps it.',
          at,
        ),
        help: 'strength',
      },
    ];
  if (kind === 'many-small-things' && strength >= SMALL_FROM)
    return [
      {
        topic: 'strong-on-small-things',
        said: phrase('At strength {strength} small things melt into each other; 0.4 to 0.6 keeps them.', at),
        help: 'strength',
      },
    ];
  return [];
}
