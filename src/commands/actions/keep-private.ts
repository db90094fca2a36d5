import { ApplicationCommandType } from 'discord-api-types/v10';
import type { MessageCommand } from '../command.ts';
import { EVERYWHERE } from '../slash/painting-options.ts';

/** The message's context menu: nobody else repaints the pictures of whoever chooses it. */
export const keepPrivate: MessageCommand = {
  data: { name: 'Keep mine private', type: ApplicationCommandType.Message, ...EVERYWHERE },
  acknowledge: 'private',
  async run({ services, origin, conversation, say }) {
    await services.studio.settings.setMember(origin.member.id, { keepsPrivate: true });
    await conversation.answer({
      content: say(
        'Nobody else can repaint your pictures or go on from your paintings any more, in any server where I am. `/settings my_privacy:False` allows it again.',
      ),
    });
  },
};
