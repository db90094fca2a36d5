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

/** Compares the commands with what is registered. */
async function compare(rest: REST, scope: RegisterScope, bodies: readonly Body[]): Promise<Registered> {
  const answer = z
    .array(z.looseObject({ name: z.string(), type: z.int().optional() }))
    .parse(await rest.get(route(scope), { query: new URLSearchParams({ with_localizations: 'true' }) }));
  const known = new Map(
    (answer as unknown as APIApplicationCommand[]).map((command) => [keyOf(command), command]),
  );
  const wanted = new Map(bodies.map((body) => [keyOf(body), body]));
  const added = [...wanted].filter(([key]) => !known.has(key)).map(([, { name }]) => name);
  const removed = [...known].filter(([key]) => !wanted.has(key)).map(([, { name }]) => name);
  const changed = [...wanted].flatMap(([key, body]) => {
    const registered = known.get(key);
    const fields = registered ? differingFields(body, registered) : [];
    return fields.length === 0 ? [] : [`${body.name}: ${fields.join(', ')}`];
  });
  return { added, changed, removed };
}

function differingFields(wanted: object, known: object): string[] {
  const [a, b] = [wanted, known].map(
    (body) => comparable({ type: 1, integration_types: [0, 1], ...body }) as Record<string, unknown>,
  ) as [Record<string, unknown>, Record<string, unknown>];
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter(
    (field) => !isDeepStrictEqual(a[field], b[field]),
  );
}

/**
 * Puts the commands when they differ from what is registered.
 * @param isRehearsal only looks
 * @returns what changed: names, and for those that were there already which fields differed
 */
export async function registerCommands(
  rest: REST,
  scope: RegisterScope,
  bodies: readonly Body[],
  isRehearsal = false,
): Promise<Registered> {
  const changes = await compare(rest, scope, bodies);
  const count = changes.added.length + changes.removed.length + changes.changed.length;
  if (count > 0 && !isRehearsal) await rest.put(route(scope), { body: bodies });
  return changes;
}
