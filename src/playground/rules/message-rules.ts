import { formError, tooLong } from '../discord-error.ts';
import { FLAGS } from '../world/world.ts';
import { type AnyComponent, checkComponents } from './component-rules.ts';
import { LIMITS } from './limits.ts';
import { textLength } from './text-length.ts';

/** A message as a client sends it, already of the right types. */
export interface MessageForm {
  content?: string | null | undefined;
  embeds?: Embed[] | null | undefined;
  components?: unknown[] | null | undefined;
  flags?: number | null | undefined;
  poll?: unknown;
}

interface Embed {
  title?: string | undefined;
  description?: string | undefined;
  footer?: { text: string } | undefined;
  author?: { name: string } | undefined;
  fields?: { name: string; value: string }[] | undefined;
}

/** @throws DiscordError 50035 for the first rule that a message breaks */
export function checkMessage(form: MessageForm, fileNames: readonly string[], kept: number): void {
  const v2 = ((form.flags ?? 0) & FLAGS.componentsV2) !== 0;
  if (textLength(form.content ?? '') > LIMITS.content) throw tooLong(['content'], LIMITS.content);
  if (fileNames.length + kept > LIMITS.attachments) throw tooLong(['attachments'], LIMITS.attachments);
  checkEmbeds(form.embeds ?? []);
  if (v2 && (form.content || (form.embeds?.length ?? 0) > 0)) {
    throw formError(
      ['content'],
      'MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2',
      "The 'content' field cannot be used when using MessageFlags.IS_COMPONENTS_V2",
    );
  }
  checkComponents((form.components ?? []) as AnyComponent[], v2, fileNames);
}

function checkEmbeds(embeds: readonly Embed[]): void {
  if (embeds.length > LIMITS.embeds) throw tooLong(['embeds'], LIMITS.embeds);
  let total = 0;
  embeds.forEach((embed, i) => {
    const texts: [string, string | undefined, number][] = [
      ['title', embed.title, LIMITS.embedTitle],
      ['description', embed.description, LIMITS.embedDescription],
      ['footer', embed.footer?.text, LIMITS.embedFooter],
      ['author', embed.author?.name, LIMITS.embedAuthor],
    ];
    for (const [field, text, max] of texts) {
      if (textLength(text) > max) throw tooLong(['embeds', i, field], max);
      total += textLength(text);
    }
    if ((embed.fields?.length ?? 0) > LIMITS.embedFields)
      throw tooLong(['embeds', i, 'fields'], LIMITS.embedFields);
    for (const [k, field] of (embed.fields ?? []).entries()) {
      if (textLength(field.name) > LIMITS.embedFieldName)
        throw tooLong(['embeds', i, 'fields', k, 'name'], LIMITS.embedFieldName);
      if (textLength(field.value) > LIMITS.embedFieldValue)
        throw tooLong(['embeds', i, 'fields', k, 'value'], LIMITS.embedFieldValue);
      total += textLength(field.name) + textLength(field.value);
    }
  });
  if (total > LIMITS.embedTotal)
    throw formError(['embeds'], 'MAX_EMBED_SIZE_EXCEEDED', 'Embed size exceeds maximum size of 6000');
}

/** Whether anything is in a message. */
export function isEmptyMessage(form: MessageForm, files: number): boolean {
  return (
    !form.content &&
    (form.embeds?.length ?? 0) === 0 &&
    (form.components?.length ?? 0) === 0 &&
    files === 0 &&
    !form.poll
  );
}
