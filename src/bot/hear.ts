import type { Client, Message, MessageReaction, PartialMessageReaction, PartialUser, User } from 'discord.js';
import { isDeletion, isMeaningful, reactTo } from '../commands/reaction.ts';
import { replyTo } from '../commands/reply.ts';
import { reactToSeries, replyToSeries } from '../commands/series/in-series.ts';
import { deleteSeries } from '../commands/series/series-actions.ts';
import type { Context, Services } from '../commands/services.ts';
import { sayIn } from '../language/say.ts';
import type { Logger } from '../logger.ts';
import { messageConversation, originOfMessage } from './conversation.ts';
import type { DownloadLimits } from './download.ts';
import { explainTo, troubleOf } from './failures.ts';

export interface HearOptions {
  client: Client<true>;
  services: Services;
  logger: Logger;
  downloads: DownloadLimits;
}

/** The language in which a reply or a reaction is answered: the server's, else that of the message that it is about. */
async function localeFor(
  { services }: HearOptions,
  guildId: string | null | undefined,
  about: string | null | undefined,
): Promise<string | undefined> {
  const { language } = await services.studio.settings.guild(guildId ?? undefined);
  return language ?? about ?? undefined;
}

/** A reply under one of our paintings goes on from it. */
export async function hearMessage(options: HearOptions, message: Message): Promise<void> {
  const { client, services } = options;
  const target = message.reference?.messageId;
  if (message.author.bot || target === undefined) return;
  const series = await services.studio.series.byMessage(target);
  const painting = series ? undefined : await services.studio.paintings.byMessage(target);
  const unfinished = painting || series ? undefined : await services.studio.deliveries.byMessage(target);
  if (!painting && !unfinished && !series) return;
  const words = message.content.replaceAll(`<@${client.user.id}>`, '').trim();
  const about = series?.order.locale ?? painting?.locale ?? unfinished?.order.locale;
  const locale = await localeFor(options, message.guildId, about);
  const origin = originOfMessage(message.id, message, message.author, client, locale);
  const conversation = messageConversation(message, origin, client, {
    downloads: options.downloads,
    sign: services.sign,
  });
  const say = sayIn(origin.locale);
  await guarded(options, { services, origin, conversation, say }, async (context) => {
    if (words === '') {
      await conversation.answer({
        content: say(
          'I can hear a reply only when it pings me: leave the @ on, and write what should change, such as `warmer, 0.3`.',
        ),
      });
      return;
    }
    if (series) await replyToSeries(context, series, words);
    else if (painting) await replyTo(context, painting, words);
    else
      await conversation.answer({
        content: say('This one is still being painted: reply again when it is done.'),
      });
  });
}

/** A reaction under one of our paintings does a button's job. */
export async function hearReaction(
  options: HearOptions,
  reaction: MessageReaction | PartialMessageReaction,
  user: User | PartialUser,
): Promise<void> {
  const { client, services } = options;
  const emoji = reaction.emoji.name ?? '';
  // Our own reactions are there to be pressed by others.
  if (user.id === client.user.id || user.bot || !isMeaningful(emoji)) return;
  const series = await services.studio.series.byMessage(reaction.message.id);
  const painting = series ? undefined : await services.studio.paintings.byMessage(reaction.message.id);
  // Under a sheet of several nobody can tell which is meant, but for all of them to go, or where one is named the best.
  if (!painting && !(series && (isDeletion(emoji) || series.best !== undefined))) return;
  const who = user.partial ? await user.fetch() : user;
  const message = reaction.message.partial ? await reaction.message.fetch() : reaction.message;
  // A reaction has no id of its own: who, what and where name it, and the second press of the same is a new wish.
  const eventId = `${message.id}.${who.id}.${Date.now().toString(36)}`;
  const locale = await localeFor(options, message.guildId, series?.order.locale ?? painting?.locale);
  const origin = originOfMessage(eventId, message, who, client, locale);
  const conversation = messageConversation(message, origin, client, {
    downloads: options.downloads,
    sign: services.sign,
  });
  const say = sayIn(origin.locale);
  await guarded(options, { services, origin, conversation, say }, (context) =>
    painting
      ? reactTo(context, painting, emoji)
      : isDeletion(emoji)
        ? deleteSeries(context, series!.id)
        : reactToSeries(context, series!, emoji),
  );
}

async function guarded(
  { logger }: HearOptions,
  context: Context,
  work: (context: Context) => Promise<void>,
): Promise<void> {
  try {
    await work(context);
  } catch (error) {
    const content = explainTo(error, logger, { event: context.origin.eventId }, context.say);
    try {
      await context.conversation.answer({ content });
    } catch (second) {
      logger.warn({ err: second, trouble: troubleOf(second) }, 'the failure could not be told');
    }
  }
}
