import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import type { BotOptions } from '../bot/bot.ts';
import { createCostModel, type Services } from '../commands/services.ts';
import type { Config } from '../config.ts';
import type { Sign } from '../credentials/signing.ts';
import { type Database, openDatabase } from '../database/database.ts';
import { type Engine, startEngine } from '../engine/engine.ts';
import { OperatorError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { Playground } from '../playground/index.ts';
import {
  createFileImageStore,
  createRedisImageStore,
  createTravellingImageStore,
  type ImageStore,
} from '../queue/image-store.ts';
import { type NewJob, openPaintQueue, type PaintQueue } from '../queue/paint-queue.ts';
import { loadChains } from '../recipe/chain.ts';
import { loadStyles } from '../recipe/styles.ts';
import { inputsOf } from '../recipe/work.ts';
import type { Registry } from '../registry/registry.ts';
import { createStudio } from '../studio/studio.ts';
import { MIGRATIONS } from '../studio/tables.ts';
import type { Closing } from './closing.ts';
import { openConfiguredNetworks, openConfiguredRegistry } from './model-folders.ts';

const IMAGE_LIFETIME_MS = 30 * 24 * 60 * 60_000;
/** Pictures on their way between machines; each look at one renews it. */
const TRAVEL_LIFETIME_MS = 24 * 60 * 60_000;
const SWEEP_MS = 60 * 60_000;

/** What every process with a part of the program has: its settings, its log, and what is to be closed. */
export interface Setting {
  config: Config;
  logger: Logger;
  closing: Closing;
}

/** Starts the engine's process, with the models that are configured. @throws OperatorError `no-models` */
export function openEngine({ config, closing }: Setting): { registry: Registry; engine: Engine } {
  const registry = openConfiguredRegistry(config);
  registry.default();
  const engine = startEngine({
    resolveModel: (id) => registry.get(id),
    networks: openConfiguredNetworks(config),
    device: config.OVERPAINT_DEVICE,
  });
  closing.later(() => engine.close());
  return { registry, engine };
}

/** The bot's tables: on a server where one is configured, in the data folder otherwise. */
export async function openBotDatabase({ config, closing }: Setting): Promise<Database> {
  const { DATABASE_URL: url, OVERPAINT_DATA: data } = config;
  const database = await openDatabase(url === undefined ? { dir: join(data, 'db') } : { url }, MIGRATIONS);
  closing.later(() => database.close());
  return database;
}

/** Where jobs wait: Redis if there is one, the bot's database otherwise. */
async function openQueueOn(
  { config, closing, logger }: Setting,
  database: () => Promise<Database>,
  beforeSubmit?: (job: NewJob) => Promise<void>,
): Promise<PaintQueue> {
  const { OVERPAINT_REDIS_URL: redisUrl } = config;
  const queue = await openPaintQueue(redisUrl === undefined ? { database: await database() } : { redisUrl }, {
    ...(beforeSubmit ? { beforeSubmit } : {}),
    onTrouble: (error) => logger.error({ err: error }, 'the queue had trouble'),
  });
  closing.later(() => queue.close());
  return queue;
}

function openTravel({ config, closing }: Setting): ImageStore | undefined {
  if (config.OVERPAINT_REDIS_URL === undefined) return undefined;
  const travel = createRedisImageStore(config.OVERPAINT_REDIS_URL, TRAVEL_LIFETIME_MS);
  closing.later(() => travel.close());
  return travel;
}

/** The bot's side: tables, queue and pictures. */
export async function openServices(setting: Setting, registry: Registry, sign: Sign): Promise<Services> {
  const { config, closing, logger } = setting;
  const database = await openBotDatabase(setting);
  const own = createFileImageStore(join(config.OVERPAINT_DATA, 'images'), IMAGE_LIFETIME_MS);
  const travel = openTravel(setting);
  const travelling = travel && createTravellingImageStore(own, travel);
  const images = travelling ?? own;
  const queue = await openQueueOn(
    setting,
    () => Promise.resolve(database),
    async (job) => {
      for (const hash of inputsOf(job.work)) await travelling?.send(hash);
    },
  );
  const sweeping = setInterval(
    () => void images.sweep().catch((error: unknown) => logger.error({ err: error }, 'sweeping failed')),
    SWEEP_MS,
  );
  closing.later(() => clearInterval(sweeping));
  return {
    registry,
    styles: () => loadStyles(join(config.OVERPAINT_DATA, 'styles')),
    chains: () => loadChains(join(config.OVERPAINT_DATA, 'chains')),
    queue,
    studio: createStudio(database.sql),
    images,
    costs: createCostModel(),
    sign,
    drawSeed: () => randomInt(0, 2 ** 32),
  };
}

/**
 * The worker's side: the queue and the pictures, nothing of the bot's. Without Redis the pictures are in a data folder
 * that bot and worker share.
 */
export async function openWorkerQueue(setting: Setting): Promise<{ queue: PaintQueue; images: ImageStore }> {
  const images =
    openTravel(setting) ??
    createFileImageStore(join(setting.config.OVERPAINT_DATA, 'images'), IMAGE_LIFETIME_MS);
  const queue = await openQueueOn(setting, () => openBotDatabase(setting));
  return { queue, images };
}

/** @throws OperatorError `no-shared-queue` where the queue could only be seen by this one process */
export function requireSharedQueue(config: Config, command: 'bot' | 'worker'): void {
  if (config.OVERPAINT_REDIS_URL !== undefined || config.DATABASE_URL !== undefined) return;
  throw new OperatorError(
    'no-shared-queue',
    `Expected OVERPAINT_REDIS_URL or DATABASE_URL for \`overpaint ${command}\`: bot and workers meet in a queue there; ` +
      '`overpaint up` needs neither',
  );
}

/** Which Discord the bot joins: the one that it is told, a playground, or the real one. */
export function discordOf(
  config: Config,
  playground?: Pick<Playground, 'apiUrl' | 'token'>,
): Pick<BotOptions, 'token' | 'api' | 'attachmentHosts' | 'guildId'> {
  const api = config.OVERPAINT_DISCORD_API ?? playground?.apiUrl;
  const token = config.DISCORD_TOKEN ?? playground?.token;
  const known = token ?? (api === undefined ? undefined : config.OVERPAINT_PLAYGROUND_TOKEN);
  if (known === undefined) {
    throw new OperatorError(
      'no-token',
      'Expected DISCORD_TOKEN (Developer Portal → Bot → Reset Token), or OVERPAINT_DISCORD_API with the address of a playground',
    );
  }
  return {
    token: known,
    ...(api === undefined ? {} : { api, attachmentHosts: [new URL(api).host] }),
    ...(config.DISCORD_GUILD_ID === undefined ? {} : { guildId: config.DISCORD_GUILD_ID }),
  };
}
