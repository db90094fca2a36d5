import type { APIModalInteractionResponseCallbackData } from 'discord-api-types/v10';
import type { MessageBody } from './messages/message-body.ts';

/** The person who asks. */
export interface Member {
  id: string;
  name: string;
  /** May cancel and delete what others asked for (Manage Messages, or a role that the server's settings name). */
  isModerator: boolean;
  /** May change the server's settings (Manage Server). */
  isManager: boolean;
  roleIds: readonly string[];
}

/** Where they ask, and what we may do there. */
export interface Place {
  guildId?: string;
  /** The server's own language, as Discord has it. */
  guildLocale?: string;
  channelId: string;
  /** False where only the interaction itself can be answered: user install, missing permissions. */
  canPost: boolean;
  isDirect: boolean;
  isAgeRestricted: boolean;
  /** The largest file that this place takes, in bytes. */
  attachmentLimitBytes: number;
}

/** A picture that somebody attached, not downloaded yet. */
export interface Attachment {
  id: string;
  filename: string;
  contentType?: string;
  sizeBytes: number;
  url: string;
  width?: number;
  height?: number;
  /** Alt text that came with it. */
  description?: string;
}

/** A message that somebody points at: the target of a context menu, the message that is replied to. */
export interface TargetMessage {
  id: string;
  channelId: string;
  authorId: string;
  authorName: string;
  /** Whether the bot itself has written it. */
  isOurs: boolean;
  link: string;
  content: string;
  attachments: readonly Attachment[];
}

/** What came in: it names the work, so that a repeated event is never done twice. */
export interface Origin {
  /** Snowflake of the interaction or message. */
  eventId: string;
  member: Member;
  place: Place;
  /** Discord locale such as `en-US`; for replies and reactions, where Discord tells none, that of the place. */
  locale: string;
  /** The message whose button was pressed: always one of ours. */
  message?: TargetMessage;
  /** The interaction's token and its birth (ms since 1970); absent for replies and reactions. */
  token?: { value: string; bornAtMs: number; applicationId: string };
}

/**
 * What a command can do in Discord, whatever brought it here (slash command, button, reply, reaction).
 * Implemented over discord.js by the bot.
 */
export interface Conversation {
  /**
   * Posts the message that everybody sees, in which the painting will appear: an ordinary one where the bot may post,
   * else the interaction's own answer.
   * @param nonce the same for the same work, so that a repeated post is one message
   * @returns the message's id, and whether it can only be reached by the interaction's token
   */
  post(body: MessageBody, nonce: string): Promise<{ messageId: string; byToken: boolean }>;
  /** Answers the person who asked; only they see it, where Discord allows that. The last answer replaces the one before. */
  answer(body: MessageBody): Promise<void>;
  /** Changes the message whose button or select was pressed, private ones too. */
  update(body: MessageBody): Promise<void>;
  /** Opens a form. Only as the first thing that happens, and not after another form. */
  openForm(form: APIModalInteractionResponseCallbackData): Promise<void>;
  /** A message in a channel that the bot can read. @throws UserError when it cannot */
  fetchMessage(channelId: string, messageId: string): Promise<TargetMessage>;
  /** Changes a message of ours. */
  change(channelId: string, messageId: string, body: MessageBody): Promise<void>;
  /** Tells something in another channel. @returns false where it cannot be reached any more */
  tell(channelId: string, body: MessageBody): Promise<boolean>;
  /** Deletes a message of ours; one that is gone already is no trouble. */
  remove(channelId: string, messageId: string): Promise<void>;
  /** Downloads an attachment from Discord's own hosts, within the byte limit and a time limit. */
  download(attachment: Attachment): Promise<Uint8Array>;
}
