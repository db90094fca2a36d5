import type { MessageBody, OutgoingFile } from '../commands/messages/message-body.ts';
import { resultButtons, resultText } from '../commands/messages/paint-messages.ts';
import type { Services } from '../commands/services.ts';
import { composeGrid, fitToLimit } from '../pipeline/index.ts';
import type { JobResult } from '../queue/job.ts';
import { altTextOf } from '../recipe/caption.ts';
import type { Delivery } from '../studio/deliveries.ts';
import type { NewPainting } from '../studio/paintings.ts';

/** Discord takes ten files a message. */
const FILES = 10;
const GRID_FROM = 2;

/** A finished job as a painting. */
export function toPainting({ jobId, order, messageId }: Delivery, result: JobResult): NewPainting {
  return {
    id: jobId,
    recipe: order.recipe,
    parentId: order.parentId ?? null,
    pictures: result.pictures,
    askerId: order.askerId,
    guildId: order.guildId ?? null,
    channelId: order.channelId,
    messageId: messageId ?? '',
    executedSteps: result.executedSteps,
    tookMs: result.tookMs,
  };
}

/**
 * The message that holds a painting: words, buttons, and its pictures, with a grid before them where there are several.
 * @param limitBytes what one file may have
 */
export async function resultMessage(
  services: Services,
  delivery: Delivery,
  result: JobResult,
  limitBytes: number,
): Promise<MessageBody> {
  const { order } = delivery;
  const painting = toPainting(delivery, result);
  const parent =
    order.parentId === undefined ? undefined : await services.studio.paintings.get(order.parentId);
  const shown = { ...painting, depth: (parent?.depth ?? 0) + 1, favourite: 0 };
  const { files, notes } = await filesOf(services, delivery, result, limitBytes);
  return {
    content: resultText(shown, parent, [...order.notes, ...result.warnings, ...notes]),
    components: resultButtons(shown),
    files,
  };
}

async function filesOf(
  { images }: Services,
  { order }: Delivery,
  result: JobResult,
  limitBytes: number,
): Promise<{ files: OutgoingFile[]; notes: string[] }> {
  const description = altTextOf(order.recipe, order.sourceDescription);
  const files: OutgoingFile[] = [];
  const notes = new Set<string>();
  const pngs: Uint8Array[] = [];
  for (const { hash, seed } of result.pictures) {
    const png = await images.get(hash);
    if (!png) continue;
    pngs.push(png);
    const { bytes, extension, note } = await fitToLimit(png, limitBytes);
    if (note !== undefined) notes.add(note);
    files.push({ name: `overpaint-${seed}.${extension}`, bytes, description });
  }
  if (pngs.length >= GRID_FROM) {
    const bytes = await composeGrid(pngs, pngs.length > 4 ? 4 : 2);
    files.unshift({
      name: 'grid.jpg',
      bytes,
      description: `${pngs.length} versions in a grid. ${description}`.slice(0, 1024),
    });
  }
  return { files: files.slice(0, FILES), notes: [...notes] };
}
