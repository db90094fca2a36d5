import { z } from 'zod';
import { type SentFile, storeFile } from '../cdn/store-file.ts';
import { DiscordError } from '../discord-error.ts';
import type { Hub } from '../hub.ts';
import { Embed, keepEmbed } from '../rules/embed-rules.ts';
import { LIMITS } from '../rules/limits.ts';
import { checkMessage, isEmptyMessage } from '../rules/message-rules.ts';
import { characters } from '../rules/text-length.ts';
import { type Attachment, type Channel, type Component, FLAGS, type Message } from '../world/world.ts';
import type { Form } from './read-form.ts';
import { withoutNulls } from './without-nulls.ts';

const snowflake = z.union([z.string().regex(/^\d{1,20}$/), z.int().nonnegative()]).transform(String);

/** A message as a client writes it: creation, edit, follow-up, interaction answer. */
export const MessageBody = z.looseObject({
  content: z.string().nullish(),
  embeds: z.array(Embed).max(LIMITS.embeds).nullish(),
  components: z.array(z.looseObject({ type: z.int() })).nullish(),
  attachments: z
    .array(
      z.looseObject({
        id: snowflake,
        filename: characters(1, 1024).nullish(),
        description: characters(0, LIMITS.altText).nullish(),
        is_spoiler: z.boolean().nullish(),
      }),
    )
    .nullish(),
  flags: z.int().nullish(),
  tts: z.boolean().nullish(),
  nonce: z.union([characters(0, LIMITS.nonce), z.int()]).nullish(),
  enforce_nonce: z.boolean().nullish(),
  allowed_mentions: z
    .looseObject({
      parse: z.array(z.enum(['users', 'roles', 'everyone']).nullable()).nullish(),
      replied_user: z.boolean().nullish(),
    })
    .nullish(),
  message_reference: z
    .looseObject({
      message_id: snowflake,
      channel_id: snowflake.nullish(),
      fail_if_not_exists: z.boolean().nullish(),
    })
    .nullish(),
  poll: z.unknown().optional(),
});
export type MessageBody = z.infer<typeof MessageBody>;

/** What a body makes of a message: only what it names. */
export type MessageChange = Partial<Pick<Message, 'content' | 'embeds' | 'components' | 'attachments'>>;

/**
 * Checks a body by all rules and stores its files.
 * @param known attachments that the message has already; what an edit does not list is dropped
 */
export async function toMessageChange(
  hub: Hub,
  channel: Channel,
  body: MessageBody,
  form: Form,
  known: readonly Attachment[] = [],
  flags = 0,
): Promise<MessageChange> {
  const listed = body.attachments ?? undefined;
  const kept = listed
    ? known.filter((attachment) => listed.some(({ id }) => id === attachment.id))
    : [...known];
  const names = [...form.files.values()]
    .map((file) => file.filename)
    .concat(kept.map((attachment) => attachment.filename));
  checkMessage({ ...body, flags: (body.flags ?? 0) | flags }, names, 0);
  const stored: Attachment[] = [];
  for (const [number, file] of form.files)
    stored.push(await storeFile(hub, channel, file, noteOf(body, number)));
  const change: MessageChange = {};
  if (body.content !== undefined) change.content = body.content ?? '';
  if (body.embeds !== undefined) change.embeds = (body.embeds ?? []).map(keepEmbed) as Message['embeds'];
  if (body.components !== undefined)
    change.components = withIds(withoutNulls(body.components ?? [])) as Component[];
  if (listed || stored.length > 0)
    change.attachments = [...kept.map((attachment) => redescribe(attachment, listed)), ...stored];
  return change;
}

function noteOf(
  body: MessageBody,
  number: number,
): { filename?: string; description?: string; isSpoiler?: boolean } {
  const note = body.attachments?.find(({ id }) => id === String(number));
  return {
    ...(note?.description ? { description: note.description } : {}),
    ...(note?.is_spoiler ? { isSpoiler: true } : {}),
  };
}

function redescribe(attachment: Attachment, listed: MessageBody['attachments']): Attachment {
  const note = listed?.find(({ id }) => id === attachment.id);
  return note?.description ? { ...attachment, description: note.description } : attachment;
}

/** Discord numbers components that have no id. */
export function withIds<T extends object>(components: readonly T[]): T[] {
  let next = 1;
  const number = (component: unknown): unknown => {
    if (Array.isArray(component)) return component.map(number);
    if (typeof component !== 'object' || component === null || !('type' in component)) return component;
    const id = 'id' in component && component.id ? component.id : next++;
    const entries = Object.entries(component).map(([key, value]) => [
      key,
      ['components', 'accessory', 'component'].includes(key) ? number(value) : value,
    ]);
    return { ...Object.fromEntries(entries), id };
  };
  return components.map(number) as T[];
}

/** @throws DiscordError 50006 for a message with nothing in it */
export function requireContent(body: MessageBody, files: ReadonlyMap<number, SentFile>): void {
  if (isEmptyMessage(body, files.size)) throw new DiscordError(400, 50006, 'Cannot send an empty message');
}

/** @throws DiscordError 50006 for an edit that leaves nothing */
export function requireRemainder(message: Message, change: MessageChange): void {
  const after = { ...message, ...change };
  const left = [after.content, ...after.embeds, ...after.components, ...after.attachments];
  if (left.every((part) => part === '')) throw new DiscordError(400, 50006, 'Cannot send an empty message');
}

/** The V2 flag may come with an edit, and never goes away again. */
export function upgradeToV2(message: Message, flags: number | null | undefined): { flags?: number } {
  if (flags === undefined || flags === null) return {};
  const v2 = (message.flags | flags) & FLAGS.componentsV2;
  return { flags: (message.flags & ~FLAGS.suppressEmbeds) | v2 | (flags & FLAGS.suppressEmbeds) };
}
