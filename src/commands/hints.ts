import { type Phrase, phrase } from '../language/phrase.ts';
import { kindOfPicture, measurePicture } from '../pipeline/index.ts';
import { type Hint, isTelling, pictureHints } from '../recipe/hints.ts';
import type { Recipe } from '../recipe/recipe.ts';
import type { Context } from './services.ts';

/** What is worth knowing about a picture at the strength that somebody chose for it. */
export async function hintsAbout({ services }: Context, recipe: Recipe): Promise<Hint[]> {
  const { strength, source, task } = recipe;
  if (task !== 'img2img' || !isTelling(strength)) return [];
  const bytes = await services.images.get(source);
  return bytes ? pictureHints(kindOfPicture(await measurePicture(bytes)), strength) : [];
}

/** The hints that a member has not had yet, as notes; from now on they have had them. */
export async function taught({ services, origin }: Context, hints: readonly Hint[]): Promise<Phrase[]> {
  const notes: Phrase[] = [];
  for (const { topic, said, help } of hints)
    if (await services.studio.hints.give(origin.member.id, topic))
      notes.push(phrase('💡 {hint} More: `/help topic:{topic}`', { hint: said, topic: help }));
  return notes;
}
