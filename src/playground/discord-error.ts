/** An answer that refuses, in Discord's words and codes. */
export class DiscordError extends Error {
  override readonly name = 'DiscordError';
  readonly status: number;
  readonly code: number;
  readonly errors: FormErrors | undefined;
  constructor(status: number, code: number, message: string, errors?: FormErrors) {
    super(message);
    this.status = status;
    this.code = code;
    this.errors = errors;
  }

  body(): object {
    return { message: this.message, code: this.code, ...(this.errors ? { errors: this.errors } : {}) };
  }
}

/** Form errors by field, nested as the form is; `_errors` holds what is wrong at a place. */
export interface FormErrors {
  [field: string]: FormErrors | { code: string; message: string }[];
}

const unknown = (code: number, what: string) => () => new DiscordError(404, code, `Unknown ${what}`);

export const unknownChannel = unknown(10003, 'Channel');
export const unknownGuild = unknown(10004, 'Guild');
export const unknownMember = unknown(10007, 'Member');
export const unknownMessage = unknown(10008, 'Message');
export const unknownUser = unknown(10013, 'User');
export const unknownEmoji = unknown(10014, 'Emoji');
export const unknownWebhook = unknown(10015, 'Webhook');
export const unknownInteraction = unknown(10062, 'interaction');
export const unknownCommand = unknown(10063, 'application command');

export const missingAccess = () => new DiscordError(403, 50001, 'Missing Access');
export const missingPermissions = () => new DiscordError(403, 50013, 'Missing Permissions');
export const unauthorized = () => new DiscordError(401, 0, '401: Unauthorized');
export const tooLarge = () => new DiscordError(413, 40005, 'Request entity too large');

/** One wrong field, at a path such as `['components', 0, 'label']`. */
export function formError(path: readonly (string | number)[], code: string, message: string): DiscordError {
  let errors: FormErrors = { _errors: [] };
  (errors._errors as { code: string; message: string }[]).push({ code, message });
  for (const part of [...path].reverse()) errors = { [String(part)]: errors };
  return new DiscordError(400, 50035, 'Invalid Form Body', errors);
}

export const tooLong = (path: readonly (string | number)[], max: number) =>
  formError(path, 'BASE_TYPE_MAX_LENGTH', `Must be ${max} or fewer in length.`);
