import { distinctPhrases, type Phrase, type PlainText, phrase } from '../../language/phrase.ts';
import { inEnglish, type Say, sayIn } from '../../language/say.ts';
import { contactSheet, fitToLimit, type SheetCell } from '../../pipeline/index.ts';
import { recipeOf, sourceOf } from '../../recipe/work.ts';
import { isOver, type Series, type SeriesItem } from '../../studio/series.ts';
import { drawnWords } from '../messages/drawn-words.ts';
import type { OutgoingFile } from '../messages/message-body.ts';
import type { Services } from '../services.ts';
import { itemAlt, sheetAlt } from './series-alt.ts';
import { zipOf } from './zip.ts';

const FILM_COLUMNS = 6;
const SIDE = 384;
/** A sheet and its pictures: Discord takes ten files a message. */
const FILES = 10;

interface Shown {
  item: SeriesItem;
  png: Uint8Array | undefined;
  seed: number;
  spoiler: boolean;
}

/**
 * A series as files: one picture of all (a contact sheet, or a film strip where each came from the one before), and the
 * paintings themselves once all of it is over.
 */
export async function seriesFiles(
  services: Services,
  series: Series,
): Promise<{ files: OutgoingFile[]; notes: Phrase[] }> {
  const { order, items } = series;
  const say = sayIn(order.locale);
  const shown = await Promise.all(items.map((item) => load(services, item)));
  if (shown.every(({ png }) => png === undefined)) return { files: [], notes: [] };
  const sheet = await sheetOf(services, series, shown);
  if (!items.every(isOver)) return { files: [sheet], notes: [] };
  const ready = shown.flatMap((one) => (one.png ? [{ ...one, png: one.png }] : []));
  const zip = order.kind === 'batch' ? zipOf(say, ready.map(zipped), order.attachmentLimitBytes) : undefined;
  const first = zip ? [sheet, zip] : ready.length < FILES ? [sheet] : [];
  const notes: Phrase[] = [];
  if (order.kind === 'batch' && !zip)
    notes.push(phrase('no zip, since it would be too large for this place'));
  const files: OutgoingFile[] = [];
  for (const { item, png, seed, spoiler } of ready.slice(0, FILES - first.length)) {
    const { bytes, extension, note } = await fitToLimit(png, order.attachmentLimitBytes);
    if (note !== undefined) notes.push(note);
    const description = itemAlt(series, item);
    const name = `${item.place + 1}-overpaint-${seed}.${extension}`;
    files.push({ name, bytes, description, spoiler });
  }
  return { files: [...first, ...files], notes: distinctPhrases(notes) };
}

/** A picture under its own name in the zip. */
const zipped = ({ item, png, spoiler }: Shown & { png: Uint8Array }) => ({
  name: `${inEnglish(item.label)
    .replaceAll(/[^\p{L}\p{N} ._-]/gu, '')
    .replace(/\.[^.]*$/, '')}.png`,
  png,
  spoiler,
});

async function load({ studio, images }: Services, item: SeriesItem): Promise<Shown> {
  const painting = item.state === 'painted' ? await studio.paintings.get(item.jobId) : undefined;
  // What is no painting is known to its series only.
  const other = recipeOf(item.work) ? undefined : item.picture;
  const picture = painting?.pictures[painting.favourite] ?? other ?? undefined;
  return {
    item,
    png: picture && (await images.get(picture.hash)),
    seed: picture?.seed ?? recipeOf(item.work)?.seed ?? 0,
    spoiler: picture?.spoiler !== undefined,
  };
}

async function sheetOf(services: Services, series: Series, shown: readonly Shown[]): Promise<OutgoingFile> {
  const { order } = series;
  const say = sayIn(order.locale);
  const film = order.feedsForward;
  const listed = film ? shown.filter(({ png }) => png) : shown;
  const cells = [
    ...(await originalCell(services, series)),
    ...listed.map((one) => cellOf(say, one, one.item.place === series.best)),
  ];
  const bytes = await contactSheet(cells, {
    columns: film ? FILM_COLUMNS : columnsFor(cells.length),
    side: SIDE,
    film,
  });
  const spoiler = shown.some((one) => one.spoiler);
  const labels = listed.map(({ item }) => item.label);
  const description = sheetAlt(say, series, labels, hasOneSource(series));
  return { name: `${order.kind}.jpg`, bytes, description, spoiler };
}

const columnsFor = (count: number) => (count <= 4 ? 2 : count <= 9 ? 3 : 4);

const WITHOUT_PICTURE: Record<SeriesItem['state'], PlainText> = {
  planned: 'to come',
  queued: 'to come',
  painted: 'painted',
  failed: 'failed',
  cancelled: 'cancelled',
};

function cellOf(say: Say, { item, png }: Shown, chosen: boolean): SheetCell {
  return {
    picture: png,
    label: drawnWords(say, item.label),
    chosen,
    ...(png ? {} : { note: drawnWords(say, phrase(WITHOUT_PICTURE[item.state])) }),
  };
}

const hasOneSource = ({ order }: Pick<Series, 'order'>) => order.kind !== 'batch' && order.kind !== 'tuning';

/** What all of them started from; a batch has no such picture. */
async function originalCell({ images }: Services, { order, items }: Series): Promise<SheetCell[]> {
  if (!hasOneSource({ order })) return [];
  const picture = await images.get(sourceOf(items[0]!.work));
  return picture ? [{ picture, label: drawnWords(sayIn(order.locale), phrase('original')) }] : [];
}
