import { Command } from 'commander';
import { applicationOf, createRest } from '../bot/inspect.ts';
import { type Registered, registerCommands } from '../bot/register.ts';
import { commandBodies } from '../commands/index.ts';
import { type Config, readConfig } from '../config.ts';
import { discordOf } from './parts.ts';

/** `overpaint register`: puts the slash commands; the bot does the same when it starts. */
export function registerCommand(): Command {
  return new Command('register')
    .description('Put the commands where they differ from what Discord has, and show the difference')
    .option('--dry-run', 'only show the difference')
    .option('--guild <id>', 'in this server only, where they show at once; DISCORD_GUILD_ID otherwise')
    .option('--json', 'print one JSON object')
    .action(async (flags: { dryRun?: boolean; guild?: string; json?: boolean }) => {
      const config = readConfig();
      const changes = await register(config, flags.guild, flags.dryRun);
      if (flags.json) console.log(JSON.stringify(changes));
      else console.log(registerWords(changes, flags.dryRun));
    });
}

/** @throws OperatorError `no-token` */
export async function register(config: Config, guild?: string, isRehearsal = false): Promise<Registered> {
  const { token, api, guildId } = discordOf(config);
  const rest = createRest(token, api);
  const scope = { applicationId: (await applicationOf(rest)).id, guildId: guild ?? guildId };
  return registerCommands(rest, scope, commandBodies(), isRehearsal);
}

function registerWords({ added, changed, removed }: Registered, isRehearsal = false): string {
  const lines = [
    ...added.map((name) => `+ ${name}`),
    ...changed.map((name) => `~ ${name}`),
    ...removed.map((name) => `- ${name}`),
  ];
  if (lines.length === 0) return 'The commands are as they should be.';
  return [...lines, isRehearsal ? 'Nothing was changed: this was a dry run.' : 'Registered.'].join('\n');
}
