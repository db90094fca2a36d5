import type { Say } from '../../language/say.ts';
import { altTextOf } from '../../recipe/alt-text.ts';
import type { Painting } from '../../studio/paintings.ts';
import type { Services } from '../services.ts';
import { altFactsOf, MOST_ANCESTORS } from './alt-facts.ts';
import type { MessageBody } from './message-body.ts';
import { resultButtons, resultText } from './paint-messages.ts';
import { pagesOf, pictureFiles } from './picture-pages.ts';

/**
 * A painting that is known already, as a message with all its buttons.
 * @param wanted which four of its pictures, from 0
 */
export async function paintingMessage(
  say: Say,
  { studio, images }: Pick<Services, 'studio' | 'images'>,
  painting: Painting,
  limitBytes: number,
  wanted = 0,
): Promise<MessageBody> {
  const line = await studio.paintings.ancestorsOf(painting, MOST_ANCESTORS);
  const description = altTextOf(painting.recipe, altFactsOf(painting, line), say);
  const page = Math.min(Math.max(0, wanted), pagesOf(painting.pictures.length) - 1);
  const { files, notes } = await pictureFiles(say, images, painting.pictures, {
    description,
    limitBytes,
    page,
  });
  return {
    content: resultText(say, painting, line.at(-1), notes),
    components: resultButtons(say, painting, page),
    files,
  };
}
