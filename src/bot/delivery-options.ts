import type { Client } from 'discord.js';
import type { Services } from '../commands/services.ts';
import type { Logger } from '../logger.ts';

/** What deliveries work with, and how often they do it. */
export interface DeliveryOptions {
  client: Client<true>;
  services: Services;
  logger: Logger;
  /** Least time between two edits of one message. */
  editMs: number;
  /** First pause before a delivery that failed is tried again. */
  retryMs: number;
  /** How often promises are held against the queue, and how old they are before. */
  reconcileMs: number;
}
