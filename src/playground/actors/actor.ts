import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Sample, Started } from '../answers.ts';
import type { SentFile } from '../cdn/store-file.ts';
import {
  formError,
  missingAccess,
  unknownChannel,
  unknownInteraction,
  unknownMessage,
  unknownUser,
} from '../discord-error.ts';
import { findMessage, type Hub } from '../hub.ts';
import { may } from '../rules/permissions.ts';
import { localeOf } from '../world/locales.ts';
import { canSee } from '../world/visibility.ts';
import type { Channel, Interaction, Message, User } from '../world/world.ts';

/** A member, and the language that their client speaks. */
export interface Actor extends User {
  locale: string;
}

/** Who acts in a request. */
export type ActorOf = (request: FastifyRequest) => Actor;

/** What is answered when an interaction has begun. */
export const started = (interaction: Interaction): Started => ({ interactionId: interaction.id });

/**
 * A member by name.
 * @param acceptLanguage what the browser says of its languages
 * @throws DiscordError 10013
 */
export function requireActor(hub: Hub, name: string, acceptLanguage?: string): Actor {
  const user = [...hub.world.users.values()].find(
    (known) => !known.bot && (known.username === name || known.id === name),
  );
  if (!user) throw unknownUser();
  return { ...user, locale: localeOf(acceptLanguage) };
}

/** A channel by name or id that the member sees; `dm` is their line to the bot. @throws DiscordError 10003, 50001 */
export function requireChannel(hub: Hub, actor: User, nameOrId: string): Channel {
  const wanted = nameOrId.replace(/^#/, '');
  const channels = [...hub.world.channels.values()];
  const channel =
    wanted === 'dm'
      ? channels.find((known) => known.type === 1 && known.recipientIds?.includes(actor.id))
      : (hub.world.channels.get(wanted) ??
        channels.find((known) => known.name === wanted && known.type !== 1));
  if (!channel) throw unknownChannel();
  if (!may(hub.world, actor.id, channel, 'viewChannel')) throw missingAccess();
  return channel;
}

/** A message anywhere that the member sees. @throws DiscordError 10008 */
export function requireVisibleMessage(hub: Hub, actor: User, messageId: string): Message {
  for (const channelId of hub.world.messages.keys()) {
    const message = findMessage(hub.world, channelId, messageId);
    if (message && canSee(hub.world, actor.id, message)) return message;
  }
  throw unknownMessage();
}

export const GivenFile = z.union([
  z.strictObject({
    filename: z.string().min(1).max(1024),
    base64: z.string(),
    description: z.string().max(1024).optional(),
  }),
  z.strictObject({ sample: z.string().regex(/^[\w.-]+$/, 'Expected the name of a sample') }),
]);
export type GivenFile = z.infer<typeof GivenFile>;

/** A file that an actor gives, from its bytes or from the tray of samples. */
export function readGivenFile(given: GivenFile, samplesDir: string): SentFile {
  if ('base64' in given) return { filename: given.filename, bytes: Buffer.from(given.base64, 'base64') };
  const found = listSamples(samplesDir).find(
    ({ file, name }) => file === given.sample || name === given.sample,
  );
  if (!found) throw formError(['sample'], 'UNKNOWN_SAMPLE', 'There is no sample of this name');
  return { filename: found.file, bytes: readFileSync(join(samplesDir, found.file)) };
}

const Credits = z.array(
  z.looseObject({
    file: z.string().regex(/^[\w.-]+$/),
    title: z.string(),
    author: z.string(),
    licence: z.string(),
    source: z.string(),
    alt: z.string(),
  }),
);

/** The tray of sample pictures, with credits. */
export function listSamples(samplesDir: string): Sample[] {
  const parsed = Credits.parse(JSON.parse(readFileSync(join(samplesDir, 'credits.json'), 'utf8')));
  return parsed.map((credit) => ({ ...credit, name: credit.file.replace(/\.\w+$/, '') }));
}

/** A member's own interaction. @throws DiscordError 10062 */
export function requireInteraction(hub: Hub, actor: User, id: string): Interaction {
  const interaction = hub.world.interactions.get(id);
  if (!interaction || interaction.userId !== actor.id) throw unknownInteraction();
  return interaction;
}
