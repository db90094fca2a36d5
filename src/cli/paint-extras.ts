import type { Command } from 'commander';
import type { Engine, EnginePainted, EnginePicture } from '../engine/engine.ts';
import { kindOfRecipe, type UpscaleKind } from '../engine/upscale-kind.ts';
import { UserError } from '../errors.ts';
import { type Phrase, untranslated } from '../language/phrase.ts';
import { fullPrompt, type Recipe } from '../recipe/recipe.ts';
import {
  judgePicture,
  judgeWords,
  type Look,
  refusal,
  type SafetyStage,
  type Verdict,
} from '../safety/judge.ts';
import { DEFAULT_SAFETY } from '../safety/settings.ts';
import { MAX_FEATHER, SUBJECTS } from './cut-out.ts';
import { oneOf, wholeNumber, writeResult } from './one-picture.ts';
import { KINDS, toScale, upscaleWithBar } from './upscale.ts';

/** Flags of `paint` that are no part of a recipe: what happens before and after the painting. */
export interface ExtraFlags {
  background?: true | string;
  subject?: true | string;
  feather?: string;
  saveMask?: string;
  upscale?: string;
  upscaleKind?: string;
  safety?: true | string;
}

/** A row a flag, for the help and the documents. */
export const EXTRA_FLAGS: readonly [flag: string, about: string][] = [
  ['--background [any|people]', 'repaint everything but the subject, which is found by a network'],
  ['--subject [any|people]', 'repaint only the subject'],
  ['--feather <pixels>', "soften the edge of the subject's mask over so many pixels"],
  ['--save-mask <file>', "write the subject's mask too"],
  ['--upscale <2|4>', 'enlarge the result'],
  ['--upscale-kind <auto|photo|painting>', 'by which network; auto goes by the style'],
  ['--safety [general|age-restricted]', 'check words, source and result as the bot does in such a channel'],
];

export function addExtraFlags(command: Command): Command {
  for (const [flag, about] of EXTRA_FLAGS) command.option(flag, about);
  return command;
}

interface Task {
  engine: Engine;
  jobId: string;
  signal: AbortSignal;
}

/** The mask that `--background` or `--subject` asks for; undefined without them. */
export async function maskOfSubject(
  { engine, jobId, signal }: Task,
  flags: ExtraFlags & { mask?: string },
  source: Uint8Array,
): Promise<Uint8Array | undefined> {
  const wanted = flags.background ?? flags.subject;
  if (wanted === undefined) return undefined;
  if ([flags.background, flags.subject, flags.mask].filter((flag) => flag !== undefined).length > 1)
    throw new UserError(
      'bad-value',
      untranslated('Expected one of --background, --subject and --mask, but received several'),
    );
  const name = flags.background === undefined ? '--subject' : '--background';
  const subject = wanted === true ? 'any' : oneOf(name, wanted, SUBJECTS);
  const feather = wholeNumber('--feather', flags.feather ?? '0', 0, MAX_FEATHER);
  const invert = flags.background !== undefined;
  const { png } = await engine.subjectMask({ jobId, source, subject, feather, invert }, { signal });
  if (flags.saveMask !== undefined) writeResult(flags.saveMask, png);
  return png;
}

interface UpscaleWish {
  scale: 2 | 4;
  kind: UpscaleKind;
}

/** What `--upscale` asks for; undefined without it. @throws UserError `bad-value` */
export function upscaleWish(flags: ExtraFlags): UpscaleWish | undefined {
  if (flags.upscale === undefined) return undefined;
  const kind = oneOf('--upscale-kind', flags.upscaleKind ?? 'auto', KINDS);
  return { scale: toScale('--upscale', flags.upscale), kind };
}

/** Enlarges the pictures where that is asked for; a painting's style tells which network does it. */
export async function upscaleAll(
  { engine, jobId, signal }: Task,
  wish: UpscaleWish | undefined,
  recipe: Recipe,
  painted: EnginePainted,
): Promise<EnginePainted> {
  if (!wish) return painted;
  const { scale } = wish;
  const kind = wish.kind === 'auto' ? (kindOfRecipe(recipe) ?? 'auto') : wish.kind;
  const pictures: EnginePicture[] = [];
  for (const picture of painted.pictures) {
    const { upscaled } = await upscaleWithBar(engine, picture.png, { jobId, scale, kind, signal });
    const { png, width, height } = upscaled;
    pictures.push({ ...picture, png, width, height });
  }
  return { ...painted, pictures };
}

/** Checks at the three moments; each refuses by a UserError, and hands on what is to be said otherwise. */
export interface SafetyCheck {
  /** True when the classifier is to look. */
  classify: boolean;
  words(recipe: Recipe): void;
  source(look: Look): void;
  result(look: Look): Phrase[];
}

/** A check that `--safety` asks for; one that lets everything pass without it. @throws UserError `bad-value` */
export function createSafetyCheck(flags: ExtraFlags): SafetyCheck {
  if (flags.safety === undefined)
    return { classify: false, words: () => undefined, source: () => undefined, result: () => [] };
  const place =
    flags.safety === true ? 'general' : oneOf('--safety', flags.safety, ['general', 'age-restricted']);
  const around = { settings: DEFAULT_SAFETY, ageRestricted: place === 'age-restricted' };
  const enforce = (verdict: Verdict, stage: SafetyStage | 'words'): Verdict => {
    if (verdict.action === 'refuse') throw refusal(verdict, stage);
    return verdict;
  };
  return {
    classify: true,
    words: (recipe) => void enforce(judgeWords([fullPrompt(recipe)], around), 'words'),
    source: (look) => void enforce(judgePicture({ ...around, stage: 'source', look }), 'source'),
    result(look) {
      const { action, ruleName } = enforce(judgePicture({ ...around, stage: 'result', look }), 'result');
      return action === 'allow'
        ? []
        : [untranslated(`The bot would hide this picture as a spoiler: ${ruleName}.`)];
    },
  };
}
