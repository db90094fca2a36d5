import sharp from 'sharp';
import { formError, tooLarge } from '../discord-error.ts';
import { DAY_MS, type Hub } from '../hub.ts';
import { ATTACHMENT_BYTES, LIMITS } from '../rules/limits.ts';
import { textLength } from '../rules/text-length.ts';
import type { Attachment, Channel } from '../world/world.ts';
import { cleanName } from './clean-name.ts';

/** A file as it was sent. */
export interface SentFile {
  filename: string;
  bytes: Uint8Array;
}

const TYPES: Record<string, string> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  gif: 'image/gif',
  avif: 'image/avif',
  txt: 'text/plain; charset=utf-8',
  json: 'application/json; charset=utf-8',
  zip: 'application/zip',
};

const extensionOf = (filename: string) => /\.([a-z0-9]+)$/i.exec(filename)?.[1]?.toLowerCase() ?? '';

async function dimensions(bytes: Uint8Array): Promise<{ width: number; height: number } | undefined> {
  try {
    const { width, height, orientation = 1 } = await sharp(bytes).metadata();
    return orientation > 4 ? { width: height, height: width } : { width, height };
  } catch (error) {
    // Not a picture that can be measured: then it is a file like any other.
    if (error instanceof Error) return undefined;
    throw error;
  }
}

/** What a client says about a file beside sending it. */
export interface FileNote {
  description?: string | undefined;
  isSpoiler?: boolean | undefined;
}

/**
 * Keeps a file and gives its description.
 * @throws DiscordError 40005 when it is larger than the server's tier allows
 */
export async function storeFile(
  hub: Hub,
  channel: Channel,
  file: SentFile,
  note: FileNote = {},
  ephemeral = false,
): Promise<Attachment> {
  const guild = channel.guildId === undefined ? undefined : hub.world.guilds.get(channel.guildId);
  if (file.bytes.length > ATTACHMENT_BYTES[guild?.premiumTier ?? 0]!) throw tooLarge();
  if (textLength(note.description) > LIMITS.altText) {
    throw formError(
      ['attachments', 0, 'description'],
      'BASE_TYPE_MAX_LENGTH',
      'Must be 1024 or fewer in length.',
    );
  }
  const filename = cleanName(file.filename);
  const contentType = TYPES[extensionOf(filename)];
  const size = contentType?.startsWith('image/') ? await dimensions(file.bytes) : undefined;
  const attachment: Attachment = {
    id: hub.id(),
    filename,
    size: file.bytes.length,
    spoiler: note.isSpoiler === true || filename.startsWith('SPOILER_'),
    channelId: channel.id,
    ephemeral,
    ...(contentType === undefined ? {} : { contentType }),
    ...size,
    ...(note.description ? { description: note.description } : {}),
  };
  hub.world.files.set(attachment.id, file.bytes);
  // Once its address has run out nobody gets another for it.
  if (ephemeral) hub.clock.after(DAY_MS, () => hub.world.files.delete(attachment.id));
  return attachment;
}

const PROXY = { png: 'png', jpg: 'jpeg', jpeg: 'jpeg', webp: 'webp' } as const;
const MAX_SIDE = 4096;

/**
 * A picture in another format or size, as Discord's media proxy gives it; undefined when that is not wanted or possible.
 */
export async function convertPicture(
  bytes: Uint8Array,
  query: { format?: string | undefined; width?: string | undefined; height?: string | undefined },
): Promise<{ bytes: Uint8Array; type: string } | undefined> {
  const format = PROXY[query.format as keyof typeof PROXY];
  const side = (text: string | undefined) =>
    text !== undefined && /^\d{1,4}$/.test(text) ? Math.min(MAX_SIDE, Math.max(1, Number(text))) : undefined;
  const [width, height] = [side(query.width), side(query.height)];
  if (!format && width === undefined && height === undefined) return undefined;
  const picture = sharp(bytes, { limitInputPixels: 50_000_000 }).resize({
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
    fit: 'inside',
    withoutEnlargement: true,
  });
  const { data, info } = await (format ? picture.toFormat(format) : picture).toBuffer({
    resolveWithObject: true,
  });
  return { bytes: data, type: `image/${info.format}` };
}
