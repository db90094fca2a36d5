import { UserError } from '../errors.ts';
import type { Painting } from '../studio/paintings.ts';
import type { Services } from './services.ts';

/** A painting that can be gone on from. @throws UserError `painting-gone` */
export async function requirePainting({ studio }: Services, id: string): Promise<Painting> {
  const painting = await studio.paintings.get(id);
  if (painting) return painting;
  throw new UserError('painting-gone', 'This painting is not remembered any more', {
    hint: 'Right-click the message → Apps → Repaint goes on from its picture.',
  });
}

/** The hash of one of a painting's pictures, from 0; its favourite unless told otherwise. @throws UserError `no-such-picture` */
export function pictureOf(painting: Painting, index = painting.favourite): string {
  const picture = painting.pictures[index];
  if (picture) return picture.hash;
  throw new UserError(
    'no-such-picture',
    `Expected picture 1 to ${painting.pictures.length}, but received ${index + 1}`,
  );
}
