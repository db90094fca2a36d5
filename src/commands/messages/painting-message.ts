import { composeGrid, fitToLimit } from '../../pipeline/index.ts';
import { altTextOf } from '../../recipe/caption.ts';
import type { Painting } from '../../studio/paintings.ts';
import type { Services } from '../services.ts';
import type { MessageBody, OutgoingFile } from './message-body.ts';
import { resultButtons, resultText } from './paint-messages.ts';

const FILES = 9;

/** A painting that is known already, as a message with all its buttons. */
export async function paintingMessage(
  { studio, images }: Pick<Services, 'studio' | 'images'>,
  painting: Painting,
  limitBytes: number,
): Promise<MessageBody> {
  const parent = painting.parentId === null ? undefined : await studio.paintings.get(painting.parentId);
  const description = altTextOf(painting.recipe);
  const files: OutgoingFile[] = [];
  const pngs: Uint8Array[] = [];
  const spoiler = painting.pictures.some((picture) => picture.spoiler !== undefined);
  for (const { hash, seed } of painting.pictures.slice(0, FILES)) {
    const png = await images.get(hash);
    if (!png) continue;
    pngs.push(png);
    const { bytes, extension } = await fitToLimit(png, limitBytes);
    files.push({ name: `overpaint-${seed}.${extension}`, bytes, description, spoiler });
  }
  if (pngs.length > 1) {
    const bytes = await composeGrid(pngs, pngs.length > 4 ? 4 : 2);
    files.unshift({ name: 'grid.jpg', bytes, description: `${pngs.length} versions in a grid`, spoiler });
  }
  return { content: resultText(painting, parent, []), components: resultButtons(painting), files };
}
