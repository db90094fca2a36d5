import type { Attachment } from '../commands/context.ts';
import { UserError } from '../errors.ts';
import { phrase } from '../language/phrase.ts';

/** Where attachments may be fetched from, and how much of one. */
export interface DownloadLimits {
  /** Discord's own hosts, and the playground's. */
  hosts: readonly string[];
  maxBytes: number;
  timeoutMs: number;
}

export const DISCORD_HOSTS = ['cdn.discordapp.com', 'media.discordapp.net'] as const;

/**
 * Downloads an attachment at once, since its address expires. Only from the hosts that Discord keeps attachments on: no
 * address that a member chose is ever fetched.
 * @throws UserError `not-downloadable`, `picture-too-large`, `download-failed`
 */
export async function downloadAttachment(
  attachment: Attachment,
  limits: DownloadLimits,
): Promise<Uint8Array> {
  const url = new URL(attachment.url);
  if (!limits.hosts.includes(url.host)) {
    throw new UserError('not-downloadable', "Expected a picture from Discord's own servers", {
      hint: 'Upload it here.',
    });
  }
  if (attachment.sizeBytes > limits.maxBytes) throw tooLarge(limits.maxBytes, attachment.sizeBytes);
  const response = await fetch(url, {
    signal: AbortSignal.timeout(limits.timeoutMs),
    redirect: 'error',
  }).catch((cause: unknown) => {
    throw failed(cause);
  });
  if (!response.ok || !response.body) throw failed(undefined);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.length;
    if (size > limits.maxBytes) throw tooLarge(limits.maxBytes, size);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const megabytes = (bytes: number) => (bytes / 1048576).toFixed(1);
const tooLarge = (limit: number, size: number) =>
  new UserError(
    'picture-too-large',
    phrase('Expected a picture of at most {most} MB, but received {given} MB', {
      most: megabytes(limit),
      given: megabytes(size),
    }),
  );
const failed = (cause: unknown) =>
  new UserError('download-failed', 'Discord did not hand the picture out', { hint: 'Send it again.', cause });
