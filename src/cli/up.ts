import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { Command } from 'commander';
import { type Bot, startBot } from '../bot/bot.ts';
import { createCostModel, type Services } from '../commands/services.ts';
import { type Config, readConfig } from '../config.ts';
import { openDatabase } from '../database/database.ts';
import { startEngine } from '../engine/engine.ts';
import { createLogger } from '../logger.ts';
import { type Playground, type PlaygroundOptions, startPlayground } from '../playground/index.ts';
import { createFileImageStore } from '../queue/image-store.ts';
import { openPaintQueue } from '../queue/paint-queue.ts';
import { startWorker } from '../queue/worker.ts';
import { loadStyles } from '../recipe/styles.ts';
import { createStudio } from '../studio/studio.ts';
import { MIGRATIONS } from '../studio/tables.ts';
import { openConfiguredRegistry } from './model-folders.ts';

const IMAGE_LIFETIME_MS = 30 * 24 * 60 * 60_000;
const SWEEP_MS = 60 * 60_000;

/** `overpaint up` (`npm start`): everything in one place; the playground too where there is no Discord token. */
export function upCommand(): Command {
  return new Command('up')
    .description('Start bot, queue and painter; with a local playground when there is no DISCORD_TOKEN')
    .action(async () => {
      const config = readConfig();
      const running = await startEverything(config);
      console.log(running.words);
      let stopping = false;
      const stop = () => {
        if (stopping) return;
        stopping = true;
        void running.close().then(() => process.exit(0));
      };
      process.on('SIGINT', stop);
      process.on('SIGTERM', stop);
    });
}

export interface Running {
  /** What the person at the terminal reads. */
  words: string;
  playground: Playground | undefined;
  bot: Bot;
  services: Services;
  close(): Promise<void>;
}

/** What tests set apart from the configuration. */
export interface StartOptions {
  /** Least time between two edits of one message. */
  editMs?: number;
  /** First pause before a delivery that failed is tried again. */
  retryMs?: number;
  faults?: boolean;
  rateLimits?: boolean;
  /** Hears the playground's traffic. */
  onTraffic?: PlaygroundOptions['onTraffic'];
}

/** Builds and joins the parts; closes what it has opened when one of them fails. */
export async function startEverything(config: Config, options: StartOptions = {}): Promise<Running> {
  const logger = createLogger(config.OVERPAINT_LOG);
  const closers: (() => Promise<unknown> | void)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const registry = openConfiguredRegistry(config);
    registry.default();
    const engine = startEngine({ resolveModel: (id) => registry.get(id), device: config.OVERPAINT_DEVICE });
    closers.push(() => engine.close());
    const source =
      config.DATABASE_URL === undefined
        ? { dir: join(config.OVERPAINT_DATA, 'db') }
        : { url: config.DATABASE_URL };
    const database = await openDatabase(source, MIGRATIONS);
    closers.push(() => database.close());
    const queue = await openPaintQueue(
      config.OVERPAINT_REDIS_URL === undefined ? { database } : { redisUrl: config.OVERPAINT_REDIS_URL },
    );
    closers.push(() => queue.close());
    const images = createFileImageStore(join(config.OVERPAINT_DATA, 'images'), IMAGE_LIFETIME_MS);
    const sweeping = setInterval(
      () => void images.sweep().catch((error: unknown) => logger.error({ err: error }, 'sweeping failed')),
      SWEEP_MS,
    );
    closers.push(() => clearInterval(sweeping));
    const services: Services = {
      registry,
      styles: () => loadStyles(join(config.OVERPAINT_DATA, 'styles')),
      queue,
      studio: createStudio(database.sql),
      images,
      costs: createCostModel(),
      drawSeed: () => randomInt(0, 2 ** 32),
    };
    let ready = () => false;
    const playground =
      config.DISCORD_TOKEN === undefined ? await openPlayground(config, options, () => ready()) : undefined;
    if (playground) closers.push(() => playground.close());
    const bot = await startBot({
      token: config.DISCORD_TOKEN ?? playground!.token,
      services,
      logger,
      ...(playground ? { api: playground.apiUrl, attachmentHosts: [new URL(playground.url).host] } : {}),
      ...(config.DISCORD_GUILD_ID === undefined ? {} : { guildId: config.DISCORD_GUILD_ID }),
      ...(options.editMs === undefined ? {} : { editMs: options.editMs }),
      ...(options.retryMs === undefined ? {} : { retryMs: options.retryMs }),
    });
    closers.push(() => bot.close());
    const worker = startWorker({ queue, images, engine, logger });
    closers.push(() => worker.close());
    await engine.ready();
    ready = () => bot.isReady() && engine.status().ready;
    return { words: wordsFor(playground, bot), playground, bot, services, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function openPlayground(config: Config, options: StartOptions, isReady: () => boolean): Promise<Playground> {
  return startPlayground({
    host: config.OVERPAINT_HOST,
    port: config.OVERPAINT_PORT,
    token: config.OVERPAINT_PLAYGROUND_TOKEN,
    botName: 'Overpaint',
    data: join(config.OVERPAINT_DATA, 'playground'),
    faults: options.faults ?? false,
    rateLimits: options.rateLimits ?? true,
    ...(options.onTraffic ? { onTraffic: options.onTraffic } : {}),
    extend(app) {
      app.get('/healthz', () => ({ ok: true }));
      app.get('/readyz', (_request, reply) => reply.code(isReady() ? 200 : 503).send({ ready: isReady() }));
    },
  });
}

function wordsFor(playground: Playground | undefined, bot: Bot): string {
  if (playground)
    return `\n  Overpaint is ready: open ${playground.url}\n\n  (a local playground; set DISCORD_TOKEN to join the real Discord)\n`;
  return `\n  ${bot.client.user.tag} has joined Discord and paints.\n`;
}
