import type {
  APIActionRowComponent,
  APIApplicationCommand,
  APIApplicationCommandOptionChoice,
  APIComponentInMessageActionRow,
  APIEmbed,
  APIMessageTopLevelComponent,
  APIModalInteractionResponseCallbackData,
} from 'discord-api-types/v10';

/** A person, or the bot. */
export interface User {
  id: string;
  username: string;
  globalName: string;
  bot: boolean;
}

export interface Role {
  id: string;
  name: string;
  permissions: bigint;
  position: number;
}

export interface Member {
  userId: string;
  roleIds: string[];
  joinedAt: string;
}

/** What a role or member may do differently in a channel. */
export interface Overwrite {
  id: string;
  type: 0 | 1;
  allow: bigint;
  deny: bigint;
}

export interface Channel {
  id: string;
  /** 0 text, 1 direct messages, 11 public thread. */
  type: 0 | 1 | 11;
  name: string;
  guildId?: string;
  parentId?: string;
  topic?: string;
  nsfw: boolean;
  overwrites: Overwrite[];
  /** Both ends of a DM. */
  recipientIds?: string[];
  position: number;
  pinned: string[];
  archived?: boolean;
}

export interface Guild {
  id: string;
  name: string;
  ownerId: string;
  roles: Role[];
  members: Member[];
  /** 0 to 3; decides how large attachments may be. */
  premiumTier: 0 | 1 | 2 | 3;
}

export interface Attachment {
  id: string;
  filename: string;
  contentType?: string;
  size: number;
  width?: number;
  height?: number;
  description?: string;
  spoiler: boolean;
  channelId: string;
  /** Deleted soon after: files given to a command or a form. */
  ephemeral: boolean;
}

export interface Reaction {
  emoji: { id: string | null; name: string };
  userIds: string[];
}

export type Component = APIMessageTopLevelComponent | APIActionRowComponent<APIComponentInMessageActionRow>;

export interface Message {
  id: string;
  channelId: string;
  authorId: string;
  /** 0 plain, 19 reply, 20 slash command, 23 context menu. */
  type: 0 | 19 | 20 | 23;
  content: string;
  embeds: APIEmbed[];
  components: Component[];
  attachments: Attachment[];
  reactions: Reaction[];
  flags: number;
  editedAt?: string;
  nonce?: string;
  mentionIds: string[];
  referenceId?: string;
  /** The author of the message that is replied to is told. */
  pingsReply?: boolean;
  /** The interaction that this message answers. */
  interactionId?: string;
  /** Only this person sees it. */
  onlyFor?: string;
  threadId?: string;
}

export type InteractionState = 'pending' | 'acknowledged' | 'modal' | 'failed' | 'expired';

export interface Interaction {
  id: string;
  token: string;
  type: 2 | 3 | 4 | 5;
  userId: string;
  channelId: string;
  createdAt: number;
  state: InteractionState;
  /** Name of the command, for the line above an answer. */
  commandName?: string;
  commandType?: number;
  /** The message that a button or select stands on. */
  messageId?: string;
  /** The message that a context menu was opened on. */
  targetId?: string;
  /** The interaction that opened the form which this one sends. */
  originId?: string;
  /** The first answer's message. */
  responseId?: string;
  messageIds: string[];
  /** An answer to it is being read: a second one comes too late, whichever is done first. */
  claimed?: boolean;
  modal?: APIModalInteractionResponseCallbackData;
  choices?: APIApplicationCommandOptionChoice[];
  /** A deferred update: edits go to the component's message. */
  updates?: boolean;
}

export interface Command extends APIApplicationCommand {
  guild_id?: string;
}

export interface Emoji {
  id: string;
  name: string;
}

/** Everything that the playground knows. */
export interface World {
  botId: string;
  users: Map<string, User>;
  guilds: Map<string, Guild>;
  channels: Map<string, Channel>;
  /** In the order in which they were sent, by channel. */
  messages: Map<string, Message[]>;
  commands: Command[];
  emojis: Emoji[];
  interactions: Map<string, Interaction>;
  /** Bytes of attachments by id. */
  files: Map<string, Uint8Array>;
}

/** Names of message flags that the playground uses. */
export const FLAGS = {
  crossposted: 1,
  suppressEmbeds: 4,
  hasThread: 32,
  ephemeral: 64,
  loading: 128,
  componentsV2: 1 << 15,
} as const;
