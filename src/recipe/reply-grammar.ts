import type { RecipeRequest } from './complete-recipe.ts';
import type { Recipe } from './recipe.ts';
import { verbOf } from './reply-words.ts';
import { MAX_STRENGTH, MIN_STRENGTH, moveStrength } from './strength.ts';
import { findStyle, type Style } from './styles.ts';

/**
 * What a member may write under a painting. Words that mean nothing to the grammar are prompt, so nothing is an error.
 *
 * | words                       | meaning                                             |
 * | --------------------------- | --------------------------------------------------- |
 * | `warmer light`              | join the parent's prompt                            |
 * | `= a red door`              | replaces the prompt                                 |
 * | `-people`                   | goes to the negative prompt                         |
 * | `0.3`, `30%`                | strength                                            |
 * | `seed 42`                   | seed                                                |
 * | `x4`                        | number of pictures                                  |
 * | `#2`                        | start from the second picture                       |
 * | `style watercolor`          | style                                               |
 * | `again`, `undo`             | same settings with a new seed; back to the parent   |
 * | `stronger`, `weaker`        | strength ± 0.1                                      |
 *
 * The last two lines are understood in the other languages too (reply-words.ts), where they stand alone between commas.
 */
export interface Reply {
  /** Words to join the prompt, or to replace it. */
  words?: string;
  replacesPrompt?: boolean;
  negative?: string;
  strength?: number;
  seed?: number;
  count?: number;
  /** Which of several pictures to start from, from 1. */
  picture?: number;
  style?: string;
  /** The model that belongs to that style. */
  model?: string;
  action?: 'again' | 'undo';
  /** Change of strength relative to the parent's. */
  move?: number;
}

/** A reply of nothing but words refines gently. */
export const REPLY_STRENGTH = 0.3;
const MOVE = 0.1;

type Rule = (part: string, reply: Reply, styles: readonly Style[]) => boolean;

const inStrength = (value: number) => value >= MIN_STRENGTH && value <= MAX_STRENGTH;

const strength: Rule = (part, reply) => {
  const match = /^(\d*[.,]?\d+)\s*(%?)$/.exec(part);
  if (!match) return false;
  const value = Number(match[1]!.replace(',', '.')) / (match[2] === '%' ? 100 : 1);
  if (!inStrength(value)) return false;
  reply.strength = value;
  return true;
};

const named: Rule = (part, reply) => {
  const match = /^(?:strength|denoise)[ :=]+(\d*[.,]?\d+)\s*(%?)$/i.exec(part);
  return match !== null && strength(`${match[1]}${match[2]}`, reply, []);
};

const seed: Rule = (part, reply) => {
  const match = /^seed[ :=]+(\d{1,10})$/i.exec(part);
  if (!match || Number(match[1]) > 0xffffffff) return false;
  reply.seed = Number(match[1]);
  return true;
};

const count: Rule = (part, reply) => {
  const match = /^[x×](\d{1,2})$/i.exec(part) ?? /^(\d{1,2})[x×]$/i.exec(part);
  const value = Number(match?.[1]);
  if (!match || value < 1 || value > 16) return false;
  reply.count = value;
  return true;
};

const picture: Rule = (part, reply) => {
  const match = /^#(\d{1,2})$/.exec(part);
  const value = Number(match?.[1]);
  if (!match || value < 1 || value > 16) return false;
  reply.picture = value;
  return true;
};

const style: Rule = (part, reply, styles) => {
  const match = /^style[ :=]+(.+)$/i.exec(part);
  const found = match && findStyle(styles, match[1]!);
  if (!found) return false;
  reply.style = found.id;
  if (found.model !== undefined) reply.model = found.model;
  return true;
};

const verb: Rule = (part, reply) => {
  const said = verbOf(part);
  if (said === undefined) return false;
  if (said === 'stronger') reply.move = (reply.move ?? 0) + MOVE;
  else if (said === 'weaker') reply.move = (reply.move ?? 0) - MOVE;
  else reply.action = said;
  return true;
};

const negative: Rule = (part, reply) => {
  const match = /^-\s*(\p{L}.*)$/u.exec(part);
  if (!match) return false;
  reply.negative = reply.negative === undefined ? match[1]! : `${reply.negative}, ${match[1]!}`;
  return true;
};

const RULES: readonly Rule[] = [strength, named, seed, count, picture, style, verb, negative];

/** Commands that may stand between words without commas. */
const INLINE =
  /(?:^|\s)(seed[ :=]+\d{1,10}|[x×]\d{1,2}|#\d{1,2}|\d{1,3}\s?%|0[.,]\d{1,3}|[.]\d{1,3}|1[.,]0|stronger|weaker|-\p{L}[\p{L}\p{N}'-]*)(?=\s|$)/giu;

/** Takes the parts of one phrase that mean something; what is left are words. */
function takeInline(phrase: string, reply: Reply, styles: readonly Style[]): string {
  let rest = phrase;
  for (const match of phrase.matchAll(INLINE)) {
    const part = match[1]!.trim();
    if (RULES.some((rule) => rule(part, reply, styles))) rest = rest.replace(match[1]!, ' ');
  }
  return rest.replaceAll(/\s+/g, ' ').trim();
}

/** Mentions and custom emoji are Discord's markup, not words. */
const clean = (text: string) => text.replaceAll(/<(?:@[!&]?|#|a?:\w+:)\d+>/g, ' ').slice(0, 4000);

/** Reads a reply. Never throws; an empty text gives an empty reply. */
export function parseReply(text: string, styles: readonly Style[]): Reply {
  const reply: Reply = {};
  const words: string[] = [];
  // A comma between digits is a decimal comma, not a separator.
  const phrases = clean(text).split(/[;\n、]|,(?!\d)|(?<!\d),/);
  for (const raw of phrases) {
    let phrase = raw.trim();
    if (phrase.startsWith('=')) {
      reply.replacesPrompt = true;
      phrase = phrase.slice(1).trim();
    }
    if (phrase === '' || RULES.some((rule) => rule(phrase, reply, styles))) continue;
    const rest = takeInline(phrase, reply, styles);
    if (rest !== '') words.push(rest);
  }
  if (words.length > 0) reply.words = words.join(', ');
  return reply;
}

const join = (...parts: (string | undefined)[]) =>
  parts.filter((part) => part !== undefined && part !== '').join(', ');

/**
 * The request that a reply means under a painting. Undo is not one: the caller goes back to the parent.
 * @param parent recipe of the painting that is replied to
 * @param source SHA-256 of the picture that the next step starts from
 */
export function applyReply(parent: Recipe, reply: Reply, source: string): RecipeRequest {
  const { style, seed: _seed, source: _source, version: _version, negativePrompt, ...kept } = parent;
  const again = reply.action === 'again';
  const based = again ? parent.strength : REPLY_STRENGTH;
  const moved = reply.move === undefined ? undefined : moveStrength(parent.strength, reply.move);
  const prompt = reply.replacesPrompt ? (reply.words ?? '') : join(parent.prompt, reply.words);
  const negativeWords = join(negativePrompt, reply.negative);
  const wish = reply.style ?? style;
  return {
    ...kept,
    source,
    prompt: prompt.slice(0, 4000),
    strength: reply.strength ?? moved ?? based,
    // The parent's guidance suited the parent's strength; the new one gets its own.
    guidanceScale: again ? parent.guidanceScale : undefined,
    count: reply.count ?? (again ? parent.count : 1),
    ...(negativeWords === '' ? {} : { negativePrompt: negativeWords.slice(0, 4000) }),
    ...(reply.seed === undefined ? {} : { seed: reply.seed }),
    ...(wish === undefined ? {} : { style: wish }),
    ...(reply.model === undefined ? {} : { model: reply.model }),
  };
}
