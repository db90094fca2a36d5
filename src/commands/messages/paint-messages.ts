import type { APIStringSelectComponent } from 'discord-api-types/v10';
import { ButtonStyle } from 'discord-api-types/v10';
import { type Phrase, phrase } from '../../language/phrase.ts';
import type { Say } from '../../language/say.ts';
import type { JobProgress, JobResult } from '../../queue/job.ts';
import type { Place } from '../../queue/paint-queue.ts';
import { captionOf } from '../../recipe/caption.ts';
import type { Recipe } from '../../recipe/recipe.ts';
import { styleName } from '../../recipe/style-name.ts';
import type { Work } from '../../recipe/work.ts';
import type { Painting } from '../../studio/paintings.ts';
import { headOf } from '../consent.ts';
import { type ActionRow, button, row, select } from './buttons.ts';
import type { MessageBody } from './message-body.ts';
import { pagesOf } from './picture-pages.ts';

/** Coarser the longer: what nobody can know to the second need not be edited every second. */
function seconds(value: number): Phrase {
  if (value < 1) return phrase('a moment');
  if (value < 10) return phrase('about {count} s', { count: Math.ceil(value) });
  if (value < 90) return phrase('about {count} s', { count: Math.ceil(value / 5) * 5 });
  return phrase('about {count} min', { count: Math.ceil(value / 60) });
}

const secondsLeft = (value: number): Phrase =>
  value < 1 ? phrase('a moment left') : phrase('{time} left', { time: seconds(value) });

const cancelRow = (say: Say, jobId: string): ActionRow =>
  row(
    button(
      { action: 'cancel', subject: jobId },
      { label: say('Cancel'), emoji: '✖️', style: ButtonStyle.Secondary },
    ),
  );

/** A short name of what is made. */
function titleOf(say: Say, recipe: Recipe): string {
  const what = recipe.style ? say(styleName(recipe.style.name)) : say('Repaint');
  return recipe.prompt === '' ? `**${what}**` : `**${what}** — ${quote(recipe.prompt)}`;
}

const ONLY = {
  any: '{title} (the subject only)',
  people: '{title} (the people only)',
} as const;
const CUT_OUT = {
  any: '**Cut out** the subject',
  people: '**Cut out** the people',
} as const;

/** A short name of any work. */
export function workTitle(say: Say, work: Work): string {
  switch (work.kind) {
    case 'paint': {
      const title = titleOf(say, work.recipe);
      if (!work.subject) return title;
      return work.subject.invert
        ? say('{title} (background only)', { title })
        : say(ONLY[work.subject.subject], { title });
    }
    case 'upscale':
      return say('**Enlarge {scale}×**', { scale: work.scale });
    case 'cut-out':
      return work.subject.invert ? say('**Cut out** the surroundings') : say(CUT_OUT[work.subject.subject]);
    case 'restore':
      return say('**Restore** — {title}, enlarged {scale}×', {
        title: titleOf(say, work.recipe),
        scale: work.scale,
      });
  }
}

/** Members' words may hold markdown; they are shown as they are, and not at length. */
export function quote(text: string): string {
  const short = text.length > 160 ? `${text.slice(0, 157)}…` : text;
  return short.replaceAll(/[*_`~|\\>]/g, String.raw`\$&`).replaceAll('\n', ' ');
}

export function queuedMessage(
  say: Say,
  jobId: string,
  work: Work,
  askerId: string,
  place?: Place,
): MessageBody {
  const waits =
    place && place.place > 0
      ? say('⏳ place {place} in the queue · {time}', { place: place.place, time: seconds(place.etaSeconds) })
      : say('⏳ starting');
  return {
    content: `${headOf(say, workTitle(say, work), askerId)}\n${waits}`,
    components: [cancelRow(say, jobId)],
  };
}

const BAR = 12;

function bar(share: number): string {
  const full = Math.round(share * BAR);
  return `${'▰'.repeat(full)}${'▱'.repeat(BAR - full)} ${Math.round(share * 100)} %`;
}

const STAGES = {
  load: '🖌️ loading the model',
  text: '🖌️ reading the prompt',
  encode: '🖌️ looking at the picture',
  denoise: '🖌️ painting',
  decode: '🖌️ developing',
} as const;
const PASSES = { first: 'first pass', final: 'final pass' } as const;

/** What is being done, and how much of it. */
function standingOf(say: Say, progress: JobProgress): string[] {
  if (progress.kind === 'network') {
    if (progress.doing === 'looking') return [say('🔎 looking at the picture')];
    const { tile, of } = progress;
    return [
      `${say('⬆️ enlarging')} ${bar(of === 0 ? 0 : tile / of)}`,
      say('tile {tile} of {tiles}', { tile, tiles: of }),
    ];
  }
  const { picture, pictures, step, of, stage, pass } = progress;
  const share = of === 0 ? 0 : (picture + step / of) / pictures;
  return [
    `${say(STAGES[stage])} ${bar(share)}`,
    ...(pictures > 1 ? [say('picture {picture} of {pictures}', { picture: picture + 1, pictures })] : []),
    ...(pass === undefined ? [] : [say(PASSES[pass])]),
  ];
}

export function progressMessage(
  say: Say,
  jobId: string,
  work: Work,
  askerId: string,
  progress: JobProgress,
  preview?: Uint8Array,
): MessageBody {
  const { etaSeconds } = progress;
  const left = etaSeconds === undefined ? [] : [say(secondsLeft(etaSeconds))];
  const standing = [...standingOf(say, progress), ...left].join(' · ');
  return {
    content: `${headOf(say, workTitle(say, work), askerId)}\n${standing}`,
    components: [cancelRow(say, jobId)],
    ...(preview
      ? {
          files: [
            {
              name: 'preview.webp',
              bytes: preview,
              description: say('A first look at the painting in progress'),
            },
          ],
        }
      : {}),
  };
}

export function endedMessage(say: Say, work: Work, askerId: string, words: string): MessageBody {
  return {
    content: `${headOf(say, workTitle(say, work), askerId)}\n${words}`,
    components: [],
    files: [],
  };
}

/** A link to the message that a painting was made from. */
function lineage(say: Say, depth: number, parent: Painting | undefined): string {
  if (!parent) return '';
  const link = `https://discord.com/channels/${parent.guildId ?? '@me'}/${parent.channelId}/${parent.messageId}`;
  return `\n-# ${say('step {depth}', { depth })} · [${say('made from this')}](${link})`;
}

const small = (say: Say, notes: readonly Phrase[]) => notes.map((note) => `\n-# ${say(note)}`).join('');

/** The text under a finished painting: what, how, from what. */
export function resultText(
  say: Say,
  painting: Painting,
  parent: Painting | undefined,
  notes: readonly Phrase[],
): string {
  const { recipe, askerId, executedSteps, tookMs, depth } = painting;
  const favourite = painting.pictures[painting.favourite];
  const seed = favourite?.seed ?? recipe.seed;
  const caption = captionOf(recipe, { seed, executedSteps, tookMs }, say);
  return `${headOf(say, titleOf(say, recipe), askerId)}\n${caption}${lineage(say, depth, parent)}${small(say, notes)}`;
}

const AS = { photo: 'as a photo', painting: 'as a painting' } as const;

/** The text under what was enlarged or cut out: what, how large, how long. */
export function networkResultText(
  say: Say,
  work: Work,
  askerId: string,
  result: JobResult,
  notes: readonly Phrase[],
  parent?: Painting,
): string {
  const { width, height } = result.pictures[0]!;
  const facts = [
    `${width}×${height}`,
    ...(result.kind === 'upscale' ? [say(AS[result.as])] : []),
    ...(result.kind === 'cut-out'
      ? [say('{share} % of the picture', { share: Math.round(result.share * 100) })]
      : []),
    `${(result.tookMs / 1000).toFixed(1)} s`,
  ].join(' · ');
  const depth = (parent?.depth ?? 0) + 1;
  const head = headOf(say, workTitle(say, work), askerId);
  return `${head}\n${facts}${lineage(say, depth, parent)}${small(say, notes)}`;
}

/** The buttons under what was enlarged or cut out from a picture that is none of our paintings. */
export const networkResultButtons = (say: Say, subject: string, inServer: boolean): ActionRow[] => [
  row(...(inServer ? [reportButton(say, subject)] : []), deleteButton(say, subject)),
];

const reportButton = (say: Say, subject: string) =>
  button({ action: 'report', subject }, { label: say('Report'), emoji: '🚩' });
const deleteButton = (say: Say, subject: string) =>
  button({ action: 'delete', subject }, { label: say('Delete'), emoji: '🗑️', style: ButtonStyle.Danger });

/** The buttons under a painting. @param page which four of many pictures are shown, from 0 */
export function resultButtons(say: Say, painting: Painting, page = 0): ActionRow[] {
  const subject = painting.id;
  const rows = [
    row(
      button({ action: 'reroll', subject }, { label: say('Reroll'), emoji: '🔁' }),
      button({ action: 'variations', subject }, { label: say('Variations'), emoji: '🎲' }),
      button(
        { action: 'refine', subject },
        { label: say('Refine 0.3'), emoji: '✨', style: ButtonStyle.Primary },
      ),
      button({ action: 'stronger', subject }, { label: say('Stronger'), emoji: '➕' }),
      button({ action: 'weaker', subject }, { label: say('Weaker'), emoji: '➖' }),
    ),
    row(
      button({ action: 'edit', subject }, { label: say('Edit'), emoji: '✏️' }),
      button({ action: 'upscale', subject }, { label: say('Upscale'), emoji: '⬆️' }),
      button({ action: 'compare', subject }, { label: say('Compare'), emoji: '🔍' }),
      ...(painting.guildId === null ? [] : [reportButton(say, subject)]),
      deleteButton(say, subject),
    ),
    row(
      button({ action: 'ladder', subject }, { label: say('Ladder'), emoji: '🪜' }),
      button({ action: 'rounds', subject }, { label: say('Refine ×3'), emoji: '🎞️' }),
      button({ action: 'tree', subject }, { label: say('Tree'), emoji: '🌳' }),
      ...(pagesOf(painting.pictures.length) > 1
        ? pageButtons(say, painting, page)
        : [button({ action: 'save-style', subject }, { label: say('Save style'), emoji: '💾' })]),
    ),
  ];
  const { length } = painting.pictures;
  return [
    ...rows,
    ...(length > 1 ? [row(favouriteSelect(say, painting))] : []),
    ...(pagesOf(length) > 1 ? [row(tuneSelect(say, painting))] : []),
  ];
}

function pageButtons(say: Say, { id, pictures }: Painting, page: number) {
  const pages = pagesOf(pictures.length);
  const turn = (to: number, label: string, emoji: string) =>
    button(
      { action: 'page', subject: id, argument: to < 0 || to >= pages ? 'end' : String(to) },
      { label, emoji, disabled: to < 0 || to >= pages },
    );
  return [turn(page - 1, say('Four before'), '◀️'), turn(page + 1, say('Next four'), '▶️')];
}

/** Favourites among many are worth a gentle pass each. */
const MOST_TUNED = 8;

const lineOf = (say: Say, seed: number, place: number) => ({
  label: say('Picture {number}', { number: place + 1 }),
  value: String(place),
  description: say('seed {seed}', { seed }),
});

const tuneSelect = (say: Say, { id, pictures }: Painting) =>
  select(
    { action: 'tune', subject: id },
    say('Fine-tune favourites: a gentle pass over each'),
    pictures.map(({ seed }, i) => lineOf(say, seed, i)),
    MOST_TUNED,
  );

function favouriteSelect(say: Say, painting: Painting): APIStringSelectComponent {
  return select(
    { action: 'favourite', subject: painting.id },
    say('Favourite: the next step starts from it'),
    painting.pictures.map(({ seed }, i) => ({ ...lineOf(say, seed, i), chosen: i === painting.favourite })),
  );
}
