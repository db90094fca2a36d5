import { AttachmentBuilder, type BaseMessageOptions } from 'discord.js';
import type { MessageBody } from '../commands/messages/message-body.ts';

/** A message body as discord.js sends it; names in it ring nobody's bell. */
export function toDiscord(body: MessageBody): BaseMessageOptions & { attachments?: [] } {
  return {
    allowedMentions: { parse: [], repliedUser: false },
    ...(body.content === undefined ? {} : { content: body.content }),
    ...(body.embeds === undefined ? {} : { embeds: body.embeds }),
    ...(body.components === undefined ? {} : { components: body.components }),
    // An empty list of kept attachments drops the old ones; new files then stand alone.
    ...(body.files === undefined
      ? {}
      : {
          attachments: [],
          files: body.files.map(({ bytes, name, description, spoiler }) =>
            new AttachmentBuilder(Buffer.from(bytes), { name, description }).setSpoiler(spoiler ?? false),
          ),
        }),
  };
}
