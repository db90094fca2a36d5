import { UserError } from '../errors.ts';
import { type Phrase, phrase } from '../language/phrase.ts';
import { ChainStage, MOST_STAGES } from './chain.ts';
import { parseReply, type Reply } from './reply-grammar.ts';
import { findStyle, type Style } from './styles.ts';

/**
 * How a member writes a chain: one line a stage. What stands in a line is read as a reply to the stage before would be.
 *
 * | line                                | meaning                                                          |
 * | ----------------------------------- | ---------------------------------------------------------------- |
 * | `oil 0.7`, `oil + ink 0.6`          | paint in that style, at that strength                            |
 * | `oil 0.7, warmer light, -people`    | … with words that join those before, and one to keep out         |
 * | `model:x 0.5 warmer light`          | paint with another model, in the look so far                     |
 * | `paint 0.5, = a red door`           | other words in place of those before                             |
 * | `refine`, `refine 0.3`              | a gentle pass in the look so far; 0.25 unless told               |
 * | `upscale 2`, `upscale 4 photo`      | enlarge                                                          |
 * | `steps:12`, `guidance:6`, `seed 42` | anywhere in a line that paints                                   |
 */
const ENLARGE = /^(?:upscale|enlarge)\b[\s:]*[x×]?(?<scale>\d+)?[x×]?(?:\s+(?<as>auto|photo|painting))?$/i;
const KEY = /(?:^|(?<=[\s,]))(model|steps|guidance|cfg)\s?[:=]\s?([^\s,]+),?(?=\s|$)/giu;
const NUMBERING = /^\d{1,2}[.)]\s+/;
/** A style stands alone, or before a number, a comma or a key: elsewhere its name is a word like others. */
const AFTER_STYLE = /^(?:$|,|[\d.])/;
const STYLE_WORDS = 10;

type Touch = Omit<Extract<ChainStage, { kind: 'refine' }>, 'kind'>;

const badStage = (said: Phrase) =>
  new UserError('bad-stage', said, {
    hint: 'Such as `oil 0.7`, `model:x 0.5 warmer light`, `upscale 2` or `refine 0.25`.',
  });
/** A line as an error names it. */
interface Line {
  number: number;
  given: string;
}

/** The stages of a text, in their order; empty lines mean nothing. @throws UserError `bad-stage` or `bad-chain` */
export function parseStages(text: string, styles: readonly Style[]): ChainStage[] {
  const lines = text.split('\n').flatMap((line, i) => {
    const trimmed = line.trim().replace(NUMBERING, '').trim();
    return trimmed === '' ? [] : [{ line: trimmed, number: i + 1 }];
  });
  if (lines.length === 0 || lines.length > MOST_STAGES)
    throw new UserError(
      'bad-chain',
      phrase('Expected 1 to {most} lines, one a stage, but received {given}', {
        most: MOST_STAGES,
        given: lines.length,
      }),
    );
  return lines.map(({ line, number }) => parseStage(line, { number, given: line.slice(0, 100) }, styles));
}

function parseStage(line: string, where: Line, styles: readonly Style[]): ChainStage {
  const stage = /^(?:upscale|enlarge)\b/i.test(line)
    ? enlargeStage(line, where)
    : paintStage(line, where, styles);
  const parsed = ChainStage.safeParse(stage);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  throw badStage(
    phrase('Expected {field} within its range in line {number} ({rule}), but received "{given}"', {
      ...where,
      field: path.join('.'),
      rule: message,
    }),
  );
}

function enlargeStage(line: string, where: Line): object {
  const match = ENLARGE.exec(line);
  const scale = Number(match?.groups?.scale ?? 2);
  if (!match || (scale !== 2 && scale !== 4))
    throw badStage(
      phrase(
        'Expected `upscale 2` or `upscale 4` in line {number}, with `photo` or `painting` where that matters, but received "{given}"',
        { ...where },
      ),
    );
  return { kind: 'upscale', scale, as: match.groups?.as?.toLowerCase() ?? 'auto' };
}

function paintStage(line: string, where: Line, styles: readonly Style[]): object {
  const verb = /^(paint|refine)\b[\s,:]*/i.exec(line);
  const { keys, rest } = takeKeys(verb ? line.slice(verb[0].length) : line);
  const led = verb ? { rest } : takeStyle(rest, styles);
  const reply = parseReply(led.rest, styles);
  checkReply(where, reply);
  const touch: Touch = { ...keys, ...touchOf(reply) };
  if (verb?.[1]?.toLowerCase() === 'refine' && reply.style === undefined) return { kind: 'refine', ...touch };
  const style = reply.style ?? led.style?.id;
  if (style === undefined && Object.keys(touch).length === 0)
    throw badStage(phrase('Expected a stage in line {number}, but received "{given}"', { ...where }));
  return { kind: 'paint', ...(style === undefined ? {} : { style }), ...touch };
}

function touchOf({ words, replacesPrompt, negative, strength, seed }: Reply): Touch {
  return {
    ...(words === undefined ? {} : { prompt: words }),
    ...(words !== undefined && replacesPrompt ? { replaces: true as const } : {}),
    ...(negative === undefined ? {} : { negative }),
    ...(strength === undefined ? {} : { strength }),
    ...(seed === undefined ? {} : { seed }),
  };
}

/** What a reply may say, and a stage may not. */
function checkReply(where: Line, reply: Reply): void {
  if (/(?:^|, )style[ :=]+\S/i.test(reply.words ?? ''))
    throw badStage(
      phrase('Expected a style that is known here in line {number}, but received "{given}"', { ...where }),
    );
  const { action, move, count, picture } = reply;
  if ([action, move, count, picture].some((part) => part !== undefined))
    throw badStage(
      phrase(
        'Expected line {number} to go without `again`, `undo`, `stronger`, `weaker`, `x4` and `#2`, but received "{given}"',
        { ...where },
      ),
    );
}

/** `model:x`, `steps:12` and `guidance:6`, and the line without them. */
function takeKeys(line: string): { keys: Touch; rest: string } {
  const keys: Touch = {};
  const rest = line.replaceAll(KEY, (_whole, key: string, value: string) => {
    switch (key.toLowerCase()) {
      case 'model':
        keys.model = value;
        break;
      case 'steps':
        keys.steps = Number(value);
        break;
      default:
        keys.guidance = Number(value);
    }
    return ' ';
  });
  return { keys, rest: rest.trim() };
}

/** The style that a line begins with: the longest name that is one. */
function takeStyle(line: string, styles: readonly Style[]): { style?: Style; rest: string } {
  const ends = [...line.matchAll(/(?<=\S)(?=[\s,]|$)/g)].map(({ index }) => index).slice(0, STYLE_WORDS);
  for (const end of ends.reverse()) {
    const style = findStyle(styles, line.slice(0, end));
    const rest = line.slice(end).trim();
    if (style && AFTER_STYLE.test(rest)) return { style, rest };
  }
  return { rest: line };
}

const list = (...parts: (string | undefined)[]) => parts.filter((part) => part !== undefined).join(', ');

/** A stage as a line that means it. */
export function formatStage(stage: ChainStage): string {
  if (stage.kind === 'upscale') return `upscale ${stage.scale}${stage.as === 'auto' ? '' : ` ${stage.as}`}`;
  const { kind, strength, seed, prompt, replaces, negative } = stage;
  const style = stage.kind === 'paint' ? stage.style : undefined;
  const keys = (['model', 'steps', 'guidance'] as const).flatMap((key) =>
    stage[key] === undefined ? [] : [`${key}:${stage[key]}`],
  );
  const head = [style ?? kind, ...(strength === undefined ? [] : [String(strength)])].join(' ');
  const said = list(
    head,
    seed === undefined ? undefined : `seed ${seed}`,
    prompt === undefined ? undefined : `${replaces ? '= ' : ''}${prompt}`,
    ...(negative?.split(', ').map((one) => `-${one}`) ?? []),
  );
  return [said, ...keys].join(' ');
}

/** Stages as the text that a member would write. */
export const formatStages = (stages: readonly ChainStage[]): string => stages.map(formatStage).join('\n');
