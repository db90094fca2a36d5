import type { Channel, Guild, World } from '../world/world.ts';

/** The permission bits that the playground looks at. */
export const PERMISSIONS = {
  administrator: 1n << 3n,
  manageChannels: 1n << 4n,
  manageGuild: 1n << 5n,
  addReactions: 1n << 6n,
  viewChannel: 1n << 10n,
  sendMessages: 1n << 11n,
  manageMessages: 1n << 13n,
  embedLinks: 1n << 14n,
  attachFiles: 1n << 15n,
  readMessageHistory: 1n << 16n,
  useApplicationCommands: 1n << 31n,
  manageThreads: 1n << 34n,
  createPublicThreads: 1n << 35n,
  sendMessagesInThreads: 1n << 38n,
  useExternalApps: 1n << 50n,
  pinMessages: 1n << 51n,
} as const;
export type PermissionName = keyof typeof PERMISSIONS;

export const ALL_PERMISSIONS = Object.values(PERMISSIONS).reduce((all, bit) => all | bit, 0n);
const none = 0n;

/** What a person's roles allow in a server, before its channels say otherwise. */
export function permissionsOf(guild: Guild, userId: string): bigint {
  const member = guild.members.find((known) => known.userId === userId);
  if (!member) return none;
  if (guild.ownerId === userId) return ALL_PERMISSIONS;
  const roleIds = [guild.id, ...member.roleIds];
  const base = guild.roles
    .filter((role) => roleIds.includes(role.id))
    .reduce((all, role) => all | role.permissions, none);
  return base & PERMISSIONS.administrator ? ALL_PERMISSIONS : base;
}

/** What a person may do in a channel: roles of the server, then the channel's overwrites. */
export function permissionsIn(world: World, userId: string, channel: Channel): bigint {
  if (channel.guildId === undefined) return channel.recipientIds?.includes(userId) ? ALL_PERMISSIONS : none;
  const guild = world.guilds.get(channel.guildId);
  const member = guild?.members.find((known) => known.userId === userId);
  if (!guild || !member) return none;
  const base = permissionsOf(guild, userId);
  if (base === ALL_PERMISSIONS) return base;
  const parent =
    channel.type === 11 && channel.parentId !== undefined ? world.channels.get(channel.parentId) : channel;
  const overwrites = parent?.overwrites ?? [];
  const apply = (bits: bigint, ids: readonly string[], type: 0 | 1) => {
    const hits = overwrites.filter((overwrite) => overwrite.type === type && ids.includes(overwrite.id));
    const deny = hits.reduce((all, overwrite) => all | overwrite.deny, none);
    const allow = hits.reduce((all, overwrite) => all | overwrite.allow, none);
    return (bits & ~deny) | allow;
  };
  const everyone = apply(base, [guild.id], 0);
  return apply(apply(everyone, member.roleIds, 0), [userId], 1);
}

export function may(world: World, userId: string, channel: Channel, ...names: PermissionName[]): boolean {
  const bits = permissionsIn(world, userId, channel);
  return names.every((name) => (bits & PERMISSIONS[name]) !== none);
}

/**
 * Whether somebody has what a command asks for by default: these bits, or with `"0"` nobody but administrators.
 * Nothing is asked for in direct messages, nor of a server's owner.
 */
export function holds(world: World, userId: string, channel: Channel, bits?: string | null): boolean {
  if (bits === undefined || bits === null || channel.guildId === undefined) return true;
  const held = permissionsIn(world, userId, channel);
  if (held & PERMISSIONS.administrator) return true;
  return bits !== '0' && (held & BigInt(bits)) === BigInt(bits);
}
