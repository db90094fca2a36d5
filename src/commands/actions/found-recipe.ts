import { ApplicationCommandType } from 'discord-api-types/v10';
import type { PlainText } from '../../language/phrase.ts';
import type { Say } from '../../language/say.ts';
import { type FoundRecipe, recipeFromPng } from '../../recipe/metadata/recipe-from-png.ts';
import { styleName } from '../../recipe/style-name.ts';
import type { Action, FormHandler, MessageCommand } from '../command.ts';
import { ownerOf } from '../consent.ts';
import type { Attachment } from '../context.ts';
import { toCustomId } from '../custom-id.ts';
import { button, row } from '../messages/buttons.ts';
import { quote } from '../messages/paint-messages.ts';
import type { Context } from '../services.ts';
import { EVERYWHERE } from '../slash/painting-options.ts';
import { nameOfStyle, offeredStyles, stylesFor } from '../styles-for.ts';
import { keepPicture, submitPainting } from '../submit.ts';
import { paintForm, readForm, upload } from './paint-form.ts';
import { firstPicture } from './repaint.ts';

const TOOLS = { overpaint: 'Overpaint', a1111: 'Automatic1111', comfyui: 'ComfyUI' };

/** Answers how a picture was made, and offers to paint with that recipe. @param ownerId whose picture it is, where that is not the asker's */
export async function tellRecipe(context: Context, attachment: Attachment, ownerId?: string): Promise<void> {
  const { conversation, say } = context;
  const bytes = await conversation.download(attachment);
  const source = await keepPicture(context, bytes);
  const found = recipeFromPng(bytes);
  if (!found) {
    await conversation.answer({
      content: say(
        'This picture does not say how it was made. Ask for the PNG itself: converted copies lose it.',
      ),
    });
    return;
  }
  const whose = ownerId === undefined || ownerId === context.origin.member.id ? {} : { argument: ownerId };
  const { style } = found.request;
  const named = style === undefined ? undefined : nameOfStyle(style, await stylesFor(context));
  await conversation.answer({
    content: wordsFor(say, found, named),
    components: [
      row(
        button(
          { action: 'with-recipe', subject: source, ...whose },
          { label: say('Repaint with it'), emoji: '🖌️' },
        ),
      ),
    ],
  });
}

function wordsFor(say: Say, { request, origin, leftOut }: FoundRecipe, style: string | undefined): string {
  const { strength, seed, guidanceScale, steps } = request;
  const numbers = [
    ...(style === undefined ? [] : [say('style **{style}**', { style: styleName(style) })]),
    ...(strength === undefined ? [] : [say('strength {strength}', { strength })]),
    ...(seed === undefined ? [] : [say('seed {seed}', { seed })]),
    ...(guidanceScale === undefined ? [] : [say('guidance {guidance}', { guidance: guidanceScale })]),
    ...(steps === undefined ? [] : [say('{count, plural, one {# step} other {# steps}}', { count: steps })]),
  ];
  const text = (name: PlainText, value: string | undefined) =>
    value ? [`**${say(name)}**: ${quote(value)}`] : [];
  return [
    say('Made with {tool}', { tool: TOOLS[origin] }),
    numbers.join(' · '),
    ...text('Prompt', request.prompt),
    ...text('Negative', request.negativePrompt),
    ...(leftOut.length === 0 ? [] : [`-# ${say('not used here: {parts}', { parts: leftOut })}`]),
  ].join('\n');
}

/** The message's context menu: how the picture in it was made. */
export const recipeOf: MessageCommand = {
  data: { name: 'Recipe', type: ApplicationCommandType.Message, ...EVERYWHERE },
  acknowledge: 'private',
  run: (context, target) => tellRecipe(context, firstPicture(target), ownerOf(target)),
};

/** The recipe of a kept picture; undefined when the picture is not kept any more. */
async function recipeIn({ services }: Context, hash: string): Promise<FoundRecipe | undefined> {
  const bytes = await services.images.get(hash);
  return bytes && recipeFromPng(bytes);
}

/** Opens a found recipe in a form, for the same picture or another one. */
export const withRecipe: Action = {
  acknowledge: 'form',
  async run(context, { subject, argument: owner }) {
    const request = (await recipeIn(context, subject))?.request;
    await context.conversation.openForm(
      paintForm(
        context.say,
        {
          customId: toCustomId({
            action: 'with-recipe',
            subject,
            ...(owner === undefined ? {} : { argument: owner }),
          }),
          title: context.say('Repaint with this recipe'),
          styles: await offeredStyles(context, request?.model),
          style: request?.style,
          prompt: request?.prompt,
          strength: request?.strength === undefined ? undefined : String(request.strength),
          seed: request?.seed === undefined ? undefined : String(request.seed),
        },
        upload(
          context.say('Another picture'),
          context.say('Instead of the one that holds the recipe'),
          false,
        ),
      ),
    );
  },
};

export const withRecipeForm: FormHandler = {
  async run(context, { subject, argument: owner }, values) {
    const uploaded = values.file('picture');
    const found = await recipeIn(context, subject);
    const source = uploaded
      ? await keepPicture(context, await context.conversation.download(uploaded))
      : subject;
    // Sizes and masks belong to the picture that the recipe was made for.
    const { size: _size, mask: _mask, task: _task, ...request } = found?.request ?? {};
    await submitPainting(context, {
      request: { ...request, ...readForm(values, request.style), source },
      action: 'with-recipe',
      inheritsSteps: true,
      strengthIsChosen: true,
      sourceDescription: uploaded?.description,
      sourceOwnerId: uploaded ? undefined : owner,
    });
  },
};
