import { z } from 'zod';
import { choice as option, part } from './component-shapes.ts';
import { parseBody } from './form-errors.ts';
import { LIMITS } from './limits.ts';
import { characters } from './text-length.ts';

const customId = characters(1, LIMITS.customId);
const required = z.boolean().nullish();
const placeholder = (max: number) => characters(0, max).nullish();
const count = (most: number) => z.int().min(0).max(most).nullish();

const TextInput = part({
  type: z.literal(4),
  custom_id: customId,
  style: z.literal([1, 2]),
  label: characters(1, LIMITS.labelText).nullish(),
  value: characters(0, LIMITS.textInput).nullish(),
  placeholder: placeholder(LIMITS.inputPlaceholder),
  required,
  min_length: count(LIMITS.textInput),
  max_length: z.int().min(1).max(LIMITS.textInput).nullish(),
});
const select = {
  custom_id: customId,
  placeholder: placeholder(LIMITS.selectPlaceholder),
  required,
  min_values: count(LIMITS.selectOptions),
  max_values: z.int().min(1).max(LIMITS.selectOptions).nullish(),
};
const Input = z.discriminatedUnion('type', [
  TextInput,
  part({
    type: z.literal(3),
    ...select,
    options: z.array(option).min(1).max(LIMITS.selectOptions),
  }),
  part({ type: z.literal([5, 6, 7, 8]), ...select }),
  part({
    type: z.literal(19),
    custom_id: customId,
    required,
    min_values: count(LIMITS.attachments),
    max_values: z.int().min(1).max(LIMITS.attachments).nullish(),
  }),
  part({
    type: z.literal(21),
    custom_id: customId,
    required,
    options: z.array(option).min(2).max(10),
  }),
  part({
    type: z.literal(22),
    custom_id: customId,
    required,
    min_values: count(10),
    max_values: z.int().min(1).max(10).nullish(),
    options: z.array(option).min(1).max(10),
  }),
  part({ type: z.literal(23), custom_id: customId }),
]);

const FormBody = z.looseObject({
  custom_id: customId,
  title: characters(1, LIMITS.modalTitle),
  components: z
    .array(
      z.discriminatedUnion('type', [
        // In a row of the old kind the input carries its own label.
        part({
          type: z.literal(1),
          components: z.array(TextInput.extend({ label: characters(1, LIMITS.labelText) })).length(1),
        }),
        part({ type: z.literal(10), content: characters(1, LIMITS.displayedText) }),
        part({
          type: z.literal(18),
          label: characters(1, LIMITS.labelText),
          description: characters(0, LIMITS.labelDescription).nullish(),
          component: Input,
        }),
      ]),
    )
    .min(1)
    .max(LIMITS.modalComponents),
});
export type FormBody = z.infer<typeof FormBody>;

/** A form that the bot opens. @throws DiscordError 50035 */
export function checkModal(data: unknown): FormBody {
  return parseBody(FormBody, data ?? {}, ['data']);
}
