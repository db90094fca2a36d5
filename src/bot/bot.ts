import { Client, Events, GatewayIntentBits, Options, Partials } from 'discord.js';
import { commandBodies } from '../commands/index.ts';
import type { Services } from '../commands/services.ts';
import { OperatorError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { DeliveryDesk } from './delivery.ts';
import { createDispatch } from './dispatch.ts';
import { DISCORD_HOSTS, type DownloadLimits } from './download.ts';
import { hearMessage, hearReaction } from './hear.ts';
import { registerCommands } from './register.ts';
import { SeriesDesk } from './series-desk.ts';

export interface BotOptions {
  token: string;
  services: Services;
  logger: Logger;
  /** Another Discord than the real one. */
  api?: string;
  /** Hosts that attachments may come from beside Discord's own. */
  attachmentHosts?: readonly string[];
  /** Registers the commands in this server only. */
  guildId?: string;
  /** Least time between two edits of one message. */
  editMs?: number;
  /** First pause before a delivery that failed is tried again. */
  retryMs?: number;
  /** How often promises are held against the queue. */
  reconcileMs?: number;
}

export interface Bot {
  readonly client: Client<true>;
  isReady(): boolean;
  close(): Promise<void>;
}

const EDIT_MS = 2500;
const RETRY_MS = 10_000;
const RECONCILE_MS = 60_000;
/** How long events that are being handled may take when the bot closes. */
const FINISH_MS = 4000;
const DOWNLOAD = { maxBytes: 50 * 1024 * 1024, timeoutMs: 20_000 };
const INTENTS = [
  GatewayIntentBits.Guilds,
  GatewayIntentBits.GuildMessages,
  GatewayIntentBits.GuildMessageReactions,
  GatewayIntentBits.DirectMessages,
  GatewayIntentBits.DirectMessageReactions,
];

function createClient({ api }: BotOptions): Client {
  return new Client({
    intents: INTENTS,
    partials: [Partials.Message, Partials.Reaction, Partials.Channel, Partials.User],
    allowedMentions: { parse: [], repliedUser: false },
    makeCache: Options.cacheWithLimits({ ...Options.DefaultMakeCacheSettings, MessageManager: 50 }),
    rest: api === undefined ? {} : { api },
  });
}

/**
 * Joins Discord, registers the commands where they changed, and takes up what an earlier run left.
 * @throws OperatorError `bad-token` or `discord-unreachable`
 */
export async function startBot(options: BotOptions): Promise<Bot> {
  const { services, logger } = options;
  const client = createClient(options);
  client.on(Events.Error, (error) => logger.error({ err: error }, 'the connection to Discord had trouble'));
  const ready = new Promise<void>((resolve) => client.once(Events.ClientReady, () => resolve()));
  await login(client, options.token);
  await ready;
  const joined = client as Client<true>;
  const downloads: DownloadLimits = {
    ...DOWNLOAD,
    hosts: [...DISCORD_HOSTS, ...(options.attachmentHosts ?? [])],
  };
  const { editMs = EDIT_MS, retryMs = RETRY_MS, reconcileMs = RECONCILE_MS } = options;
  const desk = new DeliveryDesk({ client: joined, services, logger, editMs, retryMs, reconcileMs });
  const seriesDesk = new SeriesDesk({ client: joined, services, logger, editMs, retryMs, reconcileMs });
  const inHand = listen(joined, options, downloads);
  const changes = await registerCommands(
    joined.rest,
    { applicationId: joined.application.id, guildId: options.guildId },
    commandBodies(),
  );
  logger.info({ ...changes, user: joined.user.tag }, 'joined Discord');
  await desk.resume();
  await seriesDesk.resume();
  return {
    client: joined,
    isReady: () => joined.isReady(),
    async close() {
      joined.removeAllListeners(Events.InteractionCreate);
      joined.removeAllListeners(Events.MessageCreate);
      joined.removeAllListeners(Events.MessageReactionAdd);
      // What was acknowledged already is written down before the desk closes.
      await Promise.race([
        Promise.all(inHand),
        new Promise((resolve) => setTimeout(resolve, FINISH_MS).unref()),
      ]);
      await desk.close();
      await seriesDesk.close();
      await joined.destroy();
    },
  };
}

async function login(client: Client, token: string): Promise<void> {
  try {
    await client.login(token);
  } catch (error) {
    await client.destroy();
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'TokenInvalid') {
      throw new OperatorError(
        'bad-token',
        'Discord does not know this token: copy it again from the Developer Portal (Bot → Reset Token) into DISCORD_TOKEN',
        { cause: error },
      );
    }
    throw new OperatorError('discord-unreachable', 'Discord does not answer: check the network', {
      cause: error,
      retryable: true,
    });
  }
}

function listen(
  client: Client<true>,
  { services, logger }: BotOptions,
  downloads: DownloadLimits,
): ReadonlySet<Promise<void>> {
  const options = { client, services, logger, downloads };
  const dispatch = createDispatch(options);
  /** No event may take the process down: what goes wrong is logged here at the latest. */
  const inHand = new Set<Promise<void>>();
  const safely = (work: Promise<void>) => {
    const safe = work
      .catch((error: unknown) => logger.error({ err: error }, 'an event could not be handled'))
      .finally(() => inHand.delete(safe));
    inHand.add(safe);
  };
  client.on(Events.InteractionCreate, (interaction) => safely(dispatch(interaction)));
  client.on(Events.MessageCreate, (message) => safely(hearMessage(options, message)));
  client.on(Events.MessageReactionAdd, (reaction, user) => safely(hearReaction(options, reaction, user)));
  return inHand;
}
