import { formError } from '../discord-error.ts';
import { type Component, FLAGS } from '../world/world.ts';
import { LIMITS } from './limits.ts';
import { textLength } from './text-length.ts';

/** A message as a client sends it, already of the right types. */
export interface MessageForm {
  content?: string | null | undefined;
  embeds?: Embed[] | null | undefined;
  components?: unknown[] | null | undefined;
  flags?: number | null | undefined;
  poll?: unknown;
}

interface Embed {
  title?: string | undefined;
  description?: string | undefined;
  footer?: { text: string } | undefined;
  author?: { name: string } | undefined;
  fields?: { name: string; value: string }[] | undefined;
}

const tooLong = (path: readonly (string | number)[], max: number) =>
  formError(path, 'BASE_TYPE_MAX_LENGTH', `Must be ${max} or fewer in length.`);

/** @throws DiscordError 50035 for the first rule that a message breaks */
export function checkMessage(form: MessageForm, fileNames: readonly string[], kept: number): void {
  const v2 = ((form.flags ?? 0) & FLAGS.componentsV2) !== 0;
  if (textLength(form.content ?? '') > LIMITS.content) throw tooLong(['content'], LIMITS.content);
  if (fileNames.length + kept > LIMITS.attachments) throw tooLong(['attachments'], LIMITS.attachments);
  checkEmbeds(form.embeds ?? []);
  if (v2 && (form.content || (form.embeds?.length ?? 0) > 0)) {
    throw formError(
      ['content'],
      'MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2',
      "The 'content' field cannot be used when using MessageFlags.IS_COMPONENTS_V2",
    );
  }
  checkComponents((form.components ?? []) as AnyComponent[], v2, fileNames);
}

function checkEmbeds(embeds: readonly Embed[]): void {
  if (embeds.length > LIMITS.embeds) throw tooLong(['embeds'], LIMITS.embeds);
  let total = 0;
  embeds.forEach((embed, i) => {
    const texts: [string, string | undefined, number][] = [
      ['title', embed.title, LIMITS.embedTitle],
      ['description', embed.description, LIMITS.embedDescription],
      ['footer', embed.footer?.text, LIMITS.embedFooter],
      ['author', embed.author?.name, LIMITS.embedAuthor],
    ];
    for (const [field, text, max] of texts) {
      if (textLength(text) > max) throw tooLong(['embeds', i, field], max);
      total += textLength(text);
    }
    if ((embed.fields?.length ?? 0) > LIMITS.embedFields)
      throw tooLong(['embeds', i, 'fields'], LIMITS.embedFields);
    for (const [k, field] of (embed.fields ?? []).entries()) {
      if (textLength(field.name) > LIMITS.embedFieldName)
        throw tooLong(['embeds', i, 'fields', k, 'name'], LIMITS.embedFieldName);
      if (textLength(field.value) > LIMITS.embedFieldValue)
        throw tooLong(['embeds', i, 'fields', k, 'value'], LIMITS.embedFieldValue);
      total += textLength(field.name) + textLength(field.value);
    }
  });
  if (total > LIMITS.embedTotal)
    throw formError(['embeds'], 'MAX_EMBED_SIZE_EXCEEDED', 'Embed size exceeds maximum size of 6000');
}

/** A component of any kind, as far as the rules look. */
export interface AnyComponent {
  type: number;
  components?: AnyComponent[];
  accessory?: AnyComponent;
  component?: AnyComponent;
  custom_id?: string;
  url?: string;
  label?: string;
  style?: number;
  sku_id?: string;
  options?: { label: string; value: string; description?: string }[];
  placeholder?: string;
  items?: { media: { url: string }; description?: string | null }[];
  media?: { url: string };
  file?: { url: string };
  content?: string;
}

/** Every component at any depth, with the path to it. */
export function* walkComponents(
  components: readonly AnyComponent[],
  path: readonly (string | number)[] = ['components'],
): Generator<[AnyComponent, readonly (string | number)[]]> {
  for (const [i, component] of components.entries()) {
    const here = [...path, i];
    yield [component, here];
    if (component.components) yield* walkComponents(component.components, [...here, 'components']);
    for (const key of ['accessory', 'component'] as const) {
      const inner = component[key];
      if (inner) yield [inner, [...here, key]];
    }
  }
}

const LEGACY = new Set([1]);
const V2_TOP = new Set([1, 9, 10, 12, 13, 14, 17]);
const INTERACTIVE = new Set([2, 3, 5, 6, 7, 8]);

function checkComponents(
  components: readonly AnyComponent[],
  v2: boolean,
  fileNames: readonly string[],
): void {
  const all = [...walkComponents(components)];
  if (!v2 && components.length > LIMITS.rows) throw tooLong(['components'], LIMITS.rows);
  if (v2 && all.length > LIMITS.componentsV2)
    throw formError(
      ['components'],
      'COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED',
      'The total number of components cannot exceed 40',
    );
  components.forEach((component, i) => {
    if (!(v2 ? V2_TOP : LEGACY).has(component.type)) {
      throw formError(
        ['components', i],
        'UNION_TYPE_CHOICES',
        `Value of field "type" must be one of (${[...(v2 ? V2_TOP : LEGACY)].join(', ')}).`,
      );
    }
  });
  const ids = new Set<string>();
  for (const [component, path] of all) {
    checkComponent(component, path, fileNames);
    if (component.custom_id === undefined) continue;
    if (ids.has(component.custom_id))
      throw formError(
        [...path, 'custom_id'],
        'COMPONENT_CUSTOM_ID_DUPLICATED',
        'Component custom id cannot be duplicated',
      );
    ids.add(component.custom_id);
  }
}

function checkComponent(
  component: AnyComponent,
  path: readonly (string | number)[],
  fileNames: readonly string[],
): void {
  if (component.type === 1) checkRow(component, path);
  if (component.type === 2) checkButton(component, path);
  if (
    INTERACTIVE.has(component.type) &&
    component.custom_id !== undefined &&
    (component.custom_id === '' || textLength(component.custom_id) > LIMITS.customId)
  ) {
    throw formError([...path, 'custom_id'], 'BASE_TYPE_BAD_LENGTH', 'Must be between 1 and 100 in length.');
  }
  if (component.type === 3) checkSelect(component, path);
  const media = [...(component.items ?? []).map((item) => item.media), component.media, component.file];
  for (const one of media) {
    const name = one?.url.startsWith('attachment://') ? one.url.slice('attachment://'.length) : undefined;
    if (name !== undefined && !fileNames.includes(name)) {
      throw formError(
        [...path, 'media'],
        'MEDIA_ATTACHMENT_NOT_FOUND',
        'The referenced attachment was not found',
      );
    }
  }
}

function checkRow(row: AnyComponent, path: readonly (string | number)[]): void {
  const inner = row.components ?? [];
  const buttons = inner.every((component) => component.type === 2);
  const max = buttons ? LIMITS.buttonsPerRow : 1;
  if (inner.length < 1 || inner.length > max) {
    throw formError(
      [...path, 'components'],
      'BASE_TYPE_BAD_LENGTH',
      `Must be between 1 and ${max} in length.`,
    );
  }
}

function checkButton(button: AnyComponent, path: readonly (string | number)[]): void {
  if (textLength(button.label) > LIMITS.buttonLabel) throw tooLong([...path, 'label'], LIMITS.buttonLabel);
  const isLink = button.style === 5;
  if (isLink && (button.url === undefined || button.custom_id !== undefined)) {
    throw formError(
      path,
      'BUTTON_COMPONENT_INVALID_URL',
      'A link button needs a url and cannot have a custom id',
    );
  }
  if (
    !isLink &&
    button.sku_id === undefined &&
    (button.custom_id === undefined || button.url !== undefined)
  ) {
    throw formError([...path, 'custom_id'], 'BUTTON_COMPONENT_CUSTOM_ID_REQUIRED', 'A custom id is required');
  }
}

function checkSelect(select: AnyComponent, path: readonly (string | number)[]): void {
  const options = select.options ?? [];
  if (options.length < 1 || options.length > LIMITS.selectOptions) {
    throw formError(
      [...path, 'options'],
      'BASE_TYPE_BAD_LENGTH',
      `Must be between 1 and ${LIMITS.selectOptions} in length.`,
    );
  }
  if (textLength(select.placeholder) > LIMITS.selectPlaceholder)
    throw tooLong([...path, 'placeholder'], LIMITS.selectPlaceholder);
  const values = new Set<string>();
  options.forEach((option, i) => {
    for (const key of ['label', 'value', 'description'] as const) {
      if (textLength(option[key]) > LIMITS.selectText)
        throw tooLong([...path, 'options', i, key], LIMITS.selectText);
    }
    if (values.has(option.value))
      throw formError(
        [...path, 'options', i, 'value'],
        'SELECT_COMPONENT_OPTION_VALUE_DUPLICATED',
        'The specified option value is already used',
      );
    values.add(option.value);
  });
}

/** @throws DiscordError 50035 for the first rule that a form breaks */
export function checkModal(modal: { title?: string; custom_id?: string; components?: AnyComponent[] }): void {
  if (textLength(modal.title) < 1 || textLength(modal.title) > LIMITS.modalTitle)
    throw tooLong(['data', 'title'], LIMITS.modalTitle);
  if (textLength(modal.custom_id) < 1 || textLength(modal.custom_id) > LIMITS.customId)
    throw tooLong(['data', 'custom_id'], LIMITS.customId);
  const components = modal.components ?? [];
  if (components.length < 1 || components.length > LIMITS.modalComponents) {
    throw formError(['data', 'components'], 'BASE_TYPE_BAD_LENGTH', 'Must be between 1 and 5 in length.');
  }
  components.forEach((component, i) => {
    if (textLength(component.label) > LIMITS.labelText)
      throw tooLong(['data', 'components', i, 'label'], LIMITS.labelText);
  });
}

/** Whether anything is in a message. */
export function isEmptyMessage(form: MessageForm, files: number): boolean {
  return (
    !form.content &&
    (form.embeds?.length ?? 0) === 0 &&
    (form.components?.length ?? 0) === 0 &&
    files === 0 &&
    !form.poll
  );
}

export type { Component };
