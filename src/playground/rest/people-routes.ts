import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { missingPermissions, unknownGuild, unknownMember, unknownUser } from '../discord-error.ts';
import type { Hub } from '../hub.ts';
import { parseBody } from '../rules/form-errors.ts';
import { permissionsIn, permissionsOf } from '../rules/permissions.ts';
import { DEFAULT_LOCALE } from '../world/locales.ts';
import { renderChannel } from '../world/render.ts';
import { renderMember, renderRole, renderUser } from '../world/render-people.ts';
import type { Guild } from '../world/world.ts';

/** A server as REST gives it. */
export function renderGuild(guild: Guild): object {
  return {
    id: guild.id,
    name: guild.name,
    icon: null,
    splash: null,
    discovery_splash: null,
    owner_id: guild.ownerId,
    afk_channel_id: null,
    afk_timeout: 300,
    verification_level: 0,
    default_message_notifications: 0,
    explicit_content_filter: 0,
    roles: guild.roles.map(renderRole),
    emojis: [],
    stickers: [],
    features: [],
    mfa_level: 0,
    application_id: null,
    system_channel_id: null,
    system_channel_flags: 0,
    rules_channel_id: null,
    vanity_url_code: null,
    description: null,
    banner: null,
    premium_tier: guild.premiumTier,
    premium_subscription_count: 0,
    premium_progress_bar_enabled: false,
    preferred_locale: DEFAULT_LOCALE,
    public_updates_channel_id: null,
    safety_alerts_channel_id: null,
    nsfw: false,
    nsfw_level: 0,
    max_members: 500_000,
    max_video_channel_users: 25,
    max_stage_video_channel_users: 50,
    region: 'local',
    widget_enabled: false,
    widget_channel_id: null,
    max_presences: null,
    home_header: null,
    incidents_data: null,
  };
}

/** Users, servers and their members. */
export function addPeopleRoutes(app: FastifyInstance, hub: Hub): void {
  const { world } = hub;
  const Params = z.looseObject({ guild: z.string().optional(), user: z.string().optional() });
  const guildOf = (params: unknown): Guild => {
    const guild = world.guilds.get(Params.parse(params).guild ?? '');
    if (!guild) throw unknownGuild();
    return guild;
  };
  app.get('/users/@me', () => ({
    ...renderUser(world.users.get(world.botId)!),
    mfa_enabled: false,
    locale: DEFAULT_LOCALE,
    verified: true,
    email: null,
    flags: 0,
  }));
  app.get('/users/@me/guilds', () =>
    [...world.guilds.values()].map((guild) => ({
      id: guild.id,
      name: guild.name,
      icon: null,
      banner: null,
      owner: false,
      features: [],
      permissions: String(permissionsOf(guild, world.botId)),
    })),
  );
  app.get('/users/:user', (request) => {
    const user = world.users.get(Params.parse(request.params).user ?? '');
    if (!user) throw unknownUser();
    return renderUser(user);
  });
  app.post('/users/@me/channels', (request) => {
    const { recipient_id: recipient } = parseBody(z.looseObject({ recipient_id: z.string() }), request.body);
    const channel = [...world.channels.values()].find(
      (known) => known.type === 1 && known.recipientIds?.includes(recipient),
    );
    if (!channel || recipient === world.botId) throw missingPermissions();
    return renderChannel(world, channel);
  });
  app.get('/guilds/:guild', (request) => renderGuild(guildOf(request.params)));
  app.get('/guilds/:guild/channels', (request) => {
    const { id } = guildOf(request.params);
    return [...world.channels.values()]
      .filter((channel) => channel.guildId === id && channel.type === 0)
      .map((channel) => renderChannel(world, channel));
  });
  app.get('/guilds/:guild/roles', (request) => guildOf(request.params).roles.map(renderRole));
  app.get('/guilds/:guild/members', (request) =>
    guildOf(request.params).members.map((member) => renderMember(member, world.users.get(member.userId)!)),
  );
  app.get('/guilds/:guild/members/:user', (request) => {
    const { user } = Params.parse(request.params);
    const member = guildOf(request.params).members.find((known) => known.userId === user);
    if (!member) throw unknownMember();
    return renderMember(member, world.users.get(member.userId)!);
  });
}

/** What GUILD_CREATE adds to a server. */
export function renderWholeGuild(hub: Hub, guild: Guild): object {
  const { world } = hub;
  const channels = [...world.channels.values()].filter((channel) => channel.guildId === guild.id);
  return {
    ...renderGuild(guild),
    // Must stand here: without it discord.js keeps the server unavailable.
    unavailable: false,
    joined_at:
      guild.members.find((member) => member.userId === world.botId)?.joinedAt ?? new Date(0).toISOString(),
    large: false,
    member_count: guild.members.length,
    voice_states: [],
    members: guild.members.map((member) => renderMember(member, world.users.get(member.userId)!)),
    channels: channels
      .filter((channel) => channel.type === 0)
      .map((channel) => ({
        ...renderChannel(world, channel),
        permissions: permissionsIn(world, world.botId, channel).toString(),
      })),
    threads: channels
      .filter((channel) => channel.type === 11)
      .map((channel) => renderChannel(world, channel)),
    presences: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  };
}
