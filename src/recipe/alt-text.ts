import { type Phrase, phrase } from '../language/phrase.ts';
import { inEnglish, type Say } from '../language/say.ts';
import type { Recipe } from './recipe.ts';
import { bandOf, type StrengthBand } from './strength.ts';
import { styleName } from './style-name.ts';

/**
 * Alt text: a painting in plain words, from its recipe and from what was done before. Nothing here looks at the picture, so
 * it tells what was made of what, and never what is to be seen beyond that.
 */
const MOST_LETTERS = 1024;
const MOST_OF_SOURCE = 300;
const MOST_OF_WORDS = 200;
/** Of a long line only the newest steps are told. */
const MOST_STEPS = 8;

/** What is known beside the recipe. */
export interface AltFacts {
  /** Alt text of what the first of its family started from. */
  source?: string | undefined;
  /** The recipes that led to the one it started from, oldest first. */
  before?: readonly Recipe[];
  /** How many steps there are, where it is one of a planned row. */
  of?: number;
}

/** How much of a picture changes within each band of strength. */
const CHANGE = {
  subtle: 'It is changed a little: forms, colors and details stay.',
  moderate: 'It is changed moderately: light, colors and details are new.',
  significant: 'It is changed much: the same scene in another manner.',
  major: 'It is changed greatly: forms are new, their arrangement is the same.',
  'near-complete': 'Almost all of it is new: only the arrangement is the same.',
} as const satisfies Record<StrengthBand['id'], string>;

const cut = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;

/** English writes what a style is called small within a line. */
function styleIn(name: string, say: Say): string {
  const said = say(styleName(name));
  return say.language === 'en' ? said.toLowerCase() : said;
}

/** An enlarged painting keeps the recipe of what it was made from: the only step that starts from what that one started from. */
const isEnlarged = (recipe: Recipe, before: Recipe | undefined): boolean => before?.source === recipe.source;

export function altTextOf(recipe: Recipe, facts: AltFacts = {}, say: Say = inEnglish): string {
  const { before = [], of } = facts;
  const enlarged = isEnlarged(recipe, before.at(-1));
  const led = enlarged ? before.slice(0, -1) : before;
  const sentences = [
    whatOf(recipe, facts.source, say),
    ...(enlarged ? [say('It is enlarged.')] : []),
    say(CHANGE[bandOf(recipe.strength).id]),
    ...stepOf(led, enlarged ? undefined : of, say),
    ...(recipe.prompt === ''
      ? []
      : [say('Asked for as "{prompt}".', { prompt: cut(recipe.prompt, MOST_OF_WORDS) })]),
  ];
  return cut(sentences.join(say.language === 'ja' ? '' : ' '), MOST_LETTERS);
}

/** The source, and what was made of it. */
function whatOf({ style, task }: Recipe, source: string | undefined, say: Say): string {
  const given = source?.trim().replace(/[.。]+$/, '');
  const named = { source: given ? cut(given, MOST_OF_SOURCE) : phrase('The picture that was given') };
  if (style === undefined)
    return task === 'inpaint'
      ? say('{source}, a part of it repainted.', named)
      : say('{source}, repainted.', named);
  const styled = { ...named, style: styleIn(style.name, say) };
  return task === 'inpaint'
    ? say('{source}, a part of it repainted as {style}.', styled)
    : say('{source}, repainted as {style}.', styled);
}

/** Which step it is, and what was done before it. */
function stepOf(before: readonly Recipe[], of: number | undefined, say: Say): string[] {
  if (before.length === 0 && of === undefined) return [];
  const number = before.length + 1;
  const step =
    of === undefined
      ? phrase('Step {step}', { step: number })
      : phrase('Step {step} of {count}', { step: number, count: of });
  const [first, ...next] = stepsInWords(before.slice(-MOST_STEPS), say);
  if (first === undefined) return [say('{step}.', { step })];
  return [
    next.length === 0
      ? say('{step}; before it: {first}.', { step, first })
      : say('{step}; before it: first {first}, then {next}.', { step, first, next }),
  ];
}

/** Steps as words, those that follow each other and are the same together. */
function stepsInWords(recipes: readonly Recipe[], say: Say): Phrase[] {
  const steps: { words: Phrase | undefined; count: number }[] = [];
  recipes.forEach((recipe, i) => {
    const words = stepWords(recipe, recipes[i - 1], say);
    const last = steps.at(-1);
    if (words === undefined && last && last.words === undefined) last.count += 1;
    else steps.push({ words, count: 1 });
  });
  return steps.map(
    ({ words, count }) =>
      words ??
      phrase('{count, plural, one {refined once} =2 {refined twice} other {refined # times}}', { count }),
  );
}

/** A gentle pass changes nothing but the strength. */
const REFINES_UP_TO = 0.4;

/** What a step did; undefined where it refined the one before. */
function stepWords(recipe: Recipe, before: Recipe | undefined, say: Say): Phrase | undefined {
  const { style, prompt, strength } = recipe;
  if (isEnlarged(recipe, before)) return phrase('enlarged');
  const isSameLook = before !== undefined && style?.id === before.style?.id;
  if (isSameLook && (prompt === before.prompt || strength < REFINES_UP_TO)) return undefined;
  if (style && !isSameLook) return phrase('as {style}', { style: styleIn(style.name, say) });
  if (prompt !== '') return phrase('as "{prompt}"', { prompt: cut(prompt, MOST_OF_WORDS / 4) });
  return phrase('repainted');
}
