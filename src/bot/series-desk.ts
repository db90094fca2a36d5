import type { Client } from 'discord.js';
import { seriesProgress, seriesResult } from '../commands/messages/series-messages.ts';
import { advanceSeries, takeFailure, takeResult } from '../commands/series/advance.ts';
import { seriesFiles } from '../commands/series/series-sheet.ts';
import type { Services } from '../commands/services.ts';
import { nonceOf } from '../commands/submit.ts';
import { fromFailure } from '../errors.ts';
import { sayIn } from '../language/say.ts';
import type { Logger } from '../logger.ts';
import type { JobFailure, JobResult } from '../queue/job.ts';
import { isOver, type Series, seriesIdOf } from '../studio/series.ts';
import { auditEnd } from './audit.ts';
import { sendable } from './conversation.ts';
import type { DeliveryOptions } from './delivery-options.ts';
import { explainTo } from './failures.ts';
import { createMessageEditor, type MessageEditor } from './message-editor.ts';
import { createRetrier, type Retrier } from './retry.ts';
import { toDiscord } from './to-discord.ts';

/** A series whose jobs waited longer than this while the bot was away is given up. */
const STALE_MS = 60 * 60_000;

/**
 * Brings the ends of a series' jobs into its message. The deliveries' desk knows nothing of these jobs: they have no
 * promise of their own, their series has one.
 */
export class SeriesDesk {
  readonly #client: Client<true>;
  readonly #services: Services;
  readonly #logger: Logger;
  readonly #editor: MessageEditor;
  readonly #retrier: Retrier;
  /** One change of a series after the other. */
  readonly #lines = new Map<string, Promise<void>>();
  readonly #reconcileMs: number;
  #reconcileTimer: NodeJS.Timeout | undefined;

  constructor({ client, services, logger, editMs, retryMs, reconcileMs }: DeliveryOptions) {
    this.#reconcileMs = reconcileMs;
    this.#client = client;
    this.#services = services;
    this.#logger = logger;
    this.#editor = createMessageEditor(client, services.sign, editMs, (error, jobId) =>
      logger.warn({ err: error, jobId }, 'an edit failed'),
    );
    this.#retrier = createRetrier(retryMs);
    services.queue.on('painted', (jobId, result) => this.#hear(jobId, (id) => this.#take(id, jobId, result)));
    services.queue.on('failed', (jobId, failure) =>
      this.#hear(jobId, (id) => this.#fail(id, jobId, failure)),
    );
  }

  /** Takes up what an earlier run left. */
  async resume(): Promise<void> {
    for (const series of await this.#services.studio.series.pending()) {
      const isStale = Date.now() - series.createdAt.getTime() > STALE_MS;
      this.#hear(`${series.id}.0`, (id) => this.#takeUp(id, isStale));
    }
    this.#reconcileTimer = setInterval(() => void this.#reconcile(), this.#reconcileMs);
  }

  async close(): Promise<void> {
    clearInterval(this.#reconcileTimer);
    await this.#retrier.close();
    await Promise.all(this.#lines.values());
    await this.#editor.settled();
  }

  /** What should have been heard of: a queue that was away, or emptied, tells nothing by itself. */
  async #reconcile(): Promise<void> {
    try {
      for (const series of await this.#services.studio.series.pending()) {
        if (Date.now() - series.createdAt.getTime() > this.#reconcileMs)
          this.#hear(`${series.id}.0`, (id) => this.#takeUp(id, false));
      }
    } catch (error) {
      this.#logger.error({ err: error }, 'series could not be looked after');
    }
  }

  #hear(jobId: string, work: (seriesId: string) => Promise<void>): void {
    const id = seriesIdOf(jobId);
    if (id === undefined) return;
    const inLine = () => {
      const done = (this.#lines.get(id) ?? Promise.resolve()).then(() => work(id));
      const settled = done.catch(() => undefined);
      this.#lines.set(id, settled);
      void settled.then(() => {
        if (this.#lines.get(id) === settled) this.#lines.delete(id);
      });
      return done;
    };
    this.#retrier.run(inLine, (error, isLast) =>
      this.#logger[isLast ? 'error' : 'warn']({ err: error, jobId }, 'a series could not be shown'),
    );
  }

  async #take(id: string, jobId: string, result: JobResult): Promise<void> {
    const series = await this.#services.studio.series.get(id);
    const item = series?.items.find((one) => one.jobId === jobId);
    if (!series || !item) return;
    if (!isOver(item)) {
      await takeResult(this.#services, series, item, result);
      await this.#audit(series, jobId, result);
    }
    await this.#show(id);
    await this.#services.queue.forget(jobId);
  }

  async #fail(id: string, jobId: string, failure: JobFailure): Promise<void> {
    const series = await this.#services.studio.series.get(id);
    const item = series?.items.find((one) => one.jobId === jobId);
    if (!series || !item) return;
    if (!isOver(item)) {
      const words = explainTo(
        fromFailure(failure as Parameters<typeof fromFailure>[0]),
        this.#logger,
        { jobId },
        sayIn(series.order.locale),
      );
      await takeFailure(this.#services, series, item, failure, words);
      await this.#audit(series, jobId, failure);
    }
    // Its end is written down, and its message may offer to try it again: the queue must not know it any more by then.
    await this.#services.queue.forget(jobId);
    await this.#show(id);
  }

  #audit({ order, messageId }: Series, jobId: string, end: JobResult | JobFailure): Promise<void> {
    const { askerId, channelId, guildId } = order;
    const options = { client: this.#client, services: this.#services, logger: this.#logger };
    return auditEnd(options, end, { jobId, askerId, channelId, guildId, messageId });
  }

  async #takeUp(id: string, isStale: boolean): Promise<void> {
    const { studio, queue } = this.#services;
    const series = await studio.series.get(id);
    if (!series) return;
    await this.#ensureMessage(series);
    for (const { jobId, state } of series.items) {
      if (state !== 'queued') continue;
      const known = await queue.stateOf(jobId);
      if (known.state === 'painted') await this.#take(id, jobId, known.result);
      else if (known.state === 'failed') await this.#fail(id, jobId, known.failure);
      else if (isStale) await this.#giveUp(id, jobId);
    }
    const now = await studio.series.get(id);
    if (!now || now.done) return;
    await advanceSeries(this.#services, now);
    if (now.items.every(isOver)) await this.#show(id);
  }

  /** Ends what waited too long, whether the queue still knows it or not. */
  async #giveUp(id: string, jobId: string): Promise<void> {
    await this.#services.queue.cancel(jobId);
    await this.#fail(id, jobId, { kind: 'cancelled', message: 'waited too long while the bot was away' });
  }

  async #ensureMessage(series: Series): Promise<Series> {
    if (series.messageId !== undefined) return series;
    const channel = await sendable(this.#client, series.order.channelId);
    const { id } = await channel.send({
      ...(await toDiscord(seriesProgress(series), this.#services.sign)),
      nonce: nonceOf(series.id),
      enforceNonce: true,
    });
    await this.#services.studio.series.place(series.id, { messageId: id });
    return { ...series, messageId: id };
  }

  /** Shows how the series stands now: in passing, or for good when all of it is over. */
  async #show(id: string): Promise<void> {
    const { studio } = this.#services;
    const found = await studio.series.get(id);
    if (!found || found.done) return;
    const series = await this.#ensureMessage(found);
    const target = { jobId: id, order: series.order, messageId: series.messageId };
    const { files, notes } = await seriesFiles(this.#services, series);
    if (!series.items.every(isOver)) {
      // It may have ended before, and been taken up again.
      this.#editor.reopen(id);
      this.#editor.edit(target, seriesProgress(series, files[0]));
      return;
    }
    await this.#editor.finish(target, seriesResult(series, files, notes));
    await studio.series.close(id);
  }
}
