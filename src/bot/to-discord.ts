import { AttachmentBuilder, type BaseMessageOptions } from 'discord.js';
import type { MessageBody, OutgoingFile } from '../commands/messages/message-body.ts';
import type { Sign } from '../credentials/signing.ts';

/** A worker's PNGs come signed; what is made of them for a message, to fit a limit or beside each other, is JPEG. */
const isJpeg = ({ bytes }: OutgoingFile) => bytes[0] === 0xff && bytes[1] === 0xd8;

/**
 * A message body as discord.js sends it; names in it ring nobody's bell. Files are signed here, since a signature holds for
 * the very bytes that leave.
 */
export async function toDiscord(
  body: MessageBody,
  sign: Sign,
): Promise<BaseMessageOptions & { attachments?: [] }> {
  const files = await Promise.all(
    (body.files ?? []).map(async (file) =>
      isJpeg(file) ? { ...file, bytes: await sign(file.bytes) } : file,
    ),
  );
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
          files: files.map(({ bytes, name, description, spoiler }) =>
            new AttachmentBuilder(Buffer.from(bytes), { name, description }).setSpoiler(spoiler ?? false),
          ),
        }),
  };
}
