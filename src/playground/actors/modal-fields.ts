import { z } from 'zod';
import { storeFile } from '../cdn/store-file.ts';
import { formError } from '../discord-error.ts';
import type { Hub } from '../hub.ts';
import { textLength } from '../rules/text-length.ts';
import { renderAttachment } from '../world/render.ts';
import type { Channel } from '../world/world.ts';
import { GivenFile, readGivenFile } from './actor.ts';

const Input = z.looseObject({
  type: z.int(),
  id: z.int().optional(),
  custom_id: z.string(),
  required: z.boolean().optional(),
  value: z.unknown().optional(),
  /** Of a checkbox. */
  default: z.boolean().optional(),
  min_length: z.number().optional(),
  max_length: z.number().optional(),
  min_values: z.number().optional(),
  max_values: z.number().optional(),
  options: z
    .array(z.looseObject({ value: z.string(), label: z.string(), default: z.boolean().optional() }))
    .optional(),
  label: z.string().optional(),
});
type Input = z.infer<typeof Input>;

const Row = z.looseObject({
  type: z.int(),
  id: z.int().optional(),
  label: z.string().optional(),
  component: Input.optional(),
  components: z.array(Input).optional(),
});
export const Modal = z.looseObject({ custom_id: z.string(), title: z.string(), components: z.array(Row) });
export type Modal = z.infer<typeof Modal>;

const TEXT = 4;
const SELECTS = new Set([3, 5, 6, 7, 8, 22]);
const FILE = 19;
const RADIO = 21;
const CHECKBOX = 23;

/** A filled form: what an interaction of type 5 carries. */
export interface FilledModal {
  components: object[];
  resolved: Record<string, Record<string, object>>;
}

/**
 * Fills a form's fields, by custom id or by label; those that are not named keep what the form shows.
 * @throws DiscordError 50035 for fields that the form does not have or that break its rules
 */
export async function fillModal(
  hub: Hub,
  channel: Channel,
  modal: Modal,
  fields: Record<string, unknown>,
  samplesDir: string,
): Promise<FilledModal> {
  const filled: FilledModal = { components: [], resolved: {} };
  const used = new Set<string>();
  const valueOf = (input: Input, label: string | undefined): unknown => {
    const key = [input.custom_id, label, input.label].find((name) => name !== undefined && name in fields);
    if (key === undefined) return undefined;
    used.add(key);
    return fields[key];
  };
  for (const row of modal.components) {
    const id = row.id === undefined ? {} : { id: row.id };
    if (row.component) {
      const answer = await fillInput(
        hub,
        channel,
        row.component,
        valueOf(row.component, row.label),
        filled,
        samplesDir,
      );
      filled.components.push({ type: row.type, ...id, component: answer });
    } else if (row.components) {
      const answers: object[] = [];
      for (const input of row.components)
        answers.push(await fillInput(hub, channel, input, valueOf(input, undefined), filled, samplesDir));
      filled.components.push({ type: row.type, ...id, components: answers });
    } else filled.components.push({ type: row.type, ...id });
  }
  const stray = Object.keys(fields).find((name) => !used.has(name));
  if (stray !== undefined) throw formError(['fields', stray], 'UNKNOWN_FIELD', 'The form has no such field');
  return filled;
}

const bad = (input: Input, message: string) =>
  formError(['fields', input.custom_id], 'BASE_TYPE_INVALID', message);

async function fillInput(
  hub: Hub,
  channel: Channel,
  input: Input,
  value: unknown,
  filled: FilledModal,
  samplesDir: string,
): Promise<object> {
  const head = {
    type: input.type,
    ...(input.id === undefined ? {} : { id: input.id }),
    custom_id: input.custom_id,
  };
  if (input.type === TEXT) return { ...head, value: fillText(input, value) };
  if (SELECTS.has(input.type)) return { ...head, values: fillValues(input, value) };
  if (input.type === RADIO) return { ...head, value: fillValues(input, value)[0] ?? null };
  if (input.type === CHECKBOX)
    return { ...head, value: value === undefined ? input.default === true : value === true };
  if (input.type === FILE)
    return { ...head, values: await fillFiles(hub, channel, input, value, filled, samplesDir) };
  return head;
}

function fillText(input: Input, value: unknown): string {
  const text = value === undefined ? (typeof input.value === 'string' ? input.value : '') : plain(value);
  if (text === '' && input.required !== false) throw bad(input, 'This field is required');
  const length = textLength(text);
  if (text !== '' && (length < (input.min_length ?? 0) || length > (input.max_length ?? 4000))) {
    throw bad(input, `Must be between ${input.min_length ?? 0} and ${input.max_length ?? 4000} in length.`);
  }
  return text;
}

function fillValues(input: Input, value: unknown): string[] {
  const shown = input.options?.filter((option) => option.default).map((option) => option.value) ?? [];
  const given = value === undefined ? shown : Array.isArray(value) ? value.map(plain) : [plain(value)];
  const values = given.map(
    (one) => input.options?.find((option) => option.value === one || option.label === one)?.value ?? one,
  );
  const stray = input.options && values.find((one) => !input.options!.some((option) => option.value === one));
  if (stray !== undefined) throw bad(input, `There is no choice ${stray}`);
  const least = input.required === false ? 0 : (input.min_values ?? 1);
  if (values.length < least || values.length > (input.max_values ?? Math.max(1, values.length))) {
    throw bad(input, `Must be between ${least} and ${input.max_values ?? 1} in length.`);
  }
  return values;
}

async function fillFiles(
  hub: Hub,
  channel: Channel,
  input: Input,
  value: unknown,
  filled: FilledModal,
  samplesDir: string,
): Promise<string[]> {
  const list = value === undefined ? [] : Array.isArray(value) ? value : [value];
  const parsed = z
    .array(GivenFile)
    .max(input.max_values ?? 1)
    .safeParse(list);
  if (!parsed.success) throw bad(input, 'Expected files as {filename, base64} or {sample}');
  if (parsed.data.length < (input.required === false ? 0 : (input.min_values ?? 1)))
    throw bad(input, 'This field is required');
  const ids: string[] = [];
  for (const given of parsed.data) {
    const attachment = await storeFile(hub, channel, readGivenFile(given, samplesDir), {}, true);
    const rendered = renderAttachment(attachment, (one) => hub.attachmentUrl(one));
    filled.resolved.attachments = { ...filled.resolved.attachments, [attachment.id]: rendered };
    ids.push(attachment.id);
  }
  return ids;
}

/** A field's value as text; anything that is neither text, number nor truth value is none. */
function plain(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? `${value}`
    : '';
}
