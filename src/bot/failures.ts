import { randomBytes } from 'node:crypto';
import { DiscordAPIError, HTTPError, RESTJSONErrorCodes } from 'discord.js';
import { Cancelled, OperatorError, UserError } from '../errors.ts';
import type { Logger } from '../logger.ts';

/** What a Discord call's failure means for us. */
export type DiscordTrouble = 'gone' | 'late' | 'forbidden' | 'too-large' | 'other';

const KINDS: Record<number, DiscordTrouble> = {
  [RESTJSONErrorCodes.UnknownMessage]: 'gone',
  [RESTJSONErrorCodes.UnknownChannel]: 'gone',
  [RESTJSONErrorCodes.UnknownInteraction]: 'late',
  [RESTJSONErrorCodes.InvalidWebhookToken]: 'late',
  [RESTJSONErrorCodes.UnknownWebhook]: 'late',
  [RESTJSONErrorCodes.InteractionHasAlreadyBeenAcknowledged]: 'late',
  [RESTJSONErrorCodes.MissingPermissions]: 'forbidden',
  [RESTJSONErrorCodes.MissingAccess]: 'forbidden',
  [RESTJSONErrorCodes.CannotSendMessagesToThisUser]: 'forbidden',
  [RESTJSONErrorCodes.RequestEntityTooLarge]: 'too-large',
};

export function troubleOf(error: unknown): DiscordTrouble {
  if (error instanceof UserError && error.code === 'no-channel') return 'gone';
  return error instanceof DiscordAPIError ? (KINDS[Number(error.code)] ?? 'other') : 'other';
}

/** Words for whoever asked, and a line in the log for whoever must act; a bug gets an id that stands in both. */
export function explainTo(error: unknown, logger: Logger, context: object): string {
  if (error instanceof UserError) {
    logger.info({ ...context, code: error.code }, 'refused');
    return error.hint === undefined ? `${error.message}.` : `${error.message}.\n-# ${error.hint}`;
  }
  if (error instanceof Cancelled) return 'Cancelled.';
  const id = randomBytes(4).toString('hex');
  logger.error({ ...context, err: error, id }, 'failed');
  return `${whoseTrouble(error)} (${id})`;
}

function whoseTrouble(error: unknown): string {
  if (error instanceof HTTPError || (error instanceof DiscordAPIError && error.status >= 500))
    return 'Discord had trouble just now. Try again in a moment.';
  if (error instanceof OperatorError) return 'The bot cannot do this right now; its operator has been told.';
  return 'Something broke on our side.';
}
