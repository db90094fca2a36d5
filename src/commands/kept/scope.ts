import { ComponentType } from 'discord-api-types/v10';
import { UserError } from '../../errors.ts';
import type { Say } from '../../language/say.ts';
import type { ShelfOwner } from '../../studio/shelf.ts';
import { label } from '../actions/paint-form.ts';
import type { FormValues } from '../command.ts';
import type { Origin } from '../context.ts';

/** Whose something kept is: the member's alone, or the server's. */
export const SCOPES = ['mine', 'server'] as const;
export type Scope = (typeof SCOPES)[number];

/** Reads a scope; everything else is one's own. */
export const readScope = (text: string | undefined): Scope => (text === 'server' ? 'server' : 'mine');

/** The shelf of a scope. @throws UserError `no-server` */
export function shelfOwner({ member, place }: Pick<Origin, 'member' | 'place'>, scope: Scope): ShelfOwner {
  if (scope === 'mine') return { member: member.id };
  if (place.guildId !== undefined) return { guild: place.guildId };
  throw new UserError('no-server', 'Expected a server, but this is a private conversation');
}

/** Whether somebody may change what is kept there. */
export const mayChange = ({ member, place }: Pick<Origin, 'member' | 'place'>, scope: Scope): boolean =>
  scope === 'mine' || (place.guildId !== undefined && member.isManager);

/** The shelf of a scope, for who changes it. @throws UserError `no-server`, `not-manager` */
export function ownerToChange(origin: Pick<Origin, 'member' | 'place'>, scope: Scope): ShelfOwner {
  const owner = shelfOwner(origin, scope);
  if (mayChange(origin, scope)) return owner;
  throw new UserError('not-manager', 'Only who may manage the server can change what it keeps');
}

/** The field of a form that asks for whom something is kept; only where there is a choice. */
export function scopeField(say: Say, origin: Pick<Origin, 'member' | 'place'>): object[] {
  if (!mayChange(origin, 'server')) return [];
  const options = [
    { label: say('Only me'), value: 'mine', emoji: { name: '👤' }, default: true },
    { label: say('Everybody in this server'), value: 'server', emoji: { name: '👥' } },
  ];
  const component = { type: ComponentType.StringSelect, custom_id: 'scope', required: false, options };
  return [label(say('For whom'), component)];
}

/** What that field says. */
export const scopeIn = (values: FormValues): Scope => readScope(values.choices('scope')[0]);
