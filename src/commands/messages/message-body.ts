import type { APIActionRowComponent, APIComponentInMessageActionRow, APIEmbed } from 'discord-api-types/v10';

/** A file that goes up with a message. `description` is the alt text (1,024 characters at most). */
export interface OutgoingFile {
  name: string;
  bytes: Uint8Array;
  description: string;
  /** True to hide it until somebody presses on it. */
  spoiler?: boolean;
}

/**
 * A message as data. Absent parts are left as they are when a message is edited; `files` replaces all attachments,
 * an empty list removes them.
 */
export interface MessageBody {
  content?: string;
  embeds?: APIEmbed[];
  components?: APIActionRowComponent<APIComponentInMessageActionRow>[];
  files?: OutgoingFile[];
}
