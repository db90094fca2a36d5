import { z } from 'zod';
import type { Piece } from './discord-schema.ts';
import { type Anything, envelope, object, snowflake } from './discord-schema-envelope.ts';
import { interactionPieces } from './discord-schema-interactions.ts';

/** A member inside of an event has no user; the schema wants one. */
const member = (given: unknown, user: unknown, at = 'member'): Piece[] =>
  given === undefined ? [] : [['GuildMemberResponse', { ...(given as object), user }, at]];

const MessageExtras = z.strictObject({
  guild_id: snowflake.optional(),
  member: object.optional(),
  channel_type: z.int(),
});

function messagePieces(data: unknown): Piece[] {
  const { guild_id, member: by, channel_type, ...message } = data as Anything;
  return envelope(MessageExtras, { guild_id, member: by, channel_type }, () => [
    ['MessageResponse', message],
    ...member(by, message.author),
  ]);
}

const Deletion = z.strictObject({ id: snowflake, channel_id: snowflake, guild_id: snowflake.optional() });
const Reaction = z.strictObject({
  user_id: snowflake,
  channel_id: snowflake,
  message_id: snowflake,
  guild_id: snowflake.optional(),
  member: object.optional(),
  emoji: z.unknown(),
  message_author_id: snowflake.optional(),
  burst: z.boolean(),
  burst_colors: z.array(z.string()).optional(),
  type: z.union([z.literal(0), z.literal(1)]),
});
const ReactionsGone = z.strictObject({
  channel_id: snowflake,
  message_id: snowflake,
  guild_id: snowflake.optional(),
  emoji: z.unknown().optional(),
});
const Typing = z.strictObject({
  channel_id: snowflake,
  guild_id: snowflake.optional(),
  user_id: snowflake,
  timestamp: z.int().min(1_000_000_000).max(9_999_999_999),
  member: object.optional(),
});

const Ready = z.looseObject({
  v: z.literal(10),
  user: z.looseObject({ id: snowflake, bot: z.literal(true) }),
  guilds: z.array(z.strictObject({ id: snowflake, unavailable: z.literal(true) })),
  session_id: z.string().min(1),
  resume_gateway_url: z.url(),
  shard: z.tuple([z.int(), z.int()]),
  application: z.strictObject({ id: snowflake, flags: z.int() }),
});

const GuildExtras = z.strictObject({
  joined_at: z.iso.datetime({ offset: true }),
  large: z.boolean(),
  unavailable: z.literal(false),
  member_count: z.int(),
  voice_states: z.array(z.never()),
  presences: z.array(z.never()),
  stage_instances: z.array(z.never()),
  guild_scheduled_events: z.array(z.never()),
  soundboard_sounds: z.array(z.never()),
});

function guildPieces(data: unknown): Piece[] {
  const { members, channels, threads, ...rest } = data as Anything;
  const extras = Object.fromEntries(Object.keys(GuildExtras.shape).map((key) => [key, rest[key]]));
  const guild = Object.fromEntries(Object.entries(rest).filter(([key]) => !(key in extras)));
  return envelope(GuildExtras, extras, () => [
    ['GuildResponse', guild],
    ['GuildMemberResponse[]', members, 'members'],
    ['GuildChannelResponse[]', channels, 'channels'],
    ['ThreadResponse[]', threads, 'threads'],
  ]);
}

const EVENTS: Readonly<Record<string, (data: unknown) => Piece[]>> = {
  READY: (data) => envelope(Ready, data, () => []),
  RESUMED: (data) => envelope(z.looseObject({}), data, () => []),
  GUILD_CREATE: guildPieces,
  MESSAGE_CREATE: messagePieces,
  MESSAGE_UPDATE: messagePieces,
  MESSAGE_DELETE: (data) => envelope(Deletion, data, () => []),
  MESSAGE_DELETE_BULK: (data) =>
    envelope(
      z.strictObject({ ids: z.array(snowflake), channel_id: snowflake, guild_id: snowflake.optional() }),
      data,
      () => [],
    ),
  MESSAGE_REACTION_ADD: (data) =>
    envelope(Reaction, data, ({ emoji, member: by }) => [
      ['MessageReactionEmojiResponse', emoji, 'emoji'],
      ...(by ? ([['GuildMemberResponse', by, 'member']] as Piece[]) : []),
    ]),
  MESSAGE_REACTION_REMOVE: (data) =>
    envelope(Reaction, data, ({ emoji }) => [['MessageReactionEmojiResponse', emoji, 'emoji']]),
  MESSAGE_REACTION_REMOVE_ALL: (data) => envelope(ReactionsGone, data, () => []),
  MESSAGE_REACTION_REMOVE_EMOJI: (data) => envelope(ReactionsGone, data, () => []),
  TYPING_START: (data) =>
    envelope(Typing, data, ({ member: by }) => (by ? [['GuildMemberResponse', by, 'member']] : [])),
  THREAD_CREATE: (data) =>
    envelope(z.looseObject({ newly_created: z.boolean() }), data, ({ newly_created: _new, ...thread }) => [
      ['ThreadResponse', thread],
    ]),
  THREAD_UPDATE: (data) => [['ThreadResponse', data]],
  CHANNEL_UPDATE: (data) => [['GuildChannelResponse', data]],
  CHANNEL_PINS_UPDATE: (data) =>
    envelope(
      z.strictObject({
        guild_id: snowflake.optional(),
        channel_id: snowflake,
        last_pin_timestamp: z.iso.datetime({ offset: true }).nullish(),
      }),
      data,
      () => [],
    ),
  INTERACTION_CREATE: interactionPieces,
};

export const isEventKnown = (name: string) => name in EVENTS;

/** The objects of an event with the names of their schemas. @throws EnvelopeError when what surrounds them is wrong */
export function eventPieces(name: string, data: unknown): Piece[] {
  return EVENTS[name]!(data);
}
