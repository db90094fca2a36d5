import { inspectDiscord, PERMISSION_BITS } from '../../bot/inspect.ts';
import type { Config } from '../../config.ts';
import { discordOf } from '../parts.ts';
import type { Finding } from './finding.ts';

const FEW_SESSIONS = 50;

/** The token is used, and never shown. */
export async function checkDiscord(config: Config): Promise<Finding[]> {
  const about = 'Discord';
  if (config.DISCORD_TOKEN === undefined && config.OVERPAINT_DISCORD_API === undefined)
    return [{ about, verdict: 'fine', found: 'no DISCORD_TOKEN: `overpaint up` opens the local playground' }];
  const { token, api, guildId } = discordOf(config);
  try {
    const facts = await inspectDiscord(token, api);
    if (!facts) {
      return [
        {
          about,
          verdict: 'problem',
          found: 'does not know the token',
          fix: 'Copy it again from the Developer Portal (Bot → Reset Token) into DISCORD_TOKEN.',
        },
      ];
    }
    const invite = `https://discord.com/oauth2/authorize?client_id=${facts.applicationId}&scope=bot+applications.commands&permissions=${PERMISSION_BITS}`;
    return [
      { about, verdict: 'fine', found: `the token is ${facts.user}'s (application ${facts.applicationId})` },
      {
        about: 'intents',
        verdict: 'fine',
        found: `no privileged one is needed${facts.readsMessages ? '; Message Content is on, so replies need no ping' : ''}`,
      },
      ...(facts.sessionsLeft < FEW_SESSIONS ? [fewSessions(facts.sessionsLeft)] : []),
      ...checkServers(facts.servers, guildId, invite),
    ];
  } catch (error) {
    return [
      {
        about,
        verdict: 'problem',
        found: `does not answer: ${(error as Error).message}`,
        fix: api === undefined ? 'Check the network.' : 'Check OVERPAINT_DISCORD_API.',
      },
    ];
  }
}

const fewSessions = (left: number): Finding => ({
  about: 'sessions',
  verdict: 'hint',
  found: `only ${left} connections are left today`,
  fix: 'Something restarts the bot too often: look at its log.',
});

function checkServers(
  servers: readonly { id: string; name: string; missing: readonly string[] }[],
  guildId: string | undefined,
  invite: string,
): Finding[] {
  const about = 'servers';
  const findings: Finding[] = servers.map(({ name, missing }) =>
    missing.length === 0
      ? { about, verdict: 'fine', found: `${name}: all permissions` }
      : {
          about,
          verdict: 'hint',
          found: `${name}: without ${missing.join(', ')}`,
          fix: 'Server Settings → Roles → the bot’s role. Channels may say otherwise still.',
        },
  );
  if (servers.length === 0)
    findings.push({ about, verdict: 'hint', found: 'it is in none yet', fix: `Invite it: ${invite}` });
  if (guildId !== undefined && servers.every(({ id }) => id !== guildId)) {
    findings.push({
      about,
      verdict: 'problem',
      found: `it is not in the server ${guildId} of DISCORD_GUILD_ID`,
      fix: `Invite it there: ${invite}`,
    });
  }
  return findings;
}
