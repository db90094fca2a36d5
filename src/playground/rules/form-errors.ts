import type { z } from 'zod';
import { DiscordError, type FormErrors } from '../discord-error.ts';

type Issue = z.core.$ZodIssue;
type Wrong = { code: string; message: string };
const REQUIRED: Wrong = { code: 'BASE_TYPE_REQUIRED', message: 'This field is required' };

/** Discord's words for a value of the wrong type, by the type that was wanted. */
const CONVERT: Readonly<Record<string, Wrong>> = {
  string: { code: 'STRING_TYPE_CONVERT', message: 'Could not interpret the value as string.' },
  int: { code: 'NUMBER_TYPE_COERCE', message: 'Value is not int.' },
  number: { code: 'NUMBER_TYPE_COERCE', message: 'Value is not float.' },
  boolean: { code: 'BOOLEAN_TYPE_CONVERT', message: 'Must be either true or false.' },
  object: { code: 'DICT_TYPE_CONVERT', message: 'Only dictionaries may be used in a DictType' },
  array: { code: 'LIST_TYPE_CONVERT', message: 'Only iterables may be used in a ListType' },
};

const isLong = (issue: { origin: string }) => issue.origin === 'string' || issue.origin === 'array';

function wordsFor(issue: Issue): Wrong {
  if (issue.input === undefined) return REQUIRED;
  const other: Wrong = { code: 'BASE_TYPE_INVALID', message: issue.message };
  if (issue.code === 'invalid_type') return CONVERT[issue.expected] ?? other;
  if (issue.code === 'too_big')
    return isLong(issue)
      ? { code: 'BASE_TYPE_MAX_LENGTH', message: `Must be ${issue.maximum} or fewer in length.` }
      : { code: 'NUMBER_TYPE_MAX', message: `Value should be less than or equal to ${issue.maximum}.` };
  if (issue.code === 'too_small')
    return isLong(issue)
      ? { code: 'BASE_TYPE_MIN_LENGTH', message: `Must be ${issue.minimum} or more in length.` }
      : { code: 'NUMBER_TYPE_MIN', message: `Value should be greater than or equal to ${issue.minimum}.` };
  if (issue.code === 'invalid_value')
    return {
      code: 'BASE_TYPE_CHOICES',
      message: `Value must be one of (${issue.values.map(String).join(', ')}).`,
    };
  if (issue.code === 'invalid_format' && issue.format === 'url')
    return { code: 'URL_TYPE_INVALID_URL', message: 'Not a well formed URL.' };
  return other;
}

/** A place has errors of its own or places below it, not both: the first to come decides. */
function put(errors: FormErrors, path: readonly string[], wrong: Wrong): void {
  let at = errors;
  for (const part of path) {
    if ('_errors' in at) return;
    at = (at[part] ??= {}) as FormErrors;
  }
  const isNew = Object.keys(at).length === 0;
  if (isNew) at._errors = [wrong];
  else if ('_errors' in at) (at._errors as Wrong[]).push(wrong);
}

/**
 * A failed check in Discord's nested words.
 * @param prefix the place of what was checked in the whole form
 */
export function toFormError(error: z.ZodError, prefix: readonly (string | number)[] = []): DiscordError {
  const errors: FormErrors = {};
  for (const issue of error.issues) put(errors, [...prefix, ...issue.path].map(String), wordsFor(issue));
  return new DiscordError(400, 50035, 'Invalid Form Body', errors);
}

/** Parses what a client sent. @throws DiscordError 50035 */
export function parseBody<T extends z.ZodType>(
  schema: T,
  json: unknown,
  prefix: readonly (string | number)[] = [],
): z.infer<T> {
  const parsed = schema.safeParse(json, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw toFormError(parsed.error, prefix);
}
