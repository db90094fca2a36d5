import { join } from 'node:path';
import { Command } from 'commander';
import { readConfig } from '../config.ts';
import { startPlayground } from '../playground/index.ts';

/** `overpaint playground`: the local Discord alone, for any discord.js bot. */
export function playgroundCommand(): Command {
  return new Command('playground')
    .description('Start the local Discord alone, for any bot that discord.js runs')
    .option('--faults', 'open POST /faults and POST /clock, for tests')
    .option('--no-rate-limits', "leave out Discord's rate limits")
    .option('--data <dir>', 'keep messages from one start to the next in this folder')
    .option('--memory', 'keep nothing')
    .action(async (options: { faults?: boolean; rateLimits: boolean; data?: string; memory?: boolean }) => {
      const config = readConfig();
      const playground = await startPlayground({
        host: config.OVERPAINT_HOST,
        port: config.OVERPAINT_PORT,
        token: config.OVERPAINT_PLAYGROUND_TOKEN,
        faults: options.faults ?? false,
        rateLimits: options.rateLimits,
        ...(options.memory ? {} : { data: options.data ?? join(config.OVERPAINT_DATA, 'playground') }),
      });
      console.log(`The playground is open at ${playground.url}`);
      console.log('A discord.js bot joins it with');
      console.log(`  new Client({ …, rest: { api: '${playground.apiUrl}' } }).login('${playground.token}')`);
      const stop = async () => {
        await playground.close();
        process.exit(0);
      };
      process.once('SIGINT', () => void stop());
      process.once('SIGTERM', () => void stop());
    });
}
