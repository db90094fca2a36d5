import { type Phrase, phrase, untranslated } from '../../language/phrase.ts';
import type { RecipeRequest } from '../../recipe/complete-recipe.ts';
import { bandOf } from '../../recipe/strength.ts';
import { ROUNDS, RUNGS } from '../../recipe/strength-ladder.ts';
import { styleName } from '../../recipe/style-name.ts';
import { asRequest } from '../actions/go-on.ts';
import type { Action } from '../command.ts';
import { rootOwnerOf } from '../consent.ts';
import { quote } from '../messages/paint-messages.ts';
import { pictureOf, requireOpenPainting } from '../painting-source.ts';
import type { Context } from '../services.ts';
import { nameOfStyle, stylesFor } from '../styles-for.ts';
import { type SeriesAsk, submitSeries } from './submit-series.ts';

type Items = Pick<SeriesAsk, 'kind' | 'items' | 'feedsForward'>;

/** The same picture, prompt and seed at several strengths. */
export function ladderOf(request: RecipeRequest, seed: number, strengths: readonly number[] = RUNGS): Items {
  return {
    kind: 'ladder',
    items: strengths.map((strength) => ({
      label: phrase('{strength} {band}', {
        strength: strength.toFixed(2),
        band: phrase(bandOf(strength).name),
      }),
      request: { ...request, seed, strength, count: 1, guidanceScale: undefined },
    })),
  };
}

/** Gentle passes, each over the result of the one before. */
export function roundsOf(request: RecipeRequest, seed: number, rounds: number, strength: number): Items {
  return {
    kind: 'rounds',
    feedsForward: true,
    items: Array.from({ length: rounds }, (_, i) => ({
      label: phrase('round {number}', { number: i + 1 }),
      request: { ...request, seed: (seed + i) >>> 0, strength, count: 1, guidanceScale: undefined },
    })),
  };
}

/** What a series paints, in a few words. */
export async function titleOf(
  context: Context,
  { style, prompt }: Pick<RecipeRequest, 'style' | 'prompt'>,
): Promise<Phrase> {
  const look = style === undefined ? undefined : styleName(nameOfStyle(style, await stylesFor(context)));
  const words = prompt === undefined || prompt === '' ? undefined : untranslated(quote(prompt));
  if (look && words) return phrase('{style}, {prompt}', { style: look, prompt: words });
  return look ?? words ?? phrase('repaint');
}

/** A ladder over the source of a painting, with its recipe and seed. */
export const ladderAction: Action = {
  acknowledge: 'quiet',
  async run(context, { subject }) {
    const painting = await requireOpenPainting(context, subject);
    const { recipe } = painting;
    const seed = painting.pictures[painting.favourite]?.seed ?? recipe.seed;
    await submitSeries(context, {
      ...ladderOf(asRequest(recipe), seed),
      title: await titleOf(context, asRequest(recipe)),
      action: 'ladder',
      parentId: painting.parentId ?? undefined,
      sourceOwnerId: rootOwnerOf(painting),
    });
  },
};

/** Rounds that begin with a painting. */
export const roundsAction: Action = {
  acknowledge: 'quiet',
  async run(context, { subject }) {
    const painting = await requireOpenPainting(context, subject);
    const { recipe } = painting;
    const request = { ...asRequest(recipe), source: pictureOf(painting), mask: undefined, task: undefined };
    await submitSeries(context, {
      ...roundsOf(request, context.services.drawSeed(), ROUNDS.usual, ROUNDS.strength),
      title: await titleOf(context, asRequest(recipe)),
      action: 'rounds',
      parentId: painting.id,
      sourceOwnerId: rootOwnerOf(painting),
    });
  },
};
