import { formError, tooLong } from '../discord-error.ts';
import { FLAGS } from '../world/world.ts';
import { type AnyComponent, checkComponents } from './component-rules.ts';
import { checkEmbeds, type Embed } from './embed-rules.ts';
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
