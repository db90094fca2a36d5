import { randomBytes } from 'node:crypto';
import { DiscordAPIError, HTTPError, RESTJSONErrorCodes } from 'discord.js';
import { Cancelled, OperatorError, UserError } from '../errors.ts';
import { phrase } from '../language/phrase.ts';
import { inEnglish, type Say } from '../language/say.ts';
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
export function explainTo(error: unknown, logger: Logger, context: object, say: Say = inEnglish): string {
  if (error instanceof UserError) {
    logger.info({ ...context, code: error.code }, 'refused');
    const words = say('{sentence}.', { sentence: error.said });
    return error.hinted === undefined ? words : `${words}\n-# ${say(error.hinted)}`;
  }
  if (error instanceof Cancelled) return say('Cancelled.');
  const id = randomBytes(4).toString('hex');
  logger.error({ ...context, err: error, id }, 'failed');
  return `${say(whoseTrouble(error))} (${id})`;
}

function whoseTrouble(error: unknown) {
  if (error instanceof HTTPError || (error instanceof DiscordAPIError && error.status >= 500))
    return phrase('Discord had trouble just now. Try again in a moment.');
  if (error instanceof OperatorError)
    return phrase('The bot cannot do this right now; its operator has been told.');
  return phrase('Something broke on our side.');
}
