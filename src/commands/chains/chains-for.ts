import { UserError } from '../../errors.ts';
import { phrase } from '../../language/phrase.ts';
import { type Chain, findChain } from '../../recipe/chain.ts';
import type { Choice } from '../command.ts';
import type { Scope } from '../kept/scope.ts';
import type { Asking } from '../styles-for.ts';

/** A chain, and whose it is; everybody's has no scope. */
export interface KnownChain {
  chain: Chain;
  scope: Scope | undefined;
}

/** The chains that somebody can name where they are: their own, the server's, then everybody's. The first of an id counts. */
export async function chainsFor({ services, origin }: Asking): Promise<KnownChain[]> {
  const { chains } = services.studio;
  const { guildId } = origin.place;
  const [own, shared] = await Promise.all([
    chains.of({ member: origin.member.id }),
    guildId === undefined ? [] : chains.of({ guild: guildId }),
  ]);
  const scoped = (list: readonly Chain[], scope: Scope | undefined) =>
    list.map((chain) => ({ chain, scope }));
  const known = new Map<string, KnownChain>();
  for (const one of [
    ...scoped(own, 'mine'),
    ...scoped(shared, 'server'),
    ...scoped(services.chains(), undefined),
  ])
    if (!known.has(one.chain.id)) known.set(one.chain.id, one);
  return [...known.values()];
}

/** @throws UserError `unknown-chain` */
export async function requireChain(asking: Asking, name: string): Promise<KnownChain> {
  const known = await chainsFor(asking);
  const found = findChain(
    known.map(({ chain }) => chain),
    name,
  );
  const one = known.find(({ chain }) => chain === found);
  if (one) return one;
  throw new UserError(
    'unknown-chain',
    phrase('Expected a known chain, but received {given}', { given: JSON.stringify(name) }),
    { hint: '`/chain list` shows them; `/chain save` makes one.' },
  );
}

const CHOICE = 100;

/** Chains that a half-typed name may mean. @param among `changeable` leaves out everybody's */
export async function chainChoices(
  asking: Asking,
  value: string,
  among: 'all' | 'changeable' = 'all',
): Promise<Choice[]> {
  const wanted = value.trim().toLowerCase();
  return (await chainsFor(asking))
    .filter(({ scope }) => among === 'all' || scope !== undefined)
    .filter(({ chain: { id, name } }) => id.includes(wanted) || name.toLowerCase().includes(wanted))
    .slice(0, 25)
    .map(({ chain: { id, name, emoji, about } }) => ({
      name: `${emoji} ${name}${about === '' ? '' : ` · ${about}`}`.slice(0, CHOICE),
      value: id,
    }));
}
