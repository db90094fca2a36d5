import { Command } from 'commander';
import { type Bot, startBot } from '../bot/bot.ts';
import { type Config, readConfig } from '../config.ts';
import { createLogger } from '../logger.ts';
import { openAll, runUntilTold } from './closing.ts';
import { operatorSigner, signWith } from './content-signer.ts';
import { openDashboard } from './dashboard.ts';
import { openConfiguredRegistry } from './model-folders.ts';
import { discordOf, openServices, requireSharedQueue, type Setting } from './parts.ts';
import { withPort } from './port-flag.ts';
import { openHealthPage, type Pace, pageWords } from './up.ts';

/** `overpaint bot`: the bot alone; workers elsewhere paint what it puts into the queue. */
export function botCommand(): Command {
  return new Command('bot')
    .description('Start the bot alone; `overpaint worker` paints, here or on other machines')
    .option('--port <number>', 'port of the health page, OVERPAINT_PORT otherwise; 0 takes a free one')
    .action(async (flags: { port?: string }) => {
      const config = withPort(readConfig(), flags.port);
      const running = await startBotProcess(config);
      console.log(running.words);
      runUntilTold(running, createLogger(config.OVERPAINT_LOG));
    });
}

/** @throws OperatorError `no-shared-queue`, `no-token`, `bad-token` and those of database and queue */
export async function startBotProcess(
  config: Config,
  pace: Pace = {},
): Promise<{ words: string; bot: Bot; close(): Promise<void> }> {
  requireSharedQueue(config, 'bot');
  const discord = discordOf(config);
  return openAll(async (closing) => {
    const logger = createLogger(config.OVERPAINT_LOG);
    const setting: Setting = { config, logger, closing };
    const registry = openConfiguredRegistry(config);
    registry.default();
    const services = await openServices(setting, registry, signWith(operatorSigner(config)));
    const bot = await startBot({ ...discord, services, logger, ...pace });
    closing.later(() => bot.close());
    const health = await openHealthPage(setting, async () => ({
      discord: bot.isReady(),
      queue: await services.queue.answers(),
    }));
    const dashboard = await openDashboard(setting, services.queue);
    const words = `\n  ${bot.client.user.tag} has joined Discord; workers paint.\n${pageWords(health, dashboard)}`;
    return { words, bot, close: () => closing.now() };
  });
}
