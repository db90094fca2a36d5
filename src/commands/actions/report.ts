import { UserError } from '../../errors.ts';
import { sayIn } from '../../language/say.ts';
import type { Action } from '../command.ts';
import { askerIn } from '../consent.ts';
import { moderatorsLocale } from '../locale-here.ts';
import { reportMessage } from '../messages/safety-messages.ts';

/** Tells the server's moderators about a result. */
export const report: Action = {
  acknowledge: 'private',
  async run({ services, origin, conversation, say }, { subject }) {
    const settings = await services.studio.settings.guild(origin.place.guildId);
    const { reportChannel } = settings;
    const { message, member } = origin;
    if (reportChannel === undefined || !message)
      throw new UserError('no-moderators', 'This server has named no channel for reports', {
        hint: 'Tell a moderator yourself; whoever manages the server names a channel with /safety reports_here.',
      });
    const toModerators = sayIn(moderatorsLocale(settings, origin.place.guildLocale));
    const told = await conversation.tell(
      reportChannel,
      reportMessage(toModerators, {
        subject,
        reporterId: member.id,
        askerId: askerIn(message),
        link: message.link,
      }),
    );
    if (!told)
      throw new UserError('no-moderators', "The server's channel for reports cannot be reached any more", {
        hint: 'Tell a moderator yourself.',
      });
    await conversation.answer({ content: say('Thank you: the moderators have been told.') });
  },
};
