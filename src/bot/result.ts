import { altFactsOf, MOST_ANCESTORS } from '../commands/messages/alt-facts.ts';
import type { MessageBody, OutgoingFile } from '../commands/messages/message-body.ts';
import {
  networkResultButtons,
  networkResultText,
  resultButtons,
  resultText,
} from '../commands/messages/paint-messages.ts';
import { paintingName, pictureFiles } from '../commands/messages/picture-pages.ts';
import type { Services } from '../commands/services.ts';
import { type Phrase, phrase } from '../language/phrase.ts';
import { type Say, sayIn } from '../language/say.ts';
import { composeGrid } from '../pipeline/index.ts';
import type { JobResult } from '../queue/job.ts';
import { altTextOf } from '../recipe/alt-text.ts';
import type { Recipe } from '../recipe/recipe.ts';
import { recipeOf, sourceOf } from '../recipe/work.ts';
import type { Delivery, DeliveryOrder } from '../studio/deliveries.ts';
import type { NewPainting, Painting } from '../studio/paintings.ts';

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
    sourceDescription: order.sourceDescription ?? null,
    locale: order.locale,
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
  const say = sayIn(order.locale);
  const painting = toPainting(delivery, result);
  const line = await services.studio.paintings.ancestorsOf(
    { parentId: order.parentId ?? null },
    MOST_ANCESTORS,
  );
  const parent = line.at(-1);
  const shown = painting && {
    ...painting,
    locale: order.locale,
    sourceDescription: order.sourceDescription ?? null,
    depth: (parent?.depth ?? 0) + 1,
    favourite: 0,
  };
  const { files, notes } = await filesOf(services, delivery, result, line, limitBytes);
  const all = [...order.notes, ...result.warnings, ...hiddenNote(result), ...notes];
  return {
    content:
      shown && result.kind === 'paint'
        ? resultText(say, shown, parent, all)
        : networkResultText(say, order.work, order.askerId, result, all, parent),
    components: shown
      ? resultButtons(say, shown)
      : networkResultButtons(say, jobId, order.guildId !== undefined),
    files,
  };
}

const isHidden = ({ pictures }: JobResult) => pictures.some(({ spoiler }) => spoiler !== undefined);
const hiddenNote = (result: JobResult) =>
  isHidden(result) ? [phrase('hidden as a spoiler by a rule of this server (`/safety`)')] : [];

async function filesOf(
  { images }: Services,
  { order }: Delivery,
  result: JobResult,
  line: readonly Painting[],
  limitBytes: number,
): Promise<{ files: OutgoingFile[]; notes: Phrase[] }> {
  const say = sayIn(order.locale);
  const description = describe(say, order, result, line);
  const spoiler = isHidden(result);
  const nameOf = FILE_NAMES[result.kind];
  const { files, notes } = await pictureFiles(say, images, result.pictures, {
    description,
    limitBytes,
    nameOf,
  });
  const [picture] = result.pictures;
  if (order.beside && result.pictures.length === 1) {
    const [source, painted] = [await images.get(sourceOf(order.work)), await images.get(picture!.hash)];
    if (source && painted)
      files.push({
        name: 'before-after.jpg',
        bytes: await composeGrid([source, painted], 2),
        description: say('The source picture on the left, the painting on the right'),
        spoiler,
      });
  }
  const mask = result.mask === undefined ? undefined : await images.get(result.mask);
  if (mask)
    files.push({
      name: 'mask.png',
      bytes: mask,
      description: say('The mask: white is what was meant'),
      spoiler,
    });
  return { files, notes };
}

const FILE_NAMES = {
  paint: paintingName,
  upscale: () => 'overpaint-enlarged',
  'cut-out': () => 'overpaint-cut-out',
};

/** Alt text. @param line the paintings that led to it, oldest first */
function describe(say: Say, order: DeliveryOrder, result: JobResult, line: readonly Painting[]): string {
  const source = order.sourceDescription ?? say('the picture that was given');
  if (result.kind === 'cut-out')
    return say('The subject of {source}, cut out on a transparent ground', { source }).slice(0, 1024);
  const recipe = finalRecipe(order, result);
  if (recipe) return altTextOf(recipe, altFactsOf(order, line), say);
  return say('An enlarged copy of {source}.', { source }).slice(0, 1024);
}
