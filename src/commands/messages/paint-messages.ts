import type { APIStringSelectComponent } from 'discord-api-types/v10';
import { ButtonStyle } from 'discord-api-types/v10';
import type { JobProgress, JobResult } from '../../queue/job.ts';
import type { Place } from '../../queue/paint-queue.ts';
import { captionOf } from '../../recipe/caption.ts';
import type { Recipe } from '../../recipe/recipe.ts';
import type { Work } from '../../recipe/work.ts';
import type { Painting } from '../../studio/paintings.ts';
import { type ActionRow, button, row, select } from './buttons.ts';
import type { MessageBody } from './message-body.ts';
import { pagesOf } from './picture-pages.ts';

/** Who asked, as a mention that rings nobody's bell. */
const by = (askerId: string) => `<@${askerId}>`;
/** Coarser the longer: what nobody can know to the second need not be edited every second. */
function seconds(value: number): string {
  if (value < 1) return 'a moment';
  if (value < 10) return `about ${Math.ceil(value)} s`;
  if (value < 90) return `about ${Math.ceil(value / 5) * 5} s`;
  return `about ${Math.ceil(value / 60)} min`;
}

const cancelRow = (jobId: string): ActionRow =>
  row(
    button(
      { action: 'cancel', subject: jobId },
      { label: 'Cancel', emoji: '✖️', style: ButtonStyle.Secondary },
    ),
  );

/** A short name of what is made. */
function titleOf(recipe: Recipe): string {
  const what = recipe.style?.name ?? 'Repaint';
  return recipe.prompt === '' ? `**${what}**` : `**${what}** — ${quote(recipe.prompt)}`;
}

const SUBJECTS = { any: 'the subject', people: 'the people' };

/** A short name of any work. */
export function workTitle(work: Work): string {
  switch (work.kind) {
    case 'paint': {
      if (!work.subject) return titleOf(work.recipe);
      const where = work.subject.invert ? 'background' : SUBJECTS[work.subject.subject];
      return `${titleOf(work.recipe)} (${where} only)`;
    }
    case 'upscale':
      return `**Enlarge ${work.scale}×**`;
    case 'cut-out':
      return `**Cut out** ${work.subject.invert ? 'the surroundings' : SUBJECTS[work.subject.subject]}`;
    case 'restore':
      return `**Restore** — ${titleOf(work.recipe)}, enlarged ${work.scale}×`;
  }
}

/** Members' words may hold markdown; they are shown as they are, and not at length. */
export function quote(text: string): string {
  const short = text.length > 160 ? `${text.slice(0, 157)}…` : text;
  return short.replaceAll(/[*_`~|\\>]/g, String.raw`\$&`).replaceAll('\n', ' ');
}

export function queuedMessage(jobId: string, work: Work, askerId: string, place?: Place): MessageBody {
  const waits =
    place && place.place > 0
      ? `⏳ place ${place.place} in the queue · ${seconds(place.etaSeconds)}`
      : '⏳ starting';
  return { content: `${workTitle(work)} for ${by(askerId)}\n${waits}`, components: [cancelRow(jobId)] };
}

const BAR = 12;

function bar(share: number): string {
  const full = Math.round(share * BAR);
  return `${'▰'.repeat(full)}${'▱'.repeat(BAR - full)} ${Math.round(share * 100)} %`;
}

const STAGE_WORDS = {
  load: 'loading the model',
  text: 'reading the prompt',
  encode: 'looking at the picture',
  denoise: 'painting',
  decode: 'developing',
} as const;

/** What is being done, and how much of it. */
function standingOf(progress: JobProgress): string {
  if (progress.kind === 'network')
    return progress.doing === 'looking'
      ? '🔎 looking at the picture'
      : `⬆️ enlarging ${bar(progress.of === 0 ? 0 : progress.tile / progress.of)} · tile ${progress.tile} of ${progress.of}`;
  const { picture, pictures, step, of, stage, pass } = progress;
  const share = of === 0 ? 0 : (picture + step / of) / pictures;
  const which = pictures > 1 ? ` · picture ${picture + 1} of ${pictures}` : '';
  const passing = pass === undefined ? '' : ` · ${pass} pass`;
  return `🖌️ ${STAGE_WORDS[stage]} ${bar(share)}${which}${passing}`;
}

export function progressMessage(
  jobId: string,
  work: Work,
  askerId: string,
  progress: JobProgress,
  preview?: Uint8Array,
): MessageBody {
  const left = progress.etaSeconds === undefined ? '' : ` · ${seconds(progress.etaSeconds)} left`;
  return {
    content: `${workTitle(work)} for ${by(askerId)}\n${standingOf(progress)}${left}`,
    components: [cancelRow(jobId)],
    ...(preview
      ? {
          files: [
            { name: 'preview.webp', bytes: preview, description: 'A first look at the painting in progress' },
          ],
        }
      : {}),
  };
}

export function endedMessage(work: Work, askerId: string, words: string): MessageBody {
  return { content: `${workTitle(work)} for ${by(askerId)}\n${words}`, components: [], files: [] };
}

/** A link to the message that a painting was made from. */
function lineage(depth: number, parent: Painting | undefined): string {
  if (!parent) return '';
  const link = `https://discord.com/channels/${parent.guildId ?? '@me'}/${parent.channelId}/${parent.messageId}`;
  return `\n-# step ${depth} · [made from this](${link})`;
}

const small = (notes: readonly string[]) => notes.map((note) => `\n-# ${note}`).join('');

/** The text under a finished painting: what, how, from what. */
export function resultText(
  painting: Painting,
  parent: Painting | undefined,
  notes: readonly string[],
): string {
  const { recipe, askerId, executedSteps, tookMs, depth } = painting;
  const favourite = painting.pictures[painting.favourite];
  const seed = favourite?.seed ?? recipe.seed;
  return `${titleOf(recipe)} for ${by(askerId)}\n${captionOf(recipe, { seed, executedSteps, tookMs })}${lineage(depth, parent)}${small(notes)}`;
}

/** The text under what was enlarged or cut out: what, how large, how long. */
export function networkResultText(
  work: Work,
  askerId: string,
  result: JobResult,
  notes: readonly string[],
  parent?: Painting,
): string {
  const { width, height } = result.pictures[0]!;
  const how =
    result.kind === 'upscale'
      ? ` · as a ${result.as}`
      : result.kind === 'cut-out'
        ? ` · ${Math.round(result.share * 100)} % of the picture`
        : '';
  const facts = `${width}×${height}${how} · ${(result.tookMs / 1000).toFixed(1)} s`;
  const depth = (parent?.depth ?? 0) + 1;
  return `${workTitle(work)} for ${by(askerId)}\n${facts}${lineage(depth, parent)}${small(notes)}`;
}

/** The buttons under what was enlarged or cut out from a picture that is none of our paintings. */
export const networkResultButtons = (subject: string, inServer: boolean): ActionRow[] => [
  row(...(inServer ? [reportButton(subject)] : []), deleteButton(subject)),
];

const reportButton = (subject: string) =>
  button({ action: 'report', subject }, { label: 'Report', emoji: '🚩' });
const deleteButton = (subject: string) =>
  button({ action: 'delete', subject }, { label: 'Delete', emoji: '🗑️', style: ButtonStyle.Danger });

/** The buttons under a painting. @param page which four of many pictures are shown, from 0 */
export function resultButtons(painting: Painting, page = 0): ActionRow[] {
  const subject = painting.id;
  const rows = [
    row(
      button({ action: 'reroll', subject }, { label: 'Reroll', emoji: '🔁' }),
      button({ action: 'variations', subject }, { label: 'Variations', emoji: '🎲' }),
      button({ action: 'refine', subject }, { label: 'Refine 0.3', emoji: '✨', style: ButtonStyle.Primary }),
      button({ action: 'stronger', subject }, { label: 'Stronger', emoji: '➕' }),
      button({ action: 'weaker', subject }, { label: 'Weaker', emoji: '➖' }),
    ),
    row(
      button({ action: 'edit', subject }, { label: 'Edit', emoji: '✏️' }),
      button({ action: 'upscale', subject }, { label: 'Upscale', emoji: '⬆️' }),
      button({ action: 'compare', subject }, { label: 'Compare', emoji: '🔍' }),
      ...(painting.guildId === null ? [] : [reportButton(subject)]),
      deleteButton(subject),
    ),
    row(
      button({ action: 'ladder', subject }, { label: 'Ladder', emoji: '🪜' }),
      button({ action: 'rounds', subject }, { label: 'Refine ×3', emoji: '🎞️' }),
      button({ action: 'tree', subject }, { label: 'Tree', emoji: '🌳' }),
      ...pageButtons(painting, page),
    ),
  ];
  const { length } = painting.pictures;
  return [
    ...rows,
    ...(length > 1 ? [row(favouriteSelect(painting))] : []),
    ...(pagesOf(length) > 1 ? [row(tuneSelect(painting))] : []),
  ];
}

function pageButtons({ id, pictures }: Painting, page: number) {
  const pages = pagesOf(pictures.length);
  if (pages === 1) return [];
  const turn = (to: number, label: string, emoji: string) =>
    button(
      { action: 'page', subject: id, argument: to < 0 || to >= pages ? 'end' : String(to) },
      { label, emoji, disabled: to < 0 || to >= pages },
    );
  return [turn(page - 1, 'Four before', '◀️'), turn(page + 1, 'Next four', '▶️')];
}

/** Favourites among many are worth a gentle pass each. */
const MOST_TUNED = 8;

const tuneSelect = ({ id, pictures }: Painting) =>
  select(
    { action: 'tune', subject: id },
    'Fine-tune favourites: a gentle pass over each',
    pictures.map(({ seed }, i) => ({
      label: `Picture ${i + 1}`,
      value: String(i),
      description: `seed ${seed}`,
    })),
    MOST_TUNED,
  );

function favouriteSelect(painting: Painting): APIStringSelectComponent {
  return select(
    { action: 'favourite', subject: painting.id },
    'Favourite: the next step starts from it',
    painting.pictures.map(({ seed }, i) => ({
      label: `Picture ${i + 1}`,
      value: String(i),
      description: `seed ${seed}`,
      chosen: i === painting.favourite,
    })),
  );
}
