import type { Phrase } from '../../language/phrase.ts';
import { inEnglish, type Say } from '../../language/say.ts';
import { canDraw } from '../../pipeline/index.ts';

/** Words that are drawn into a picture: in the language where its letters can be drawn, in English otherwise. */
export function drawnWords(say: Say, phrase: Phrase): string {
  const said = say(phrase);
  return canDraw(said) ? said : inEnglish(phrase);
}
