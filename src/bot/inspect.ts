import { DiscordAPIError, REST, type RESTGetAPIGatewayBotResult, Routes } from 'discord.js';
import { z } from 'zod';

/** What Discord says about a token, without joining. */
export interface DiscordFacts {
  /** The bot's name. */
  user: string;
  applicationId: string;
  /** Whether texts without a ping may be read; the bot works without. */
  readsMessages: boolean;
  /** Whether anybody may add it, not only its owner. */
  isPublic: boolean;
  /** Connections that may still be made today. */
  sessionsLeft: number;
  /** Servers that it has joined, and what is missing in each. */
  servers: { id: string; name: string; missing: string[] }[];
}

const User = z.object({ username: z.string() });
const Application = z.object({
  id: z.string(),
  flags: z.int().default(0),
  bot_public: z.boolean().default(true),
});
const Servers = z.array(z.object({ id: z.string(), name: z.string(), permissions: z.string() }));

const READS_MESSAGES = (1 << 18) | (1 << 19);
const ADMINISTRATOR = 1n << 3n;

/** What the bot needs in a server, by the names in the Developer Portal. */
export const NEEDED_PERMISSIONS: Readonly<Record<string, bigint>> = {
  'View Channels': 1n << 10n,
  'Send Messages': 1n << 11n,
  'Send Messages in Threads': 1n << 38n,
  'Embed Links': 1n << 14n,
  'Attach Files': 1n << 15n,
  'Read Message History': 1n << 16n,
  'Add Reactions': 1n << 6n,
};

/** The sum of the needed permissions, as an invitation takes it. */
export const PERMISSION_BITS = Object.values(NEEDED_PERMISSIONS).reduce((sum, bit) => sum | bit, 0n);

/** A REST client that gives up soon. */
export function createRest(token: string, api?: string): REST {
  return new REST({ retries: 1, timeout: 10_000, ...(api === undefined ? {} : { api }) }).setToken(token);
}

/** The application that a token belongs to. @throws DiscordAPIError for a token that is not known */
export async function applicationOf(rest: REST): Promise<z.infer<typeof Application>> {
  return Application.parse(await rest.get(Routes.currentApplication()));
}

/** Asks Discord about a token. @returns undefined when it does not know the token */
export async function inspectDiscord(token: string, api?: string): Promise<DiscordFacts | undefined> {
  const rest = createRest(token, api);
  try {
    const [user, application, gateway, servers] = await Promise.all([
      rest.get(Routes.user()),
      applicationOf(rest),
      rest.get(Routes.gatewayBot()),
      rest.get(Routes.userGuilds()),
    ]);
    return {
      user: User.parse(user).username,
      applicationId: application.id,
      readsMessages: (application.flags & READS_MESSAGES) !== 0,
      isPublic: application.bot_public,
      sessionsLeft: (gateway as RESTGetAPIGatewayBotResult).session_start_limit.remaining,
      servers: Servers.parse(servers).map(({ id, name, permissions }) => ({
        id,
        name,
        missing: missingFrom(BigInt(permissions)),
      })),
    };
  } catch (error) {
    if (error instanceof DiscordAPIError && error.status === 401) return undefined;
    throw error;
  }
}

function missingFrom(permissions: bigint): string[] {
  if ((permissions & ADMINISTRATOR) !== 0n) return [];
  return Object.entries(NEEDED_PERMISSIONS)
    .filter(([, bit]) => (permissions & bit) === 0n)
    .map(([name]) => name);
}
