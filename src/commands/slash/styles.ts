import { ApplicationCommandType } from 'discord-api-types/v10';
import { UserError } from '../../errors.ts';
import { phrase } from '../../language/phrase.ts';
import { findStyle } from '../../recipe/styles.ts';
import type { SlashCommand } from '../command.ts';
import { mayChange, type Scope } from '../kept/scope.ts';
import type { Context } from '../services.ts';
import { styleMessage, stylesMessage } from '../styles/style-messages.ts';
import { offeredOf, stylesFor } from '../styles-for.ts';
import { EVERYWHERE, styleChoices, styleOption } from './painting-options.ts';

/** `/styles`: all that somebody can name, or one of them with what may be done to it. */
export const styles: SlashCommand = {
  data: {
    name: 'styles',
    description: "The styles: yours, the server's and everybody's",
    type: ApplicationCommandType.ChatInput,
    ...EVERYWHERE,
    options: [{ ...styleOption, description: 'Look at this one, to rename or delete it' }],
  },
  complete: (asking, _option, value) => styleChoices(asking, value),
  async run(context, options) {
    const { conversation, services, origin, say } = context;
    const wanted = options.text('style');
    if (wanted !== undefined) return showOne(context, wanted);
    const { guildId } = origin.place;
    const kept = services.studio.styles;
    await conversation.answer(
      stylesMessage(
        say,
        {
          mine: await kept.of({ member: origin.member.id }),
          server: guildId === undefined ? [] : await kept.of({ guild: guildId }),
          everybody: offeredOf(context, services.styles()),
        },
        guildId !== undefined,
      ),
    );
  },
};

async function showOne(context: Context, wanted: string): Promise<void> {
  const { conversation, origin, say } = context;
  const style = findStyle(await stylesFor(context), wanted);
  if (!style)
    throw new UserError(
      'unknown-style',
      phrase('Expected a known style, but received {given}', { given: JSON.stringify(wanted) }),
      { hint: '`/styles` lists them.' },
    );
  const scope = await scopeOf(context, style.id);
  await conversation.answer(styleMessage(say, style, scope, scope !== undefined && mayChange(origin, scope)));
}

/** Where a style is kept, looked for as its name is; undefined for everybody's. */
async function scopeOf({ services, origin }: Context, id: string): Promise<Scope | undefined> {
  const { styles: kept } = services.studio;
  const { guildId } = origin.place;
  if ((await kept.of({ member: origin.member.id })).some((style) => style.id === id)) return 'mine';
  if (guildId === undefined) return undefined;
  return (await kept.of({ guild: guildId })).some((style) => style.id === id) ? 'server' : undefined;
}
