import { ApplicationCommandOptionType, ApplicationCommandType } from 'discord-api-types/v10';
import { UserError } from '../../errors.ts';
import { seriesIdOf } from '../../studio/series.ts';
import type { SlashCommand } from '../command.ts';
import { button, row } from '../messages/buttons.ts';
import type { Context } from '../services.ts';
import { EVERYWHERE } from './painting-options.ts';

const SHOWN = 10;

export const queue: SlashCommand = {
  data: {
    name: 'queue',
    description: 'What is waiting, and how long it takes',
    type: ApplicationCommandType.ChatInput,
    ...EVERYWHERE,
  },
  async run({ services, origin, conversation, say }) {
    const places = await services.queue.places();
    if (places.length === 0) {
      await conversation.answer({ content: say('Nothing is waiting. `/img2img` starts at once.') });
      return;
    }
    const lines = places.slice(0, SHOWN).map(({ place, etaSeconds, askerId }) => {
      const where = place === 0 ? say('🖌️ painting') : `${place}.`;
      const who = askerId === origin.member.id ? say('**yours**') : `<@${askerId}>`;
      return `${where} ${who} · ${say('done in about {count} s', { count: Math.ceil(etaSeconds) })}`;
    });
    const rest =
      places.length > SHOWN ? `\n${say('… and {count} more', { count: places.length - SHOWN })}` : '';
    const own = places
      .filter(({ askerId }) => askerId === origin.member.id || origin.member.isModerator)
      .slice(0, 5);
    const buttons = own.map(({ jobId, place }) =>
      button(
        { action: 'cancel', subject: jobId },
        {
          label: place === 0 ? say('Cancel the running one') : say('Cancel no. {place}', { place }),
          emoji: '✖️',
        },
      ),
    );
    await conversation.answer({
      content: `${lines.join('\n')}${rest}`,
      components: buttons.length > 0 ? [row(...buttons)] : [],
    });
  },
};

export const cancel: SlashCommand = {
  data: {
    name: 'cancel',
    description: 'Cancel what you have waiting or running',
    type: ApplicationCommandType.ChatInput,
    ...EVERYWHERE,
    options: [
      {
        name: 'all',
        description: 'All of yours instead of the newest',
        type: ApplicationCommandOptionType.Boolean,
      },
    ],
  },
  async run(context, options) {
    const { services, origin, conversation, say } = context;
    const own = (await services.queue.places()).filter(({ askerId }) => askerId === origin.member.id);
    const chosen = options.flag('all') ? own : own.slice(-1);
    let cancelled = 0;
    for (const { jobId } of chosen) if (await services.queue.cancel(jobId)) cancelled += 1;
    await conversation.answer({
      content:
        cancelled === 0
          ? say('You have nothing waiting or running.')
          : cancelled === 1
            ? say('Cancelled it.')
            : say('Cancelled all {count}.', { count: cancelled }),
    });
  },
};

/** Cancels a job for its owner or a moderator. @throws UserError `not-yours` */
export async function cancelJob({ services, origin }: Context, jobId: string): Promise<boolean> {
  const seriesId = seriesIdOf(jobId);
  const owed =
    (await services.studio.deliveries.get(jobId)) ??
    (seriesId === undefined ? undefined : await services.studio.series.get(seriesId));
  if (owed && owed.order.askerId !== origin.member.id && !origin.member.isModerator) {
    throw new UserError('not-yours', 'Only who asked for a picture, or a moderator, can cancel it');
  }
  return services.queue.cancel(jobId);
}
