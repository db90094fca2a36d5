import { DiscordError, formError } from '../discord-error.ts';
import type { Hub } from '../hub.ts';
import { type AnyComponent, walkComponents } from '../rules/component-rules.ts';
import { startInteraction } from '../world/interactions.ts';
import { renderChannel } from '../world/render.ts';
import { renderMember, renderRole, renderUser } from '../world/render-people.ts';
import type { Interaction, Message } from '../world/world.ts';
import type { Actor } from './actor.ts';

const all = (message: Message): AnyComponent[] =>
  [...walkComponents(message.components as AnyComponent[])].map(([component]) => component);

/** How a button is named by who presses it. */
export interface ButtonName {
  label?: string | undefined;
  emoji?: string | undefined;
  customId?: string | undefined;
}

interface Button extends AnyComponent {
  emoji?: { name?: string; id?: string };
  disabled?: boolean;
}

/** Presses a button. @throws DiscordError 50035 when there is none, or it cannot be pressed */
export function press(hub: Hub, actor: Actor, message: Message, name: ButtonName): Interaction {
  const buttons = all(message).filter((component): component is Button => component.type === 2);
  const button = buttons.find(
    (known) =>
      (name.customId !== undefined && known.custom_id === name.customId) ||
      (name.label !== undefined && known.label === name.label) ||
      (name.emoji !== undefined && (known.emoji?.name === name.emoji || known.emoji?.id === name.emoji)),
  );
  if (!button)
    throw formError(
      ['customId'],
      'COMPONENT_NOT_FOUND',
      `The message has no such button; it has: ${buttons.map((known) => known.label ?? known.emoji?.name ?? '?').join(', ')}`,
    );
  if (button.disabled) throw formError(['customId'], 'COMPONENT_DISABLED', 'This button is disabled');
  if (button.custom_id === undefined)
    throw formError(['customId'], 'COMPONENT_IS_LINK', 'This button is a link');
  return component(hub, actor, message, { component_type: 2, custom_id: button.custom_id });
}

const SELECTS = new Set([3, 5, 6, 7, 8]);

/** Chooses in a select. @throws DiscordError 50035 */
export function select(
  hub: Hub,
  actor: Actor,
  message: Message,
  customId: string,
  values: readonly string[],
): Interaction {
  const found = all(message).find((known) => SELECTS.has(known.type) && known.custom_id === customId) as
    | (AnyComponent & { min_values?: number; max_values?: number; disabled?: boolean })
    | undefined;
  if (!found) throw formError(['customId'], 'COMPONENT_NOT_FOUND', 'The message has no such select');
  if (found.disabled) throw formError(['customId'], 'COMPONENT_DISABLED', 'This select is disabled');
  const [least, most] = [found.min_values ?? 1, found.max_values ?? 1];
  if (values.length < least || values.length > most)
    throw formError(['values'], 'BASE_TYPE_BAD_LENGTH', `Must be between ${least} and ${most} in length.`);
  const chosen =
    found.type === 3
      ? values.map(
          (value) => found.options?.find((option) => option.value === value || option.label === value)?.value,
        )
      : [...values];
  if (chosen.includes(undefined))
    throw formError(['values'], 'SELECT_VALUE_UNKNOWN', 'There is no such choice');
  const resolved = found.type === 3 ? {} : { resolved: resolveAll(hub, chosen as string[]) };
  return component(hub, actor, message, {
    component_type: found.type,
    custom_id: customId,
    values: chosen,
    ...resolved,
  });
}

function component(hub: Hub, actor: Actor, message: Message, data: object): Interaction {
  if (message.onlyFor !== undefined && message.onlyFor !== actor.id)
    throw new DiscordError(403, 50001, 'Missing Access');
  const channel = hub.world.channels.get(message.channelId)!;
  return startInteraction(hub, { type: 3, by: actor, channel, data, message });
}

function resolveAll(hub: Hub, ids: readonly string[]): object {
  const { world } = hub;
  const resolved: Record<string, Record<string, object>> = {};
  const put = (kind: string, id: string, value: object) => {
    resolved[kind] = { ...resolved[kind], [id]: value };
  };
  for (const id of ids) {
    const user = world.users.get(id);
    const channel = world.channels.get(id);
    const role = [...world.guilds.values()].flatMap((guild) => guild.roles).find((known) => known.id === id);
    const member = [...world.guilds.values()]
      .flatMap((guild) => guild.members)
      .find((known) => known.userId === id);
    if (user) put('users', id, renderUser(user));
    if (user && member) put('members', id, { ...renderMember(member, user), permissions: '0' });
    if (channel) put('channels', id, { ...renderChannel(world, channel), permissions: '0' });
    if (role) put('roles', id, renderRole(role));
  }
  return resolved;
}
