import type { MessageBody, OutgoingFile } from '../commands/messages/message-body.ts';
import {
  networkResultButtons,
  networkResultText,
  resultButtons,
  resultText,
} from '../commands/messages/paint-messages.ts';
import { pictureFiles } from '../commands/messages/picture-pages.ts';
import type { Services } from '../commands/services.ts';
import { composeGrid, fitToLimit } from '../pipeline/index.ts';
import type { JobResult } from '../queue/job.ts';
import { altTextOf } from '../recipe/caption.ts';
import type { Recipe } from '../recipe/recipe.ts';
import { recipeOf, sourceOf } from '../recipe/work.ts';
import type { Delivery, DeliveryOrder } from '../studio/deliveries.ts';
import type { NewPainting } from '../studio/paintings.ts';

/** Discord takes ten files a message. */
const FILES = 10;

/** A finished job as a painting; undefined where what came out has no recipe. */
export function toPainting(
  { jobId, order, messageId }: Delivery,
  result: JobResult,
): NewPainting | undefined {
  const recipe = finalRecipe(order, result);
  if (!recipe) return undefined;
  return {
    id: jobId,
    recipe,
    parentId: order.parentId ?? null,
    pictures: result.pictures,
    askerId: order.askerId,
    guildId: order.guildId ?? null,
    channelId: order.channelId,
    messageId: messageId ?? '',
    executedSteps: result.kind === 'paint' ? result.executedSteps : recipe.steps,
    tookMs: result.tookMs,
    sourceOwnerId: order.sourceOwnerId ?? null,
  };
}

const finalRecipe = ({ work }: DeliveryOrder, result: JobResult): Recipe | undefined =>
  (result.kind === 'paint' ? result.recipe : undefined) ?? recipeOf(work);

/**
 * The message that holds a result: words, buttons, and its pictures, with a grid before them where there are several.
 * @param limitBytes what one file may have
 */
export async function resultMessage(
  services: Services,
  delivery: Delivery,
  result: JobResult,
  limitBytes: number,
): Promise<MessageBody> {
  const { order, jobId } = delivery;
  const painting = toPainting(delivery, result);
  const parent =
    order.parentId === undefined ? undefined : await services.studio.paintings.get(order.parentId);
  const shown = painting && { ...painting, depth: (parent?.depth ?? 0) + 1, favourite: 0 };
  const { files, notes } = await filesOf(services, delivery, result, limitBytes);
  const all = [...order.notes, ...result.warnings, ...hiddenNote(result), ...notes];
  return {
    content:
      shown && result.kind === 'paint'
        ? resultText(shown, parent, all)
        : networkResultText(order.work, order.askerId, result, all, parent),
    components: shown ? resultButtons(shown) : networkResultButtons(jobId, order.guildId !== undefined),
    files,
  };
}

const isHidden = ({ pictures }: JobResult) => pictures.some(({ spoiler }) => spoiler !== undefined);
const hiddenNote = (result: JobResult) =>
  isHidden(result) ? ['hidden as a spoiler by a rule of this server (`/safety`)'] : [];

async function filesOf(
  { images }: Services,
  { order }: Delivery,
  result: JobResult,
  limitBytes: number,
): Promise<{ files: OutgoingFile[]; notes: string[] }> {
  const description = describe(order, result);
  if (result.kind === 'paint' && result.mask === undefined && !order.beside)
    return pictureFiles(images, result.pictures, { description, limitBytes });
  const files: OutgoingFile[] = [];
  const notes = new Set<string>();
  const pngs: Uint8Array[] = [];
  for (const { hash, seed, spoiler } of result.pictures) {
    const png = await images.get(hash);
    if (!png) continue;
    pngs.push(png);
    const { bytes, extension, note } = await fitToLimit(png, limitBytes);
    if (note !== undefined) notes.add(note);
    const name = `${FILE_NAMES[result.kind](seed)}.${extension}`;
    files.push({ name, bytes, description, spoiler: spoiler !== undefined });
  }
  const spoiler = isHidden(result);
  const source = order.beside && pngs.length === 1 ? await images.get(sourceOf(order.work)) : undefined;
  if (source)
    files.push({
      name: 'before-after.jpg',
      bytes: await composeGrid([source, pngs[0]!], 2),
      description: 'The source picture on the left, the painting on the right',
      spoiler,
    });
  const mask = result.mask === undefined ? undefined : await images.get(result.mask);
  const shown = files.slice(0, mask ? FILES - 1 : FILES);
  if (mask)
    shown.push({ name: 'mask.png', bytes: mask, description: 'The mask: white is what was meant', spoiler });
  return { files: shown, notes: [...notes] };
}

const FILE_NAMES = {
  paint: (seed: number) => `overpaint-${seed}`,
  upscale: () => 'overpaint-enlarged',
  'cut-out': () => 'overpaint-cut-out',
};

/** Alt text. */
function describe(order: DeliveryOrder, result: JobResult): string {
  const recipe = finalRecipe(order, result);
  const of = order.sourceDescription ?? 'the picture that was given';
  const what = recipe ? altTextOf(recipe, order.sourceDescription) : undefined;
  if (result.kind === 'cut-out')
    return `The subject of ${of}, cut out on a transparent ground`.slice(0, 1024);
  if (result.kind === 'upscale') return `${what ?? `An enlarged copy of ${of}.`} Enlarged.`.slice(0, 1024);
  return what ?? of.slice(0, 1024);
}
