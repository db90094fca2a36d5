import { z } from 'zod';
import { LIMITS } from './limits.ts';
import { characters } from './text-length.ts';

const described = characters(1, LIMITS.commandDescription);
const translations = (most: number) => z.record(z.string(), characters(1, most)).nullish();
const flag = z.boolean().nullish();
const number = z.number().min(-Number.MAX_SAFE_INTEGER).max(Number.MAX_SAFE_INTEGER);
const whole = z.int();

const head = {
  name: z.string(),
  name_localizations: translations(32),
  description: described,
  description_localizations: translations(LIMITS.commandDescription),
  required: flag,
};
const choices = (value: z.ZodType<string | number>) =>
  z
    .array(
      z.object({
        name: characters(1, LIMITS.choiceName),
        name_localizations: translations(LIMITS.choiceName),
        value,
      }),
    )
    .max(LIMITS.choices)
    .nullish();
const numeric = (value: z.ZodType<number>) => ({
  ...head,
  autocomplete: flag,
  choices: choices(value),
  min_value: value.nullish(),
  max_value: value.nullish(),
});

const Value = z.discriminatedUnion('type', [
  z.object({
    type: z.literal(3),
    ...head,
    autocomplete: flag,
    choices: choices(z.string().max(LIMITS.optionText)),
    min_length: z.int().min(0).max(LIMITS.optionText).nullish(),
    max_length: z.int().min(1).max(LIMITS.optionText).nullish(),
  }),
  z.object({ type: z.literal(4), ...numeric(whole) }),
  z.object({ type: z.literal(10), ...numeric(number) }),
  z.object({ type: z.literal([5, 6, 8, 9]), ...head }),
  z.object({
    type: z.literal(7),
    ...head,
    channel_types: z.array(z.literal([0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15])).nullish(),
  }),
  z.object({
    type: z.literal(11),
    ...head,
    file_types: z.array(characters(1, 16)).max(10).nullish(),
  }),
]);
const list = <T extends z.ZodType>(option: T) => z.array(option).max(LIMITS.commandOptions).nullish();
const Subcommand = z.object({ type: z.literal(1), ...head, options: list(Value) });
const Group = z.object({ type: z.literal(2), ...head, options: list(Subcommand) });
const Option = z.discriminatedUnion('type', [Value, Subcommand, Group]);

/** A command as a client writes it; what Discord does not know of it is dropped. */
export const CommandBody = z.object({
  type: z.literal([1, 2, 3]).default(1),
  name: characters(1, 32),
  name_localizations: translations(32),
  description: characters(0, LIMITS.commandDescription).nullish(),
  description_localizations: translations(LIMITS.commandDescription),
  options: list(Option),
  nsfw: flag,
  dm_permission: flag,
  contexts: z
    .array(z.literal([0, 1, 2]))
    .min(1)
    .nullish(),
  integration_types: z
    .array(z.literal([0, 1]))
    .min(1)
    .nullish(),
  default_member_permissions: z.union([z.string().regex(/^\d{1,20}$/), z.int().min(0)]).nullish(),
});
export type CommandBody = z.infer<typeof CommandBody>;
