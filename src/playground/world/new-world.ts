import { ALL_PERMISSIONS, PERMISSIONS } from '../rules/permissions.ts';
import type { Channel, Guild, User, World } from './world.ts';

const P = PERMISSIONS;
const EVERYONE =
  P.viewChannel |
  P.sendMessages |
  P.addReactions |
  P.embedLinks |
  P.attachFiles |
  P.readMessageHistory |
  P.useApplicationCommands |
  P.createPublicThreads |
  P.sendMessagesInThreads |
  P.useExternalApps;
const MODERATOR =
  EVERYONE | P.manageMessages | P.manageThreads | P.manageGuild | P.manageChannels | P.pinMessages;

/** Members by the names that the actors' routes know. */
export const ACTORS = ['alice', 'bob', 'carol', 'mod'] as const;

function user(id: string, username: string, globalName: string, bot = false): User {
  return { id, username, globalName, bot };
}

/**
 * A fresh playground: two servers, text channels of each kind, a direct line from every member to the bot.
 * @param id makes the next id
 */
export function newWorld(id: () => string, now: string): World {
  const bot = user(id(), 'bot', 'Bot', true);
  const people = [
    user(id(), 'alice', 'Alice'),
    user(id(), 'bob', 'Bob'),
    user(id(), 'carol', 'Carol'),
    user(id(), 'mod', 'Mod'),
  ];
  const world: World = {
    botId: bot.id,
    users: new Map([bot, ...people].map((one) => [one.id, one])),
    guilds: new Map(),
    channels: new Map(),
    messages: new Map(),
    commands: [],
    emojis: [],
    interactions: new Map(),
    files: new Map(),
  };
  addGuild(world, id, now, 'Playground', ['general', 'art', 'show-off', 'announcements']);
  addGuild(world, id, now, 'Second Server', ['lobby']);
  for (const person of people) {
    const channel: Channel = {
      id: id(),
      type: 1,
      name: `dm-${person.username}`,
      nsfw: false,
      overwrites: [],
      recipientIds: [person.id, bot.id],
      position: 0,
      pinned: [],
    };
    world.channels.set(channel.id, channel);
  }
  return world;
}

function addGuild(
  world: World,
  id: () => string,
  now: string,
  name: string,
  channels: readonly string[],
): void {
  const guildId = id();
  const moderators = id();
  const bots = id();
  const people = [...world.users.values()];
  const owner = people.find((one) => one.username === 'mod')!;
  const guild: Guild = {
    id: guildId,
    name,
    ownerId: owner.id,
    premiumTier: 0,
    roles: [
      { id: guildId, name: '@everyone', permissions: EVERYONE, position: 0 },
      { id: moderators, name: 'Moderators', permissions: MODERATOR, position: 2 },
      { id: bots, name: 'Bot', permissions: EVERYONE, position: 1 },
    ],
    members: people.map((one) => ({
      userId: one.id,
      roleIds: one.bot ? [bots] : one.username === 'mod' ? [moderators] : [],
      joinedAt: now,
    })),
  };
  world.guilds.set(guildId, guild);
  channels.forEach((channelName, position) => {
    const channel: Channel = {
      id: id(),
      type: 0,
      name: channelName,
      guildId,
      nsfw: channelName === 'show-off',
      overwrites:
        channelName === 'announcements'
          ? [{ id: guildId, type: 0, allow: 0n, deny: P.sendMessages | P.addReactions }]
          : [],
      position,
      pinned: [],
      topic: TOPICS[channelName] ?? '',
    };
    world.channels.set(channel.id, channel);
  });
}

const TOPICS: Record<string, string> = {
  general: 'Anything goes',
  art: 'Pictures',
  'show-off': 'Age-restricted',
  announcements: 'Read only, for the bot too',
};

/** The bits that a server's owner has, for tests that give the bot more or less. */
export const OWNER_PERMISSIONS = ALL_PERMISSIONS;
