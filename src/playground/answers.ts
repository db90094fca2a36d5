import type {
  APIApplicationCommandOptionChoice,
  APIEmbed,
  APIEmbedField,
  APIModalInteractionResponseCallbackData,
  APITextDisplayComponent,
  APIUser,
} from 'discord-api-types/v10';
import type { LocalisedCommand } from './world/locales.ts';
import type { Channel, Component, InteractionState, Reaction } from './world/world.ts';

/**
 * What the playground answers to people: to its page, and to scripts that act as members. Types alone, and nothing of
 * Node among what they name, so that the page's modules are checked against the very same.
 */

/** Who and what is there. */
export interface WorldView {
  members: { id: string; name: string; displayName: string }[];
  guilds: { id: string; name: string; roles: { id: string; name: string }[] }[];
  /** A line to the bot names the member at its other end. */
  channels: (ChannelView & { member?: string })[];
  bot: APIUser & { name: string; online: boolean; commands: LocalisedCommand[] };
}

export interface ChannelView extends Pick<Channel, 'id' | 'name' | 'type' | 'nsfw'> {
  guildId?: string;
  /** The server's name. */
  guild?: string | undefined;
  parentId?: string;
  topic?: string;
}

export interface AttachmentView {
  id: string;
  filename: string;
  url: string;
  size: number;
  contentType?: string | undefined;
  width?: number | undefined;
  height?: number | undefined;
  description?: string | undefined;
  spoiler: boolean;
}

export interface ReactionView {
  emoji: Reaction['emoji'];
  count: number;
  me: boolean;
  users: string[];
}

/** A message as the actors' API and the page see it. */
export interface MessageView {
  id: string;
  channelId: string;
  type: number;
  author: { id: string; name: string; username: string; bot: boolean };
  content: string;
  attachments: AttachmentView[];
  embeds: APIEmbed[];
  components: Component[];
  reactions: ReactionView[];
  reference?: string;
  /** A glimpse of the message that is replied to. */
  referenced?: { id: string; author: string; content: string } | null;
  /** Who used which command, above an answer. */
  interaction?: { id: string; user: string; name: string };
  flags: number;
  ephemeral: boolean;
  loading: boolean;
  timestamp: string;
  editedTimestamp: string | null;
  mentions: { id: string; name: string }[];
  pinned: boolean;
  threadId?: string;
}

/** Markdown as nested nodes. */
export type MarkdownTree = readonly MarkdownNode[];

export type MarkdownNode = {
  [Type in keyof MarkdownParts]: { type: Type } & MarkdownParts[Type];
}[keyof MarkdownParts];

/** What each type of node has, as discord-markdown-parser makes them, which itself does not say. */
export interface MarkdownParts {
  text: { content: string };
  inlineCode: { content: string };
  codeBlock: { content: string };
  br: object;
  newline: object;
  strong: { content: MarkdownTree };
  em: { content: MarkdownTree };
  underline: { content: MarkdownTree };
  strikethrough: { content: MarkdownTree };
  blockQuote: { content: MarkdownTree };
  heading: { level: number; content: MarkdownTree };
  subtext: { content: MarkdownTree };
  spoiler: { content: MarkdownTree };
  url: { target: string; content: MarkdownTree };
  link: { target: string; content: MarkdownTree };
  autolink: { target: string; content: MarkdownTree };
  user: { id: string };
  role: { id: string };
  channel: { id: string };
  everyone: object;
  here: object;
  emoji: { name: string };
  twemoji: { name: string };
  timestamp: { timestamp: string; format?: string };
  slashCommand: { fullName: string };
  guildNavigation: { navigation: string };
}

/** Components with their texts' markdown parsed beside it, at every depth. */
export type WithTrees<T> = T extends readonly (infer One)[]
  ? WithTrees<One>[]
  : T extends APITextDisplayComponent
    ? T & { tree: MarkdownTree }
    : T extends object
      ? { [Key in keyof T]: WithTrees<T[Key]> }
      : T;

/** An embed with its markdown parsed beside it. */
export interface EmbedWithTrees extends APIEmbed {
  tree?: MarkdownTree;
  fields?: (APIEmbedField & { tree: MarkdownTree })[];
}

/** A message with its markdown parsed, for a page that shows it without ever touching HTML. */
export interface MessageWithTrees extends MessageView {
  tree: MarkdownTree;
  embeds: EmbedWithTrees[];
  components: WithTrees<Component>[];
}

/** How an interaction goes that a member began. */
export interface InteractionView {
  id: string;
  state: InteractionState;
  messageIds: string[];
  /** The form that was opened. */
  modal?: APIModalInteractionResponseCallbackData;
}

/** What a member's stream tells, by the names of its events. */
export interface MemberEvents<Shown = MessageView> {
  message: Shown;
  messageUpdate: Shown;
  messageDelete: { id: string; channelId: string };
  typing: { channelId: string; name: string };
  interaction: InteractionView;
  channel: ChannelView;
  bot: { online: boolean };
}

/** What is answered when an interaction has begun. */
export interface Started {
  interactionId: string;
}

/** What the bot offers for an option that is being typed. */
export interface Choices {
  choices: APIApplicationCommandOptionChoice[];
}

/** A picture of the tray of samples, with credits. */
export interface Sample {
  file: string;
  /** The file's, without its ending. */
  name: string;
  title: string;
  author: string;
  licence: string;
  source: string;
  alt: string;
}

/** An emoji that can be picked. */
export interface NamedEmoji {
  label: string;
  unicode: string;
  tags: string[];
  group?: number | undefined;
}

/** One line of the bot's traffic, with secrets left out. */
export interface Traffic {
  at: number;
  /** Names a request; its answer has the same. */
  id?: string;
  direction: 'request' | 'answer' | 'event' | 'sent';
  /** `GET /channels/…`, `MESSAGE_CREATE` … */
  what: string;
  status?: number;
  /** A request's query, where it has one. */
  query?: Record<string, unknown>;
  /** What was sent as JSON; of a request with files, its `payload_json`. */
  body?: unknown;
}
