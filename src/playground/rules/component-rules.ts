import { formError, tooLong } from '../discord-error.ts';
import { SHAPES } from './component-shapes.ts';
import { parseBody } from './form-errors.ts';
import { LIMITS } from './limits.ts';
import { textLength } from './text-length.ts';

type Path = readonly (string | number)[];

/** A component of any kind, as far as the rules look. */
export interface AnyComponent {
  type: number;
  components?: AnyComponent[];
  accessory?: AnyComponent;
  custom_id?: string;
  url?: string;
  label?: string;
  style?: number;
  sku_id?: string;
  emoji?: unknown;
  options?: { label: string; value: string; description?: string }[];
  placeholder?: string;
  items?: { media: { url: string }; description?: string | null }[];
  media?: { url: string };
  file?: { url: string };
  content?: string;
}

const HOLDERS = new Set([1, 9, 17]);

/** Every component at any depth, with the path to it. */
export function* walkComponents(
  components: readonly AnyComponent[],
  path: Path = ['components'],
): Generator<[AnyComponent, Path]> {
  for (const [i, component] of components.entries()) {
    const here = [...path, i];
    yield [component, here];
    // By kind: whatever else a client writes into a component is overlooked, as Discord does.
    if (HOLDERS.has(component.type) && component.components)
      yield* walkComponents(component.components, [...here, 'components']);
    if (component.type === 9 && component.accessory) yield [component.accessory, [...here, 'accessory']];
  }
}

const ROW_CHILDREN = [2, 3, 5, 6, 7, 8];
const LEGACY = [1];
const V2_TOP = [1, 9, 10, 12, 13, 14, 17];
/** Which kinds may stand inside of which. */
const INSIDE: Readonly<Record<number, readonly number[]>> = {
  1: ROW_CHILDREN,
  9: [10],
  17: [1, 9, 10, 12, 13, 14],
};
const ACCESSORIES = [2, 11];

function requireType(component: AnyComponent, path: Path, allowed: readonly number[]): void {
  if (allowed.includes(component.type)) return;
  throw formError(
    [...path, 'type'],
    'UNION_TYPE_CHOICES',
    `Value of field "type" must be one of (${allowed.join(', ')}).`,
  );
}

/** @throws DiscordError 50035 for the first rule that a message's components break */
export function checkComponents(
  components: readonly AnyComponent[],
  v2: boolean,
  fileNames: readonly string[],
): void {
  if (!v2 && components.length > LIMITS.rows) throw tooLong(['components'], LIMITS.rows);
  components.forEach((component, i) => checkShape(component, ['components', i], v2 ? V2_TOP : LEGACY));
  const all = [...walkComponents(components)];
  if (v2 && all.length > LIMITS.componentsV2)
    throw formError(
      ['components'],
      'COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED',
      'The total number of components cannot exceed 40',
    );
  const texts = all.filter(([component]) => component.type === 10);
  const shown = texts.reduce((sum, [component]) => sum + textLength(component.content), 0);
  if (shown > LIMITS.displayedText)
    throw formError(
      ['components'],
      'COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED',
      `The total displayable text size exceeds ${LIMITS.displayedText}`,
    );
  const ids = new Set<string>();
  for (const [component, path] of all) {
    checkComponent(component, path, fileNames);
    if (component.custom_id === undefined || component.custom_id === null) continue;
    if (ids.has(component.custom_id))
      throw formError(
        [...path, 'custom_id'],
        'COMPONENT_CUSTOM_ID_DUPLICATED',
        'Component custom id cannot be duplicated',
      );
    ids.add(component.custom_id);
  }
}

/** Its own fields first, then what stands inside; so that all else may rely on both. */
function checkShape(component: AnyComponent, path: Path, allowed: readonly number[]): void {
  requireType(component, path, allowed);
  const shape = SHAPES[component.type];
  if (shape) parseBody(shape, component, path);
  const inside = INSIDE[component.type];
  if (inside)
    component.components?.forEach((inner, i) => checkShape(inner, [...path, 'components', i], inside));
  if (component.type === 9) checkShape(component.accessory!, [...path, 'accessory'], ACCESSORIES);
}

function checkComponent(component: AnyComponent, path: Path, fileNames: readonly string[]): void {
  if (component.type === 1) checkRow(component, path);
  if (component.type === 2) checkButton(component, path);
  if (component.type === 3) checkSelect(component, path);
  if (component.type === 13 && !component.file!.url.startsWith('attachment://'))
    throw formError(
      [...path, 'file', 'url'],
      'FILE_COMPONENT_INVALID_URL',
      'Only attachment:// addresses are accepted here',
    );
  for (const given of mediaOf(component)) {
    const name = given?.url.startsWith('attachment://') ? given.url.slice('attachment://'.length) : undefined;
    if (name !== undefined && !fileNames.includes(name))
      throw formError(
        [...path, 'media'],
        'MEDIA_ATTACHMENT_NOT_FOUND',
        'The referenced attachment was not found',
      );
  }
}

function mediaOf({ type, items, media: own, file }: AnyComponent) {
  if (type === 12) return items!.map((item) => item.media);
  return type === 11 ? [own] : type === 13 ? [file] : [];
}

function checkRow(row: AnyComponent, path: Path): void {
  const inner = row.components ?? [];
  const max = inner.every((component) => component.type === 2) ? LIMITS.buttonsPerRow : 1;
  if (inner.length > max)
    throw formError(
      [...path, 'components'],
      'BASE_TYPE_BAD_LENGTH',
      `Must be between 1 and ${max} in length.`,
    );
}

function checkButton(button: AnyComponent, path: Path): void {
  const has = (key: 'url' | 'custom_id' | 'sku_id' | 'label' | 'emoji') =>
    button[key] !== undefined && button[key] !== null && button[key] !== '';
  if (button.style === 6) {
    if (!has('sku_id')) throw formError([...path, 'sku_id'], 'BASE_TYPE_REQUIRED', 'This field is required');
    return;
  }
  if (!has('label') && !has('emoji'))
    throw formError(path, 'BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED', 'A label or an emoji is required');
  if (button.style === 5 && (!has('url') || has('custom_id')))
    throw formError(
      path,
      'BUTTON_COMPONENT_INVALID_URL',
      'A link button needs a url and cannot have a custom id',
    );
  if (button.style !== 5 && (!has('custom_id') || has('url')))
    throw formError([...path, 'custom_id'], 'BUTTON_COMPONENT_CUSTOM_ID_REQUIRED', 'A custom id is required');
}

function checkSelect(select: AnyComponent, path: Path): void {
  const values = new Set<string>();
  (select.options ?? []).forEach((option, i) => {
    if (values.has(option.value))
      throw formError(
        [...path, 'options', i, 'value'],
        'SELECT_COMPONENT_OPTION_VALUE_DUPLICATED',
        'The specified option value is already used',
      );
    values.add(option.value);
  });
}
