import { UserError } from '../../errors.ts';
import { phrase } from '../../language/phrase.ts';
import { idOf, readName } from '../../recipe/named-entry.ts';

interface Named {
  id: string;
  name: string;
}

const fold = (text: string) => text.toLowerCase();

/**
 * A name that is free, for something that is kept beside others.
 * @param others what has names there already
 * @throws UserError `bad-name`, `name-taken`
 */
export function readFreeName(
  text: string,
  others: readonly (Named & { aliases?: readonly string[] })[],
): string {
  const name = readName(text);
  const taken = others.some(({ id, name: other, aliases = [] }) =>
    [id, other, ...aliases].some((known) => fold(known) === fold(name)),
  );
  if (!taken) return name;
  throw new UserError('name-taken', phrase('Expected a new name, but there is "{name}" already', { name }));
}

/** An id for a name, other than those that there are. */
export function freeId(name: string, others: readonly Named[]): string {
  const base = idOf(name);
  const taken = new Set(others.map(({ id }) => id));
  let id = base;
  for (let i = 2; taken.has(id); i += 1) id = `${base}-${i}`;
  return id;
}
