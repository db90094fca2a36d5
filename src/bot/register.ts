import { isDeepStrictEqual } from 'node:util';
import { type APIApplicationCommand, type REST, Routes } from 'discord.js';
import { z } from 'zod';

/** Where commands are registered: everywhere, or in one server, where they show at once. */
export interface RegisterScope {
  applicationId: string;
  guildId?: string | undefined;
}

export interface Registered {
  added: string[];
  changed: string[];
  removed: string[];
}

type Body = { name: string; type?: number | undefined };

const route = ({ applicationId, guildId }: RegisterScope) =>
  guildId === undefined
    ? Routes.applicationCommands(applicationId)
    : Routes.applicationGuildCommands(applicationId, guildId);

/** Fields that Discord adds; empty ones are as good as absent. */
const ADDED = new Set([
  'id',
  'application_id',
  'guild_id',
  'version',
  'dm_permission',
  'default_permission',
  'handler',
  'name_localized',
  'description_localized',
]);

function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .filter(
      ([key, inner]) =>
        !ADDED.has(key) &&
        inner !== null &&
        inner !== undefined &&
        inner !== false &&
        inner !== '' &&
        !(Array.isArray(inner) && inner.length === 0),
    )
    .map(([key, inner]): [string, unknown] => [key, comparable(inner)]);
  return Object.fromEntries(entries.sort(([a], [b]) => a.localeCompare(b)));
}

const keyOf = ({ name, type = 1 }: Body) => `${type}:${name}`;

/** Puts the commands when they differ from what is registered. @returns what changed, by name */
export async function registerCommands(
  rest: REST,
  scope: RegisterScope,
  bodies: readonly Body[],
): Promise<Registered> {
  const answer = z
    .array(z.looseObject({ name: z.string(), type: z.int().optional() }))
    .parse(await rest.get(route(scope)));
  const known = new Map(
    (answer as unknown as APIApplicationCommand[]).map((command) => [keyOf(command), command]),
  );
  const wanted = new Map(bodies.map((body) => [keyOf(body), body]));
  const defaults = { type: 1, integration_types: [0, 1] };
  const added = [...wanted].filter(([key]) => !known.has(key)).map(([, { name }]) => name);
  const removed = [...known].filter(([key]) => !wanted.has(key)).map(([, { name }]) => name);
  const changed = [...wanted]
    .filter(
      ([key, body]) =>
        known.has(key) &&
        !isDeepStrictEqual(
          comparable({ ...defaults, ...body }),
          comparable({ ...defaults, ...known.get(key) }),
        ),
    )
    .map(([, { name }]) => name);
  if (added.length + removed.length + changed.length > 0) await rest.put(route(scope), { body: bodies });
  return { added, changed, removed };
}
