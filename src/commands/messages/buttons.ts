import {
  type APIActionRowComponent,
  type APIButtonComponentWithCustomId,
  type APIComponentInMessageActionRow,
  type APIStringSelectComponent,
  ButtonStyle,
  ComponentType,
} from 'discord-api-types/v10';
import { type CustomId, toCustomId } from '../custom-id.ts';

export type ActionRow = APIActionRowComponent<APIComponentInMessageActionRow>;

interface ButtonLook {
  label: string;
  emoji?: string;
  style?: ButtonStyle.Primary | ButtonStyle.Secondary | ButtonStyle.Success | ButtonStyle.Danger;
  disabled?: boolean;
}

/** One button that carries an action. */
export function button(id: CustomId, look: ButtonLook): APIButtonComponentWithCustomId {
  return {
    type: ComponentType.Button,
    custom_id: toCustomId(id),
    label: look.label,
    style: look.style ?? ButtonStyle.Secondary,
    ...(look.emoji === undefined ? {} : { emoji: { name: look.emoji } }),
    ...(look.disabled === true ? { disabled: true } : {}),
  };
}

/** Up to five buttons in one row. */
export function row(...components: APIComponentInMessageActionRow[]): ActionRow {
  return { type: ComponentType.ActionRow, components };
}

/** A select of up to 25 lines, of which one can be chosen, or up to `most`. */
export function select(
  id: CustomId,
  placeholder: string,
  options: { label: string; value: string; description?: string; emoji?: string; chosen?: boolean }[],
  most = 1,
): APIStringSelectComponent {
  return {
    type: ComponentType.StringSelect,
    custom_id: toCustomId(id),
    placeholder,
    ...(most > 1 ? { min_values: 1, max_values: Math.min(most, options.length) } : {}),
    options: options.slice(0, 25).map((option) => ({
      label: option.label.slice(0, 100),
      value: option.value,
      ...(option.description === undefined ? {} : { description: option.description.slice(0, 100) }),
      ...(option.emoji === undefined ? {} : { emoji: { name: option.emoji } }),
      ...(option.chosen === true ? { default: true } : {}),
    })),
  };
}
