import type { Client } from 'discord.js';
import type { MessageBody, OutgoingFile } from '../commands/messages/message-body.ts';
import {
  endedMessage,
  progressMessage,
  queuedMessage,
  resultButtons,
  resultText,
} from '../commands/messages/paint-messages.ts';
import { SEEDED_REACTIONS } from '../commands/reaction.ts';
import type { Services } from '../commands/services.ts';
import { nonceOf } from '../commands/submit.ts';
import { fromFailure } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { composeGrid, fitToLimit } from '../pipeline/index.ts';
import type { JobFailure, JobProgress, JobResult } from '../queue/job.ts';
import { altTextOf } from '../recipe/caption.ts';
import type { Delivery } from '../studio/deliveries.ts';
import type { Painting } from '../studio/paintings.ts';
import { sendable } from './conversation.ts';
import { explainTo, troubleOf } from './failures.ts';
import { createMessageEditor, type MessageEditor } from './message-editor.ts';
import { toDiscord } from './to-discord.ts';

/** Jobs that waited longer than this while the bot was away are given up, and said so once. */
const STALE_MS = 60 * 60_000;

export interface DeliveryOptions {
  client: Client<true>;
  services: Services;
  logger: Logger;
  /** Least time between two edits of one message. */
  editMs: number;
}

/** Brings places, progress and results from the queue into the messages that wait for them. */
export class DeliveryDesk {
  readonly #options: DeliveryOptions;
  readonly #editor: MessageEditor;
  readonly #open = new Map<string, Delivery>();
  /** Jobs whose end is being told, so that two events of one end are told once. */
  readonly #ending = new Set<string>();
  #moveTimer: NodeJS.Timeout | undefined;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    const { client, logger } = options;
    this.#editor = createMessageEditor(client, options.editMs, (error, jobId) =>
      logger.warn({ err: error, jobId }, 'an edit failed'),
    );
    const { queue } = options.services;
    queue.on('progress', (jobId, progress) => this.#guard(jobId, () => this.#showProgress(jobId, progress)));
    queue.on('painted', (jobId, result) => this.#guard(jobId, () => this.#deliver(jobId, result)));
    queue.on('failed', (jobId, failure) => this.#guard(jobId, () => this.#tellFailure(jobId, failure)));
    queue.on('moved', () => this.#scheduleMove());
  }

  /** Takes up what an earlier run left: delivers what is painted, submits again what never reached the queue. */
  async resume(): Promise<void> {
    const { queue, studio } = this.#options.services;
    for (const delivery of await studio.deliveries.pending()) {
      const { jobId, order, createdAt } = delivery;
      const state = await queue.stateOf(jobId);
      if (state.state === 'painted') await this.#deliver(jobId, state.result);
      else if (state.state === 'failed') await this.#tellFailure(jobId, state.failure);
      else if (Date.now() - createdAt.getTime() > STALE_MS) {
        await queue.cancel(jobId);
        await this.#end(delivery, 'This waited too long while the bot was away; ask again.');
      } else if (state.state === 'unknown') {
        await this.#ensureMessage(delivery);
        const { recipe, askerId, costSeconds, parentId } = order;
        await queue.submit({
          id: jobId,
          recipe,
          askerId,
          costSeconds,
          ...(parentId === undefined ? {} : { parentId }),
        });
      }
    }
    this.#scheduleMove();
  }

  async close(): Promise<void> {
    clearTimeout(this.#moveTimer);
    await this.#editor.settled();
  }

  /** Runs work whose failure is logged and hurts nobody else. */
  #guard(jobId: string, work: () => Promise<void>): void {
    work().catch((error: unknown) => this.#options.logger.error({ err: error, jobId }, 'a delivery failed'));
  }

  async #find(jobId: string): Promise<Delivery | undefined> {
    const known = this.#open.get(jobId);
    if (known?.messageId !== undefined) return known;
    const delivery = await this.#options.services.studio.deliveries.get(jobId);
    if (delivery) this.#open.set(jobId, delivery);
    return delivery;
  }

  async #showProgress(jobId: string, progress: JobProgress): Promise<void> {
    const delivery = await this.#find(jobId);
    if (!delivery?.messageId || this.#ending.has(jobId)) return;
    const preview =
      progress.preview === undefined ? undefined : await this.#options.services.images.get(progress.preview);
    const { recipe, askerId } = delivery.order;
    this.#editor.edit(delivery, progressMessage(jobId, recipe, askerId, progress, preview));
  }

  /** Tells those who wait where they stand; many changes at once are told once. */
  #scheduleMove(): void {
    this.#moveTimer ??= setTimeout(() => {
      this.#moveTimer = undefined;
      this.#guard('queue', () => this.#showPlaces());
    }, this.#options.editMs / 2);
  }

  async #showPlaces(): Promise<void> {
    for (const place of await this.#options.services.queue.places()) {
      if (place.place === 0) continue;
      const delivery = await this.#find(place.jobId);
      if (!delivery?.messageId) continue;
      this.#editor.edit(
        delivery,
        queuedMessage(place.jobId, delivery.order.recipe, delivery.order.askerId, place),
      );
    }
  }

  /** A delivery whose message was never posted gets it now; the nonce keeps it from standing there twice. */
  async #ensureMessage(delivery: Delivery): Promise<Delivery> {
    if (delivery.messageId !== undefined) return delivery;
    const { jobId, order } = delivery;
    const channel = await sendable(this.#options.client, order.channelId);
    const body = queuedMessage(jobId, order.recipe, order.askerId);
    const message = await channel.send({ ...toDiscord(body), nonce: nonceOf(jobId), enforceNonce: true });
    await this.#options.services.studio.deliveries.place(jobId, message.id);
    const placed = { ...delivery, messageId: message.id };
    this.#open.set(jobId, placed);
    return placed;
  }

  async #deliver(jobId: string, result: JobResult): Promise<void> {
    if (this.#ending.has(jobId)) return;
    this.#ending.add(jobId);
    try {
      const found = await this.#find(jobId);
      if (!found) return;
      const delivery = await this.#ensureMessage(found);
      await this.#postResult(delivery, result);
      await this.#close(delivery);
    } finally {
      this.#ending.delete(jobId);
    }
  }

  async #postResult(delivery: Delivery, result: JobResult): Promise<void> {
    const { services } = this.#options;
    const { jobId, order } = delivery;
    services.costs.learn(order.recipe, result.tookMs);
    const painting = toPainting(delivery, result);
    const parent =
      order.parentId === undefined ? undefined : await services.studio.paintings.get(order.parentId);
    const shown = { ...painting, depth: (parent?.depth ?? 0) + 1, favourite: 0 };
    const { files, notes } = await this.#filesOf(delivery, result);
    const body: MessageBody = {
      content: resultText(shown, parent, [...order.notes, ...result.warnings, ...notes]),
      components: resultButtons(shown),
      files,
    };
    // Filed first: its buttons may be pressed the moment it is seen.
    await services.studio.paintings.add(painting);
    const messageId = await this.#editor.finish(delivery, body);
    if (messageId !== painting.messageId) await services.studio.paintings.moveTo(painting.id, messageId);
    const settings = await services.studio.settings.guild(order.guildId);
    if (settings.seedReactions && order.token === undefined) await this.#seed(order.channelId, messageId);
    await services.queue.forget(jobId);
  }

  async #filesOf(delivery: Delivery, result: JobResult): Promise<{ files: OutgoingFile[]; notes: string[] }> {
    const { images } = this.#options.services;
    const { recipe, attachmentLimitBytes, sourceDescription } = delivery.order;
    const description = altTextOf(recipe, sourceDescription);
    const files: OutgoingFile[] = [];
    const notes = new Set<string>();
    const pngs: Uint8Array[] = [];
    for (const { hash, seed } of result.pictures) {
      const png = await images.get(hash);
      if (!png) continue;
      pngs.push(png);
      const fitted = await fitToLimit(png, attachmentLimitBytes);
      if (fitted.note !== undefined) notes.add(fitted.note);
      files.push({ name: `overpaint-${seed}.${fitted.extension}`, bytes: fitted.bytes, description });
    }
    if (pngs.length > 1) {
      const grid = await composeGrid(pngs, pngs.length > 4 ? 4 : 2);
      files.unshift({
        name: 'grid.jpg',
        bytes: grid,
        description: `${pngs.length} versions in a grid. ${description}`.slice(0, 1024),
      });
    }
    return { files: files.slice(0, 10), notes: [...notes] };
  }

  /** Puts the reactions to press under a result; a place that does not allow it goes without. */
  async #seed(channelId: string, messageId: string): Promise<void> {
    try {
      const channel = await sendable(this.#options.client, channelId);
      for (const emoji of SEEDED_REACTIONS) await channel.messages.react(messageId, emoji);
    } catch (error) {
      if (troubleOf(error) === 'other') throw error;
      this.#options.logger.info({ channelId, trouble: troubleOf(error) }, 'no reactions here');
    }
  }

  async #tellFailure(jobId: string, failure: JobFailure): Promise<void> {
    if (this.#ending.has(jobId)) return;
    this.#ending.add(jobId);
    try {
      const delivery = await this.#find(jobId);
      if (!delivery) return;
      await this.#options.services.studio.quotas.refund(jobId);
      const words =
        failure.kind === 'cancelled'
          ? '✖️ cancelled'
          : `⚠️ ${explainTo(fromFailure(failure as Parameters<typeof fromFailure>[0]), this.#options.logger, { jobId })}`;
      await this.#end(await this.#ensureMessage(delivery), words);
      await this.#options.services.queue.forget(jobId);
    } finally {
      this.#ending.delete(jobId);
    }
  }

  async #end(delivery: Delivery, words: string): Promise<void> {
    const { recipe, askerId } = delivery.order;
    if (delivery.messageId !== undefined)
      await this.#editor.finish(delivery, endedMessage(recipe, askerId, words));
    await this.#close(delivery);
  }

  async #close({ jobId }: Delivery): Promise<void> {
    await this.#options.services.studio.deliveries.close(jobId);
    this.#open.delete(jobId);
  }
}

function toPainting(
  { jobId, order, messageId }: Delivery,
  result: JobResult,
): Omit<Painting, 'depth' | 'favourite'> {
  return {
    id: jobId,
    recipe: order.recipe,
    parentId: order.parentId ?? null,
    pictures: result.pictures,
    askerId: order.askerId,
    guildId: order.guildId ?? null,
    channelId: order.channelId,
    messageId: messageId ?? '',
    executedSteps: result.executedSteps,
    tookMs: result.tookMs,
  };
}
