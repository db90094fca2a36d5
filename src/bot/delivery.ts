import { endedMessage, progressMessage, queuedMessage } from '../commands/messages/paint-messages.ts';
import { SEEDED_REACTIONS } from '../commands/reaction.ts';
import { nonceOf } from '../commands/submit.ts';
import { fromFailure } from '../errors.ts';
import { sayIn } from '../language/say.ts';
import { enlargeTo } from '../pipeline/index.ts';
import type { JobFailure, JobProgress, JobResult } from '../queue/job.ts';
import type { Delivery } from '../studio/deliveries.ts';
import { auditEnd } from './audit.ts';
import { sendable } from './conversation.ts';
import type { DeliveryOptions } from './delivery-options.ts';
import { explainTo, troubleOf } from './failures.ts';
import { createMessageEditor, type MessageEditor, type Standing } from './message-editor.ts';
import { resultMessage, toPainting } from './result.ts';
import { createRetrier, type Retrier } from './retry.ts';
import { toDiscord } from './to-discord.ts';

/** Jobs that waited longer than this while the bot was away are given up, and said so once. */
const STALE_MS = 60 * 60_000;
/** Promises that were kept are forgotten after this, at the next start. */
const PURGE_MS = 24 * 60 * 60_000;
/** Longer side of a preview as it is shown, in pixels. */
const PREVIEW_SIDE = 384;
/** Below this no smaller file is tried. */
const LEAST_LIMIT = 256 * 1024;

/** Brings places, progress and results from the queue into the messages that wait for them. */
export class DeliveryDesk {
  readonly #options: DeliveryOptions;
  readonly #editor: MessageEditor;
  readonly #retrier: Retrier;
  readonly #open = new Map<string, Delivery>();
  /** Jobs whose end is being told, so that two events of one end are told once. */
  readonly #ending = new Set<string>();
  #moveTimer: NodeJS.Timeout | undefined;
  #reconcileTimer: NodeJS.Timeout | undefined;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    const { client, logger } = options;
    this.#editor = createMessageEditor(client, options.services.sign, options.editMs, (error, jobId) =>
      logger.warn({ err: error, jobId }, 'an edit failed'),
    );
    this.#retrier = createRetrier(options.retryMs);
    const { queue } = options.services;
    queue.on('progress', (jobId, progress) => this.#guard(jobId, () => this.#showProgress(jobId, progress)));
    queue.on('painted', (jobId, result) => this.#persist(jobId, () => this.#deliver(jobId, result)));
    queue.on('failed', (jobId, failure) => this.#persist(jobId, () => this.#tellFailure(jobId, failure)));
    queue.on('moved', () => this.#scheduleMove());
  }

  /** Takes up what an earlier run left: delivers what is painted, submits again what never reached the queue. */
  async resume(): Promise<void> {
    const { studio } = this.#options.services;
    await studio.deliveries.purge(new Date(Date.now() - PURGE_MS));
    for (const delivery of await studio.deliveries.pending()) {
      const isStale = Date.now() - delivery.createdAt.getTime() > STALE_MS;
      await this.#takeUp(delivery, isStale);
    }
    this.#scheduleMove();
    this.#reconcileTimer = setInterval(
      () => this.#guard('queue', () => this.#reconcile()),
      this.#options.reconcileMs,
    );
  }

  /** What was promised and should have been heard of: a queue that was away, or emptied, tells nothing by itself. */
  async #reconcile(): Promise<void> {
    for (const delivery of await this.#options.services.studio.deliveries.pending())
      if (Date.now() - delivery.createdAt.getTime() > this.#options.reconcileMs)
        await this.#takeUp(delivery, false);
  }

  async #takeUp(delivery: Delivery, isStale: boolean): Promise<void> {
    const { queue, studio } = this.#options.services;
    const { jobId, order } = delivery;
    const state = await queue.stateOf(jobId);
    if (state.state === 'painted') this.#persist(jobId, () => this.#deliver(jobId, state.result));
    else if (state.state === 'failed') this.#persist(jobId, () => this.#tellFailure(jobId, state.failure));
    else if (isStale) {
      await queue.cancel(jobId);
      await studio.quotas.refund(jobId);
      const say = sayIn(order.locale);
      await this.#end(delivery, say('This waited too long while the bot was away; ask again.'));
    } else if (state.state === 'unknown') {
      await this.#ensureMessage(delivery);
      const { work, askerId, costSeconds, parentId, safety } = order;
      await queue.submit({
        id: jobId,
        work,
        askerId,
        costSeconds,
        safety,
        ...(parentId === undefined ? {} : { parentId }),
      });
    }
  }

  async close(): Promise<void> {
    clearTimeout(this.#moveTimer);
    clearInterval(this.#reconcileTimer);
    await this.#retrier.close();
    await this.#editor.settled();
  }

  /** Runs work whose failure is logged and hurts nobody else. */
  #guard(jobId: string, work: () => Promise<void>): void {
    work().catch((error: unknown) => this.#options.logger.error({ err: error, jobId }, 'a delivery failed'));
  }

  /** Work that somebody waits for: tried again when Discord is away; at the next start at the latest. */
  #persist(jobId: string, work: () => Promise<void>): void {
    this.#retrier.run(work, (error, isLast) => {
      const words = isLast ? 'a delivery failed; it is tried again at the next start' : 'a delivery failed';
      this.#options.logger[isLast ? 'error' : 'warn']({ err: error, jobId }, words);
    });
  }

  async #find(jobId: string): Promise<Delivery | undefined> {
    const known = this.#open.get(jobId);
    if (known?.messageId !== undefined) return known;
    const delivery = await this.#options.services.studio.deliveries.get(jobId);
    if (!delivery || delivery.done) return undefined;
    this.#open.set(jobId, delivery);
    return delivery;
  }

  async #showProgress(jobId: string, progress: JobProgress): Promise<void> {
    const delivery = await this.#find(jobId);
    if (!delivery?.messageId || this.#ending.has(jobId)) return;
    const hash = progress.kind === 'paint' ? progress.preview : undefined;
    const small = hash === undefined ? undefined : await this.#options.services.images.get(hash);
    const preview = small && (await enlargeTo(small, PREVIEW_SIDE));
    const { work, askerId, locale } = delivery.order;
    this.#editor.edit(delivery, progressMessage(sayIn(locale), jobId, work, askerId, progress, preview));
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
      const { work, askerId, locale } = delivery.order;
      this.#editor.edit(delivery, queuedMessage(sayIn(locale), place.jobId, work, askerId, place));
    }
  }

  /** A delivery whose message was never posted gets it now; the nonce keeps it from standing there twice. */
  async #ensureMessage(delivery: Delivery): Promise<Delivery> {
    if (delivery.messageId !== undefined) return delivery;
    const { jobId, order } = delivery;
    const channel = await sendable(this.#options.client, order.channelId);
    const body = queuedMessage(sayIn(order.locale), jobId, order.work, order.askerId);
    const ready = await toDiscord(body, this.#options.services.sign);
    const message = await channel.send({ ...ready, nonce: nonceOf(jobId), enforceNonce: true });
    await this.#options.services.studio.deliveries.place(jobId, message.id);
    const placed = { ...delivery, messageId: message.id };
    this.#open.set(jobId, placed);
    return placed;
  }

  async #deliver(jobId: string, result: JobResult): Promise<void> {
    await this.#once(jobId, async (found) => {
      const delivery = await this.#ensureMessage(found);
      await this.#postResult(delivery, result);
      await this.#close(delivery);
    });
  }

  /** Tells one end of one job; two events of the same end are told once. */
  async #once(jobId: string, tell: (delivery: Delivery) => Promise<void>): Promise<void> {
    if (this.#ending.has(jobId)) return;
    this.#ending.add(jobId);
    try {
      const delivery = await this.#find(jobId);
      if (delivery) await tell(delivery);
    } finally {
      this.#ending.delete(jobId);
    }
  }

  async #postResult(delivery: Delivery, result: JobResult): Promise<void> {
    const { services } = this.#options;
    const { order } = delivery;
    const { paintings, deliveries, settings } = services.studio;
    if (order.work.kind === 'paint') services.costs.learn(order.work.recipe, result.tookMs);
    this.#options.logger.debug({ jobId: delivery.jobId, stage: 'filed' }, 'a stage begins');
    // Filed first: its buttons may be pressed the moment it is seen.
    const painted = toPainting(delivery, result);
    const painting = painted && (await paintings.add(painted));
    const standing = await this.#show(delivery, result, order.attachmentLimitBytes);
    this.#options.logger.debug({ jobId: delivery.jobId, stage: 'shown' }, 'a stage begins');
    if (!painting) await deliveries.place(delivery.jobId, standing.messageId);
    else if (standing.messageId !== painting.messageId) await paintings.moveTo(painting.id, standing);
    await this.#audit(delivery, result, standing.messageId);
    const { seedReactions } = await settings.guild(order.guildId);
    if (painting && seedReactions && order.token === undefined) await this.#seed(standing);
  }

  #audit({ jobId, order }: Delivery, end: JobResult | JobFailure, messageId?: string): Promise<void> {
    const { askerId, channelId, guildId } = order;
    return auditEnd(this.#options, end, { jobId, askerId, channelId, guildId, messageId });
  }

  /** A file that Discord finds too large after all is sent smaller. */
  async #show(delivery: Delivery, result: JobResult, limitBytes: number): Promise<Standing> {
    const body = await resultMessage(this.#options.services, delivery, result, limitBytes);
    try {
      return await this.#editor.finish(delivery, body);
    } catch (error) {
      if (troubleOf(error) !== 'too-large' || limitBytes < LEAST_LIMIT) throw error;
      return this.#show(delivery, result, limitBytes / 2);
    }
  }

  /** Puts the reactions to press under a result; a place that does not allow it goes without. */
  async #seed({ channelId, messageId }: Standing): Promise<void> {
    try {
      const channel = await sendable(this.#options.client, channelId);
      for (const emoji of SEEDED_REACTIONS) await channel.messages.react(messageId, emoji);
    } catch (error) {
      if (troubleOf(error) === 'other') throw error;
      this.#options.logger.info({ channelId, trouble: troubleOf(error) }, 'no reactions here');
    }
  }

  async #tellFailure(jobId: string, failure: JobFailure): Promise<void> {
    await this.#once(jobId, async (delivery) => {
      await this.#options.services.studio.quotas.refund(jobId);
      await this.#audit(delivery, failure);
      const say = sayIn(delivery.order.locale);
      const words =
        failure.kind === 'cancelled'
          ? say('✖️ cancelled')
          : `⚠️ ${explainTo(fromFailure(failure as Parameters<typeof fromFailure>[0]), this.#options.logger, { jobId }, say)}`;
      await this.#end(await this.#ensureMessage(delivery), words);
    });
  }

  async #end(delivery: Delivery, words: string): Promise<void> {
    const { work, askerId, locale } = delivery.order;
    if (delivery.messageId !== undefined)
      await this.#editor.finish(delivery, endedMessage(sayIn(locale), work, askerId, words));
    await this.#close(delivery);
  }

  /** Struck off before the queue forgets it: a job that nobody knows would be taken for one that was never submitted. */
  async #close({ jobId }: Delivery): Promise<void> {
    const { studio, queue } = this.#options.services;
    await studio.deliveries.close(jobId);
    this.#open.delete(jobId);
    await queue.forget(jobId);
  }
}
