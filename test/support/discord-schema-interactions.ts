import { z } from 'zod';
import type { Piece } from './discord-schema.ts';
import {
  type Anything,
  CHANNEL,
  EnvelopeError,
  envelope,
  object,
  snowflake,
} from './discord-schema-envelope.ts';

const Option: z.ZodType = z.lazy(() =>
  z.strictObject({
    name: z.string(),
    type: z.int().min(1).max(11),
    value: z.union([z.string(), z.number(), z.boolean()]).optional(),
    options: z.array(Option).optional(),
    focused: z.boolean().optional(),
  }),
);
const Resolved = z.strictObject({
  users: object.optional(),
  members: object.optional(),
  roles: object.optional(),
  channels: object.optional(),
  messages: object.optional(),
  attachments: object.optional(),
});
const CommandData = z.strictObject({
  id: snowflake,
  name: z.string(),
  type: z.int().min(1).max(3),
  resolved: Resolved.optional(),
  options: z.array(Option).optional(),
  guild_id: snowflake.optional(),
  target_id: snowflake.optional(),
});
const ComponentData = z.strictObject({
  custom_id: z.string().min(1).max(100),
  component_type: z.int(),
  id: z.int().optional(),
  values: z.array(z.string()).optional(),
  resolved: Resolved.optional(),
});
const Field: z.ZodType = z.lazy(() =>
  z.strictObject({
    type: z.int(),
    id: z.int(),
    custom_id: z.string().optional(),
    value: z.union([z.string(), z.boolean(), z.null()]).optional(),
    values: z.array(z.string()).optional(),
    component: Field.optional(),
    components: z.array(Field).optional(),
  }),
);
const ModalData = z.strictObject({
  custom_id: z.string().min(1).max(100),
  components: z.array(Field).min(1),
  resolved: Resolved.optional(),
});
const DATA: Readonly<Record<number, z.ZodType>> = {
  2: CommandData,
  3: ComponentData,
  4: CommandData,
  5: ModalData,
};

const Interaction = z.strictObject({
  id: snowflake,
  application_id: snowflake,
  type: z.int().min(2).max(5),
  data: object,
  guild: z.strictObject({ id: snowflake, locale: z.string(), features: z.array(z.string()) }).optional(),
  guild_id: snowflake.optional(),
  channel: object,
  channel_id: snowflake,
  member: z.looseObject({ user: object, permissions: z.string().regex(/^\d+$/) }).optional(),
  user: object.optional(),
  token: z.string(),
  version: z.literal(1),
  message: object.optional(),
  app_permissions: z.string().regex(/^\d+$/),
  locale: z.string(),
  guild_locale: z.string().optional(),
  entitlements: z.array(z.never()),
  entitlement_sku_ids: z.array(z.never()).optional(),
  authorizing_integration_owners: z.record(z.enum(['0', '1']), z.string()).or(object),
  context: z.int().min(0).max(2),
  attachment_size_limit: z.int().positive(),
});

/** The objects inside of an interaction. */
export function interactionPieces(given: unknown): Piece[] {
  return envelope(Interaction, given, (interaction) => {
    const { data, type, member: by, user, message, channel } = interaction;
    if ((by === undefined) === (user === undefined)) throw new EnvelopeError(['either member or user']);
    const { permissions: _permissions, ...who } = by ?? { permissions: '' };
    return [
      [CHANNEL, withoutPermissions(channel), 'channel'],
      ...(by ? ([['GuildMemberResponse', who, 'member']] as Piece[]) : []),
      ...(user ? ([['UserResponse', user, 'user']] as Piece[]) : []),
      ...(message ? ([['MessageResponse', message, 'message']] as Piece[]) : []),
      ...envelope(DATA[type]!, data, (parsed) =>
        resolvedPieces((parsed as { resolved?: Anything }).resolved),
      ),
    ];
  });
}

const withoutPermissions = ({ permissions: _permissions, ...rest }: Anything) => rest;

function resolvedPieces(resolved: Anything | undefined): Piece[] {
  const {
    users = {},
    members = {},
    roles = {},
    channels = {},
    messages = {},
    attachments = {},
  } = (resolved ?? {}) as Record<string, Anything>;
  const all = (schema: string, kind: string, values: Anything) =>
    Object.entries(values).map(([id, value]): Piece => [schema, value, `data.resolved.${kind}.${id}`]);
  return [
    ...all('UserResponse', 'users', users),
    ...all('GuildRoleResponse', 'roles', roles),
    ...all('MessageResponse', 'messages', messages),
    ...all('MessageAttachmentResponse', 'attachments', attachments),
    ...Object.entries(channels).map(
      ([id, value]): Piece => [
        CHANNEL,
        withoutPermissions(value as Anything),
        `data.resolved.channels.${id}`,
      ],
    ),
    // Partial: without user, deaf and mute, with the permissions in this channel.
    ...Object.entries(members).map(([id, value]): Piece => {
      const whole = { ...withoutPermissions(value as Anything), user: users[id], deaf: false, mute: false };
      return ['GuildMemberResponse', whole, `data.resolved.members.${id}`];
    }),
  ];
}
