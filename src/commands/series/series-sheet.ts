import { contactSheet, fitToLimit, type SheetCell } from '../../pipeline/index.ts';
import { isOver, type Series, type SeriesItem } from '../../studio/series.ts';
import type { OutgoingFile } from '../messages/message-body.ts';
import type { Services } from '../services.ts';
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
): Promise<{ files: OutgoingFile[]; notes: string[] }> {
  const { order, items } = series;
  const shown = await Promise.all(items.map((item) => load(services, item)));
  if (shown.every(({ png }) => png === undefined)) return { files: [], notes: [] };
  const sheet = await sheetOf(services, series, shown);
  if (!items.every(isOver)) return { files: [sheet], notes: [] };
  const ready = shown.flatMap((one) => (one.png ? [{ ...one, png: one.png }] : []));
  const zip = order.kind === 'batch' ? zipOf(ready.map(zipped), order.attachmentLimitBytes) : undefined;
  const first = zip ? [sheet, zip] : ready.length < FILES ? [sheet] : [];
  const notes = new Set<string>();
  if (order.kind === 'batch' && !zip) notes.add('no zip, since it would be too large for this place');
  const files: OutgoingFile[] = [];
  for (const { item, png, seed, spoiler } of ready.slice(0, FILES - first.length)) {
    const { bytes, extension, note } = await fitToLimit(png, order.attachmentLimitBytes);
    if (note !== undefined) notes.add(note);
    const name = `${item.place + 1}-overpaint-${seed}.${extension}`;
    files.push({ name, bytes, description: `${item.label}, seed ${seed}`.slice(0, 1024), spoiler });
  }
  return { files: [...first, ...files], notes: [...notes] };
}

/** A picture under its own name in the zip. */
const zipped = ({ item, png, spoiler }: Shown & { png: Uint8Array }) => ({
  name: `${item.label.replaceAll(/[^\p{L}\p{N} ._-]/gu, '').replace(/\.[^.]*$/, '')}.png`,
  png,
  spoiler,
});

async function load({ studio, images }: Services, item: SeriesItem): Promise<Shown> {
  const painting = item.state === 'painted' ? await studio.paintings.get(item.jobId) : undefined;
  const picture = painting?.pictures[painting.favourite];
  return {
    item,
    png: picture && (await images.get(picture.hash)),
    seed: picture?.seed ?? item.recipe.seed,
    spoiler: picture?.spoiler !== undefined,
  };
}

async function sheetOf(services: Services, series: Series, shown: readonly Shown[]): Promise<OutgoingFile> {
  const { order } = series;
  const film = order.feedsForward;
  const listed = film ? shown.filter(({ png }) => png) : shown;
  const cells = [...(await originalCell(services, series)), ...listed.map(cellOf)];
  const bytes = await contactSheet(cells, {
    columns: film ? FILM_COLUMNS : columnsFor(cells.length),
    side: SIDE,
    film,
  });
  const spoiler = shown.some((one) => one.spoiler);
  const list = listed.map(({ item }) => item.label).join(', ');
  const begin = hasOneSource(series) ? 'the original, then ' : '';
  const description = `Several versions beside each other: ${begin}${list}`.slice(0, 1024);
  return { name: `${order.kind}.jpg`, bytes, description, spoiler };
}

const columnsFor = (count: number) => (count <= 4 ? 2 : count <= 9 ? 3 : 4);

function cellOf({ item, png }: Shown): SheetCell {
  return { picture: png, label: item.label, ...(png ? {} : { note: isOver(item) ? item.state : 'to come' }) };
}

const hasOneSource = ({ order }: Pick<Series, 'order'>) => order.kind !== 'batch' && order.kind !== 'tuning';

/** What all of them started from; a batch has no such picture. */
async function originalCell({ images }: Services, { order, items }: Series): Promise<SheetCell[]> {
  if (!hasOneSource({ order })) return [];
  const picture = await images.get(items[0]!.recipe.source);
  return picture ? [{ picture, label: 'original' }] : [];
}
