import {
  type APIModalInteractionResponseCallbackData,
  ApplicationCommandType,
  TextInputStyle,
} from 'discord-api-types/v10';
import { UserError } from '../../errors.ts';
import { phrase } from '../../language/phrase.ts';
import { lookOf, MAX_LOOK_WORDS, MOST_STYLES } from '../../recipe/look.ts';
import { readEmoji } from '../../recipe/named-entry.ts';
import { findStyle, Style } from '../../recipe/styles.ts';
import type { Painting } from '../../studio/paintings.ts';
import { input, label } from '../actions/paint-form.ts';
import type { Action, FormHandler, FormValues, MessageCommand } from '../command.ts';
import { toCustomId } from '../custom-id.ts';
import { freeId, readFreeName } from '../kept/new-name.ts';
import { ownerToChange, scopeField, scopeIn } from '../kept/scope.ts';
import { requireConsent, requireOpenPainting } from '../painting-source.ts';
import { checkTexts } from '../safety-check.ts';
import type { Context } from '../services.ts';
import { EVERYWHERE } from '../slash/painting-options.ts';
import { stylesFor } from '../styles-for.ts';
import { jobIdOf } from '../submit.ts';
import { styleLine } from './style-messages.ts';

const DEFAULT_EMOJI = '🎨';

/** How a painting looks, with the style that it was painted in where that is still there. */
async function lookIn(context: Context, { recipe }: Painting) {
  const known = recipe.style && findStyle(await stylesFor(context), recipe.style.id);
  return { ...lookOf(recipe, known, context.services.registry.default()), emoji: known?.emoji };
}

/** The form that gives a painting's look a name. */
async function styleForm(
  context: Context,
  painting: Painting,
): Promise<APIModalInteractionResponseCallbackData> {
  const { say, origin } = context;
  const { prompt, negative, emoji } = await lookIn(context, painting);
  const words = { style: TextInputStyle.Paragraph, max_length: MAX_LOOK_WORDS };
  const value = (text: string) => (text === '' ? {} : { value: text });
  return {
    custom_id: toCustomId({ action: 'save-style', subject: painting.id }),
    title: say('Save this look as a style'),
    components: [
      label(say('Name'), input('name', { required: true, max_length: 40 }), say('Such as My evening oil')),
      label(say('Emoji'), input('emoji', { max_length: 16, value: emoji ?? DEFAULT_EMOJI })),
      label(
        say('Words'),
        input('words', { ...words, required: true, ...value(prompt) }),
        say('What makes the look'),
      ),
      label(say('Keep out'), input('negative', { ...words, ...value(negative) })),
      ...scopeField(say, origin),
    ],
  } as APIModalInteractionResponseCallbackData;
}

/** The button under a painting. */
export const saveStyle: Action = {
  acknowledge: 'form',
  async run(context, { subject }) {
    const painting = await requireOpenPainting(context, subject);
    await context.conversation.openForm(await styleForm(context, painting));
  },
};

/** The message's context menu, for paintings whose buttons have no room for one more. */
export const saveStyleMenu: MessageCommand = {
  data: { name: 'Save style', type: ApplicationCommandType.Message, ...EVERYWHERE },
  acknowledge: 'form',
  async run(context, target) {
    const painting = await context.services.studio.paintings.byMessage(target.id);
    if (!painting) throw new UserError('no-painting', 'Expected a message with a painting of mine');
    await requireConsent(context, painting);
    await context.conversation.openForm(await styleForm(context, painting));
  },
};

export const saveStyleForm: FormHandler = {
  answers: true,
  async run(context, { subject }, values) {
    const { services, origin, conversation, say } = context;
    const { studio } = services;
    const scope = scopeIn(values);
    const owner = ownerToChange(origin, scope);
    const painting = await requireOpenPainting(context, subject);
    const style = readStyle(values, await lookIn(context, painting), [
      ...(await studio.styles.of(owner)),
      ...services.styles(),
    ]);
    const settings = await studio.settings.guild(origin.place.guildId);
    await checkTexts(context, settings, jobIdOf(origin.eventId, 'save-style'), [style.name, style.prompt]);
    const most = 'guild' in owner ? MOST_STYLES.guild : MOST_STYLES.member;
    const kept = await studio.styles.add(owner, style, most);
    if (kept === 'full')
      throw new UserError('too-many-styles', phrase('Expected at most {most} styles to keep', { most }), {
        hint: '`/styles` shows them; delete one first.',
      });
    const { name } = style;
    await conversation.answer({
      content: [
        styleLine(say, style),
        scope === 'mine'
          ? say(
              'Kept for you. In commands it is `style:{name}`, in replies `style {name}`, in mixes `oil + {name}`.',
              { name },
            )
          : say(
              'Kept for this server. In commands it is `style:{name}`, in replies `style {name}`, in mixes `oil + {name}`.',
              { name },
            ),
      ].join('\n'),
    });
  },
};

/** The style that a form makes of a look. @throws UserError `bad-name`, `name-taken`, `bad-emoji`, `bad-value` */
function readStyle(
  values: FormValues,
  { emoji: _emoji, ...look }: Awaited<ReturnType<typeof lookIn>>,
  others: readonly Style[],
): Style {
  const name = readFreeName(values.text('name') ?? '', others);
  const emoji = values.text('emoji')?.trim();
  const parsed = Style.safeParse({
    ...look,
    id: freeId(name, others),
    name,
    emoji: emoji ? readEmoji(emoji) : DEFAULT_EMOJI,
    prompt: values.text('words')?.trim() ?? '',
    negative: values.text('negative')?.trim() ?? '',
  });
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  throw new UserError(
    'bad-value',
    phrase('Expected a style whose {field} fits its rule ({rule})', { field: path.join('.'), rule: message }),
  );
}
