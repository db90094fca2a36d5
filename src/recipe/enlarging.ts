import { z } from 'zod';

/** How a picture is enlarged; `auto` goes by its recipe, or by a look at it. */
export const Enlarging = z.object({
  scale: z.union([z.literal(2), z.literal(4)]),
  as: z.enum(['auto', 'photo', 'painting']),
});
export type Enlarging = z.infer<typeof Enlarging>;
