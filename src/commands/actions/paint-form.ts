import {
  type APIModalInteractionResponseCallbackData,
  ComponentType,
  TextInputStyle,
} from 'discord-api-types/v10';
import type { Style } from '../../recipe/styles.ts';
import type { FormValues } from '../command.ts';
import { readSeed, readStrength } from '../read-values.ts';

export const label = (title: string, component: object, description?: string) => ({
  type: ComponentType.Label,
  label: title,
  ...(description === undefined ? {} : { description }),
  component,
});
const input = (id: string, more: object = {}) => ({
  type: ComponentType.TextInput,
  custom_id: id,
  style: TextInputStyle.Short,
  required: false,
  ...more,
});
const NONE = 'none';

/** A field for a picture. */
export const upload = (title: string, description: string, required: boolean) =>
  label(
    title,
    {
      type: ComponentType.FileUpload,
      custom_id: 'picture',
      required,
      max_values: 1,
      ...(required ? {} : { min_values: 0 }),
    },
    description,
  );

/** The styles as a select; Discord takes 25 lines. */
function styleSelect(styles: readonly Style[], chosen: string | undefined): object {
  const options = styles.slice(0, 24).map(({ id, name, emoji, strength }) => ({
    label: name,
    value: id,
    emoji: { name: emoji },
    description: `strength ${strength[0]}–${strength[1]}`,
    ...(id === chosen ? { default: true } : {}),
  }));
  const none = {
    label: 'No style',
    value: NONE,
    description: 'Only the words of the prompt',
    ...(chosen === undefined ? { default: true } : {}),
  };
  return {
    type: ComponentType.StringSelect,
    custom_id: 'style',
    required: false,
    options: [...options, none],
  };
}

export interface FormStart {
  customId: string;
  title: string;
  styles: readonly Style[];
  style?: string | undefined;
  prompt?: string | undefined;
  strength?: string | undefined;
  seed?: string | undefined;
}

/** The form that asks how to paint; `last` is one more field. */
export function paintForm(
  { customId, title, styles, style, prompt, strength, seed }: FormStart,
  last?: object,
): APIModalInteractionResponseCallbackData {
  const value = (text: string | undefined) => (text ? { value: text } : {});
  const components = [
    label('Style', styleSelect(styles, style)),
    label(
      'Prompt',
      input('prompt', { style: TextInputStyle.Paragraph, max_length: 1000, ...value(prompt) }),
      'What the picture should become',
    ),
    label(
      'Strength',
      input('strength', {
        max_length: 6,
        placeholder: "0.05 to 1; the style's own when empty",
        ...value(strength),
      }),
    ),
    label('Seed', input('seed', { max_length: 12, placeholder: 'empty for a new one', ...value(seed) })),
    ...(last ? [last] : []),
  ];
  return {
    custom_id: customId,
    title: title.slice(0, 45),
    components,
  } as APIModalInteractionResponseCallbackData;
}

/** What a form says, as parts of a request. */
export function readForm(values: FormValues) {
  const [style] = values.choices('style');
  return {
    prompt: values.text('prompt') ?? '',
    strength: readStrength(values.text('strength')),
    seed: readSeed(values.text('seed')),
    style: style === undefined || style === NONE ? undefined : style,
  };
}
