import { altTextOf } from '../../recipe/caption.ts';
import type { Painting } from '../../studio/paintings.ts';
import type { Services } from '../services.ts';
import type { MessageBody } from './message-body.ts';
import { resultButtons, resultText } from './paint-messages.ts';
import { pagesOf, pictureFiles } from './picture-pages.ts';

/**
 * A painting that is known already, as a message with all its buttons.
 * @param wanted which four of its pictures, from 0
 */
export async function paintingMessage(
  { studio, images }: Pick<Services, 'studio' | 'images'>,
  painting: Painting,
  limitBytes: number,
  wanted = 0,
): Promise<MessageBody> {
  const parent = painting.parentId === null ? undefined : await studio.paintings.get(painting.parentId);
  const description = altTextOf(painting.recipe);
  const page = Math.min(Math.max(0, wanted), pagesOf(painting.pictures.length) - 1);
  const { files, notes } = await pictureFiles(images, painting.pictures, { description, limitBytes, page });
  return {
    content: resultText(painting, parent, notes),
    components: resultButtons(painting, page),
    files,
  };
}
