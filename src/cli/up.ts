import { join } from 'node:path';
import { Command } from 'commander';
import { type Bot, startBot } from '../bot/bot.ts';
import type { Services } from '../commands/services.ts';
import { type Config, readConfig } from '../config.ts';
import { createLogger } from '../logger.ts';
import { type Playground, type PlaygroundOptions, startPlayground } from '../playground/index.ts';
import { startWorker } from '../queue/worker.ts';
import { openAll, runUntilTold } from './closing.ts';
import { localSigner, operatorSigner, signWith } from './content-signer.ts';
import { addDashboard, openDashboard } from './dashboard.ts';
import { addHealthRoutes, type Readiness, servePage } from './health.ts';
import { discordOf, openEngine, openServices, type Setting } from './parts.ts';
import { loadSecondOpinion } from './second-opinion.ts';

/** `overpaint up` (`npm start`): everything in one place; the playground too where there is no Discord token. */
export function upCommand(): Command {
  return new Command('up')
    .description('Start bot, queue and painter; with a local playground when there is no DISCORD_TOKEN')
    .action(async () => {
      const config = readConfig();
      const running = await startEverything(config);
      console.log(running.words);
      runUntilTold(running, createLogger(config.OVERPAINT_LOG));
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

/** How often the bot may edit and try again; tests are less patient. */
export interface Pace {
  /** Least time between two edits of one message. */
  editMs?: number;
  /** First pause before a delivery that failed is tried again. */
  retryMs?: number;
  /** How often promises are held against the queue. */
  reconcileMs?: number;
}

/** What tests set apart from the configuration. */
export interface StartOptions extends Pace {
  faults?: boolean;
  rateLimits?: boolean;
  /** Hears the playground's traffic. */
  onTraffic?: PlaygroundOptions['onTraffic'];
}

/** Builds and joins the parts; closes what it has opened when one of them fails. */
export async function startEverything(config: Config, options: StartOptions = {}): Promise<Running> {
  return openAll(async (closing) => {
    const logger = createLogger(config.OVERPAINT_LOG);
    const setting: Setting = { config, logger, closing };
    const { registry, engine } = openEngine(setting);
    const needsPlayground = config.DISCORD_TOKEN === undefined && config.OVERPAINT_DISCORD_API === undefined;
    // The playground's pictures are signed too, by a certificate that only this machine knows.
    const sign = signWith(
      operatorSigner(config) ?? (needsPlayground ? await localSigner(config) : undefined),
    );
    const services = await openServices(setting, registry, sign);
    const { queue, images } = services;
    let bot: Bot | undefined;
    const readiness: Readiness = async () => ({
      discord: bot?.isReady() ?? false,
      queue: await queue.answers(),
      engine: engine.status().ready,
    });
    const playground = needsPlayground
      ? await openPlayground(setting, options, services, readiness)
      : undefined;
    const { editMs, retryMs, reconcileMs } = options;
    bot = await startBot({
      ...discordOf(config, playground),
      services,
      logger,
      ...(editMs === undefined ? {} : { editMs }),
      ...(retryMs === undefined ? {} : { retryMs }),
      ...(reconcileMs === undefined ? {} : { reconcileMs }),
    });
    closing.later(() => bot?.close());
    const secondOpinion = await loadSecondOpinion(config);
    const worker = startWorker({
      queue,
      images,
      engine,
      logger,
      sign,
      ...(secondOpinion ? { secondOpinion } : {}),
    });
    closing.later(() => worker.close());
    await engine.ready();
    const health = playground ? undefined : await openHealthPage(setting, readiness);
    const dashboard = await openDashboard(setting, queue);
    const words = wordsFor(playground, bot) + pageWords(health, dashboard);
    return { words, playground, bot, services, close: () => closing.now() };
  });
}

async function openPlayground(
  { config, closing }: Setting,
  options: StartOptions,
  { queue }: Services,
  readiness: Readiness,
): Promise<Playground> {
  const playground = await startPlayground({
    host: config.OVERPAINT_HOST,
    port: config.OVERPAINT_PORT,
    token: config.OVERPAINT_PLAYGROUND_TOKEN,
    botName: 'Overpaint',
    data: join(config.OVERPAINT_DATA, 'playground'),
    faults: options.faults ?? false,
    rateLimits: options.rateLimits ?? true,
    ...(options.onTraffic ? { onTraffic: options.onTraffic } : {}),
    async extend(app) {
      addHealthRoutes(app, readiness);
      await addDashboard(app, config, queue);
    },
  });
  closing.later(() => playground.close());
  return playground;
}

/** The health page of a process without a playground. @returns its address */
export async function openHealthPage({ config, closing }: Setting, readiness: Readiness): Promise<string> {
  const address = { host: config.OVERPAINT_HOST, port: config.OVERPAINT_PORT };
  const page = await servePage(address, 'OVERPAINT_PORT or --port', (app) => addHealthRoutes(app, readiness));
  closing.later(() => page.close());
  return page.url;
}

function wordsFor(playground: Playground | undefined, bot: Bot): string {
  if (playground)
    return `\n  Overpaint is ready: open ${playground.url}\n\n  (a local playground; set DISCORD_TOKEN to join the real Discord)\n`;
  return `\n  ${bot.client.user.tag} has joined Discord and paints.\n`;
}

/** Where an operator looks. */
export function pageWords(health: string | undefined, dashboard: string | undefined): string {
  return [
    ...(health === undefined ? [] : [`  health: ${health}/readyz\n`]),
    ...(dashboard === undefined ? [] : [`  dashboard: ${dashboard}\n`]),
  ].join('');
}
