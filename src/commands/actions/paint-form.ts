import {
  type APIModalInteractionResponseCallbackData,
  ComponentType,
  TextInputStyle,
} from 'discord-api-types/v10';
import type { Say } from '../../language/say.ts';
import type { StyleWish } from '../../recipe/complete-recipe.ts';
import { styleName } from '../../recipe/style-name.ts';
import type { Style } from '../../recipe/styles.ts';
import type { FormValues } from '../command.ts';
import { readSeed, readStrength } from '../read-values.ts';

export const label = (title: string, component: object, description?: string) => ({
  type: ComponentType.Label,
  label: title,
  ...(description === undefined ? {} : { description }),
  component,
});
export const input = (id: string, more: object = {}) => ({
  type: ComponentType.TextInput,
  custom_id: id,
  style: TextInputStyle.Short,
  required: false,
  ...more,
});
const NONE = 'none';
/** No style's id. */
const AS_IT_WAS = '=';

const isSame = ({ id, prompt, negative }: Style, wish: StyleWish | undefined): boolean =>
  typeof wish === 'object'
    ? id === wish.id && prompt === wish.prompt && negative === wish.negative
    : id === wish;

/** A field for a picture. */
export const upload = (title: string, description: string, required: boolean, id = 'picture') =>
  label(
    title,
    {
      type: ComponentType.FileUpload,
      custom_id: id,
      required,
      max_values: 1,
      ...(required ? {} : { min_values: 0 }),
    },
    description,
  );

/** Discord takes so many lines in a select. */
const MOST_LINES = 25;

/**
 * The styles as a select.
 * @param chosen a whole one that is not among them any more, or says something else now, is offered as it was
 */
function styleSelect(say: Say, styles: readonly Style[], chosen: StyleWish | undefined): object {
  const same = styles.find((style) => isSame(style, chosen));
  const then = same || typeof chosen !== 'object' ? undefined : chosen;
  const room = MOST_LINES - 1 - (then ? 1 : 0);
  // What is chosen is there, however many there are.
  const listed = same && !styles.slice(0, room).includes(same) ? [same, ...styles] : styles;
  const options = [
    ...(then ? [{ label: say(styleName(then.name)).slice(0, 100), value: AS_IT_WAS, default: true }] : []),
    ...listed.slice(0, room).map((style) => ({
      label: say(styleName(style.name)).slice(0, 100),
      value: style.id,
      emoji: { name: style.emoji },
      description: say('strength {strength}', { strength: `${style.strength[0]}–${style.strength[1]}` }),
      ...(style === same ? { default: true } : {}),
    })),
  ];
  const none = {
    label: say('No style'),
    value: NONE,
    description: say('Only the words of the prompt'),
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
  /** A whole one, such as an earlier recipe's, may be none of the styles any more. */
  style?: StyleWish | undefined;
  prompt?: string | undefined;
  strength?: string | undefined;
  seed?: string | undefined;
}

/** The form that asks how to paint; `last` is one more field. */
export function paintForm(
  say: Say,
  { customId, title, styles, style, prompt, strength, seed }: FormStart,
  last?: object,
): APIModalInteractionResponseCallbackData {
  const value = (text: string | undefined) => (text ? { value: text } : {});
  const components = [
    label(say('Style'), styleSelect(say, styles, style)),
    label(
      say('Prompt'),
      input('prompt', { style: TextInputStyle.Paragraph, max_length: 1000, ...value(prompt) }),
      say('What the picture should become'),
    ),
    label(
      say('Strength'),
      input('strength', {
        max_length: 6,
        placeholder: say("0.05 to 1; the style's own when empty"),
        ...value(strength),
      }),
    ),
    label(
      say('Seed'),
      input('seed', { max_length: 12, placeholder: say('empty for a new one'), ...value(seed) }),
    ),
    ...(last ? [last] : []),
  ];
  return {
    custom_id: customId,
    title: title.slice(0, 45),
    components,
  } as APIModalInteractionResponseCallbackData;
}

/** What a form says, as parts of a request. @param then the style that it began with, where that was a whole one */
export function readForm(values: FormValues, then?: StyleWish) {
  const [style] = values.choices('style');
  return {
    prompt: values.text('prompt') ?? '',
    strength: readStrength(values.text('strength')),
    seed: readSeed(values.text('seed')),
    style: style === undefined || style === NONE ? undefined : style === AS_IT_WAS ? then : style,
  };
}
