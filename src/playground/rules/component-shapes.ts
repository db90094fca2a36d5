import { z } from 'zod';
import { LIMITS } from './limits.ts';
import { address, characters, link } from './text-length.ts';

/** Every component may carry a number of its own. */
export const part = <T extends z.ZodRawShape>(shape: T) =>
  z.looseObject({ type: z.int(), id: z.int().min(0).max(0x7fffffff).nullish(), ...shape });
const one = part({});
const media = z.looseObject({ url: address });
const alt = characters(1, LIMITS.altText).nullish();
const flag = z.boolean().nullish();
const snowflake = z.string().regex(/^\d{1,20}$/);
const emoji = z.looseObject({ id: snowflake.nullish(), name: characters(0, 32) }).nullish();
const chosen = (...types: readonly string[]) =>
  z
    .array(z.strictObject({ id: snowflake, type: z.enum(types) }))
    .max(LIMITS.selectOptions)
    .nullish();
const value = characters(1, LIMITS.selectText);
const customId = characters(1, LIMITS.customId);
/** One of the choices of a select. */
export const choice = z.looseObject({
  label: value,
  value,
  description: characters(0, LIMITS.selectText).nullish(),
  default: flag,
  emoji,
});
const select = part({
  custom_id: customId,
  placeholder: characters(0, LIMITS.selectPlaceholder).nullish(),
  min_values: z.int().min(0).max(LIMITS.selectOptions).nullish(),
  max_values: z.int().min(1).max(LIMITS.selectOptions).nullish(),
  disabled: flag,
});
const CHANNEL_TYPES = [0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15];

/** What each kind must have to be a component at all. */
export const SHAPES: Readonly<Record<number, z.ZodType>> = {
  1: part({ components: z.array(one).min(1) }),
  2: part({
    style: z.literal([1, 2, 3, 4, 5, 6]),
    label: characters(0, LIMITS.buttonLabel).nullish(),
    custom_id: customId.nullish(),
    url: link(LIMITS.buttonUrl).nullish(),
    disabled: flag,
    emoji,
  }),
  3: select.extend({
    options: z.array(choice).min(1).max(LIMITS.selectOptions),
  }),
  5: select.extend({ default_values: chosen('user') }),
  6: select.extend({ default_values: chosen('role') }),
  7: select.extend({ default_values: chosen('user', 'role') }),
  8: select.extend({
    default_values: chosen('channel'),
    channel_types: z.array(z.literal(CHANNEL_TYPES)).nullish(),
  }),
  9: part({ components: z.array(one).min(1).max(3), accessory: one }),
  10: part({ content: characters(1, LIMITS.displayedText) }),
  11: part({ media, description: alt, spoiler: flag }),
  12: part({
    items: z
      .array(z.looseObject({ media, description: alt, spoiler: flag }))
      .min(1)
      .max(LIMITS.galleryItems),
  }),
  13: part({ file: media, spoiler: flag }),
  14: part({ divider: flag, spacing: z.literal([1, 2]).nullish() }),
  17: part({
    components: z.array(one).min(1),
    accent_color: z.int().min(0).max(0xffffff).nullish(),
    spoiler: flag,
  }),
};
