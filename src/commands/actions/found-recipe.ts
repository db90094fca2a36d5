import { ApplicationCommandType } from 'discord-api-types/v10';
import { type FoundRecipe, recipeFromPng } from '../../recipe/metadata/recipe-from-png.ts';
import { findStyle } from '../../recipe/styles.ts';
import type { Action, FormHandler, MessageCommand } from '../command.ts';
import { ownerOf } from '../consent.ts';
import type { Attachment } from '../context.ts';
import { toCustomId } from '../custom-id.ts';
import { button, row } from '../messages/buttons.ts';
import { quote } from '../messages/paint-messages.ts';
import type { Context } from '../services.ts';
import { EVERYWHERE } from '../slash/painting-options.ts';
import { keepPicture, submitPainting } from '../submit.ts';
import { paintForm, readForm, upload } from './paint-form.ts';
import { firstPicture } from './repaint.ts';

const TOOLS = { overpaint: 'Overpaint', a1111: 'Automatic1111', comfyui: 'ComfyUI' };

/** Answers how a picture was made, and offers to paint with that recipe. @param ownerId whose picture it is, where that is not the asker's */
export async function tellRecipe(context: Context, attachment: Attachment, ownerId?: string): Promise<void> {
  const { services, conversation } = context;
  const bytes = await conversation.download(attachment);
  const source = await keepPicture(context, bytes);
  const found = recipeFromPng(bytes);
  if (!found) {
    await conversation.answer({
      content: 'This picture does not say how it was made. Ask for the PNG itself: converted copies lose it.',
    });
    return;
  }
  const whose = ownerId === undefined || ownerId === context.origin.member.id ? {} : { argument: ownerId };
  const style = findStyle(services.styles(), found.request.style ?? '');
  await conversation.answer({
    content: wordsFor(found, style?.name),
    components: [
      row(
        button(
          { action: 'with-recipe', subject: source, ...whose },
          { label: 'Repaint with it', emoji: '🖌️' },
        ),
      ),
    ],
  });
}

function wordsFor({ request, origin, leftOut }: FoundRecipe, style: string | undefined): string {
  const number = (name: string, value: number | undefined) =>
    value === undefined ? [] : [`${name} ${value}`];
  const text = (name: string, value: string | undefined) => (value ? [`**${name}**: ${quote(value)}`] : []);
  const numbers = [
    ...(style === undefined ? [] : [`style **${style}**`]),
    ...number('strength', request.strength),
    ...number('seed', request.seed),
    ...number('guidance', request.guidanceScale),
    ...number('steps', request.steps),
  ];
  return [
    `Made with ${TOOLS[origin]}`,
    numbers.join(' · '),
    ...text('Prompt', request.prompt),
    ...text('Negative', request.negativePrompt),
    ...(leftOut.length === 0 ? [] : [`-# not used here: ${leftOut.join(', ').slice(0, 300)}`]),
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
        {
          customId: toCustomId({
            action: 'with-recipe',
            subject,
            ...(owner === undefined ? {} : { argument: owner }),
          }),
          title: 'Repaint with this recipe',
          styles: context.services.styles(),
          style: request?.style,
          prompt: request?.prompt,
          strength: request?.strength === undefined ? undefined : String(request.strength),
          seed: request?.seed === undefined ? undefined : String(request.seed),
        },
        upload('Another picture', 'Instead of the one that holds the recipe', false),
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
      request: { ...request, ...readForm(values), source },
      action: 'with-recipe',
      inheritsSteps: true,
      sourceDescription: uploaded?.description,
      sourceOwnerId: uploaded ? undefined : owner,
    });
  },
};
