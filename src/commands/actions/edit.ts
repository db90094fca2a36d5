import { findStyle } from '../../recipe/styles.ts';
import type { Action, FormHandler } from '../command.ts';
import { rootOwnerOf } from '../consent.ts';
import { toCustomId } from '../custom-id.ts';
import { requireOpenPainting } from '../painting-source.ts';
import { offeredStyles, stylesFor } from '../styles-for.ts';
import { submitPainting } from '../submit.ts';
import { asRequest } from './go-on.ts';
import { paintForm, readForm } from './paint-form.ts';

/** Opens a painting's recipe in a form. */
export const edit: Action = {
  acknowledge: 'form',
  async run(context, { subject }) {
    const { conversation } = context;
    const { recipe, id } = await requireOpenPainting(context, subject);
    await conversation.openForm(
      paintForm(context.say, {
        customId: toCustomId({ action: 'edit', subject: id }),
        title: context.say('Paint it again'),
        styles: await offeredStyles(context, recipe.model),
        style: recipe.style,
        prompt: recipe.prompt,
        strength: String(recipe.strength),
        seed: String(recipe.seed),
      }),
    );
  },
};

export const editForm: FormHandler = {
  async run(context, { subject }, values) {
    const painting = await requireOpenPainting(context, subject);
    const read = readForm(values, painting.recipe.style);
    const named =
      typeof read.style === 'string' ? findStyle(await stylesFor(context), read.style) : undefined;
    const request = {
      ...asRequest(painting.recipe),
      guidanceScale: undefined,
      ...read,
      // Another style may come with a model of its own.
      ...(named?.model === undefined ? {} : { model: undefined }),
    };
    await submitPainting(context, {
      request,
      action: 'edit',
      inheritsSteps: true,
      strengthIsChosen: true,
      parentId: painting.parentId ?? undefined,
      sourceOwnerId: rootOwnerOf(painting),
    });
  },
};
