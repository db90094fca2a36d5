import { distinctPhrases, type Phrase, phrase } from '../../language/phrase.ts';
import type { Say } from '../../language/say.ts';
import { composeGrid, contactSheet, fitToLimit } from '../../pipeline/index.ts';
import type { ImageStore } from '../../queue/image-store.ts';
import type { StoredPicture } from '../../studio/stored-picture.ts';
import { drawnWords } from './drawn-words.ts';
import type { OutgoingFile } from './message-body.ts';

/** Pictures that are shown at once; more of them are turned like pages, below a sheet of all. */
const PAGE = 4;
const SHEET = { columns: 4, side: 256 };

/** The sheet of all pictures of a painting that has several. */
export const GRID = 'grid.jpg';
export const paintingName = (seed: number) => `overpaint-${seed}`;

interface FileWishes {
  description: string;
  limitBytes: number;
  page?: number;
  nameOf?: (seed: number) => string;
}

export const pagesOf = (count: number): number => Math.max(1, Math.ceil(count / PAGE));

/**
 * A painting's pictures as files: with up to four, a grid where there are several, and all of them; with more, a numbered
 * sheet of all and the four of a page.
 * @param page from 0
 * @param nameOf a file's name without its end, from the picture's seed
 */
export async function pictureFiles(
  say: Say,
  images: ImageStore,
  pictures: readonly StoredPicture[],
  { description, limitBytes, page = 0, nameOf = paintingName }: FileWishes,
): Promise<{ files: OutgoingFile[]; notes: Phrase[] }> {
  const loaded = await Promise.all(
    pictures.map(async (picture, place) => ({ ...picture, place, png: await images.get(picture.hash) })),
  );
  const files: OutgoingFile[] = [];
  const notes: Phrase[] = [];
  for (const { png, seed, spoiler } of loaded.slice(page * PAGE, (page + 1) * PAGE)) {
    if (!png) continue;
    const { bytes, extension, note } = await fitToLimit(png, limitBytes);
    if (note !== undefined) notes.push(note);
    files.push({
      name: `${nameOf(seed)}.${extension}`,
      bytes,
      description,
      spoiler: spoiler !== undefined,
    });
  }
  if (pictures.length === 1) return { files, notes: distinctPhrases(notes) };
  const pngs = loaded.flatMap(({ png }) => (png ? [png] : []));
  const bytes =
    pictures.length > PAGE
      ? await contactSheet(
          loaded.map(({ png, seed, place }) => ({
            picture: png,
            label: String(place + 1),
            note: drawnWords(say, phrase('seed {seed}', { seed })),
          })),
          SHEET,
        )
      : await composeGrid(pngs, 2);
  const spoiler = pictures.some((picture) => picture.spoiler !== undefined);
  const about = say('{count} versions in a grid. {description}', { count: pictures.length, description });
  return {
    files: [{ name: GRID, bytes, description: about.slice(0, 1024), spoiler }, ...files],
    notes: distinctPhrases(notes),
  };
}
