import type { APIModalInteractionResponseCallbackData } from 'discord-api-types/v10';
import { UserError } from '../../errors.ts';
import { readEmoji } from '../../recipe/named-entry.ts';
import type { Style } from '../../recipe/styles.ts';
import { input, label } from '../actions/paint-form.ts';
import type { Action, FormHandler } from '../command.ts';
import { toCustomId } from '../custom-id.ts';
import { readFreeName } from '../kept/new-name.ts';
import { mayChange, ownerToChange, readScope, type Scope, shelfOwner } from '../kept/scope.ts';
import { checkTexts } from '../safety-check.ts';
import type { Context } from '../services.ts';
import { jobIdOf } from '../submit.ts';
import { styleLine, styleMessage } from './style-messages.ts';

/** @throws UserError `style-gone` */
async function requireStyle(
  { services, origin }: Context,
  scope: Scope,
  id: string | undefined,
): Promise<Style> {
  const kept = await services.studio.styles.of(shelfOwner(origin, scope));
  const style = kept.find((one) => one.id === id);
  if (style) return style;
  throw new UserError('style-gone', 'This style is not kept any more', { hint: '`/styles` lists them.' });
}

/** A choice in the lists of `/styles`. */
export const pickStyle: Action = {
  acknowledge: 'private',
  async run(context, { subject }, [id]) {
    const scope = readScope(subject);
    const style = await requireStyle(context, scope, id);
    await context.conversation.answer(
      styleMessage(context.say, style, scope, mayChange(context.origin, scope)),
    );
  },
};

export const renameStyle: Action = {
  acknowledge: 'form',
  async run(context, { subject, argument }) {
    const { say, origin, conversation } = context;
    const scope = readScope(argument);
    ownerToChange(origin, scope);
    const { name, emoji } = await requireStyle(context, scope, subject);
    await conversation.openForm({
      custom_id: toCustomId({ action: 'style-rename', subject, argument: scope }),
      title: say('Rename'),
      components: [
        label(say('Name'), input('name', { required: true, max_length: 40, value: name })),
        label(say('Emoji'), input('emoji', { max_length: 16, value: emoji })),
      ],
    } as APIModalInteractionResponseCallbackData);
  },
};

/** The id stays, so that defaults and chains that name it go on. */
export const renameStyleForm: FormHandler = {
  answers: true,
  async run(context, { subject, argument }, values) {
    const { services, origin, conversation, say } = context;
    const { studio } = services;
    const scope = readScope(argument);
    const owner = ownerToChange(origin, scope);
    const before = await requireStyle(context, scope, subject);
    const others = (await studio.styles.of(owner)).filter(({ id }) => id !== subject);
    const name = readFreeName(values.text('name') ?? '', [...others, ...services.styles()]);
    const emoji = values.text('emoji')?.trim();
    const settings = await studio.settings.guild(origin.place.guildId);
    await checkTexts(context, settings, jobIdOf(origin.eventId, 'style-rename'), [name]);
    const style = { ...before, name, emoji: emoji ? readEmoji(emoji) : before.emoji };
    await studio.styles.change(owner, style);
    await conversation.answer({ content: styleLine(say, style) });
  },
};

export const deleteStyle: Action = {
  acknowledge: 'quiet',
  async run(context, { subject, argument }) {
    const { services, origin, conversation, say } = context;
    const scope = readScope(argument);
    const owner = ownerToChange(origin, scope);
    const { name } = await requireStyle(context, scope, subject);
    await services.studio.styles.remove(owner, subject);
    await conversation.update({
      content: say('Deleted {name}. Paintings that were made with it keep its look.', { name }),
      components: [],
    });
  },
};
