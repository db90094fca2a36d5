import type { Action, FormHandler } from '../command.ts';
import { rootOwnerOf } from '../consent.ts';
import { toCustomId } from '../custom-id.ts';
import { requireOpenPainting } from '../painting-source.ts';
import { submitPainting } from '../submit.ts';
import { asRequest } from './go-on.ts';
import { paintForm, readForm } from './paint-form.ts';

/** Opens a painting's recipe in a form. */
export const edit: Action = {
  acknowledge: 'form',
  async run(context, { subject }) {
    const { services, conversation } = context;
    const { recipe, id } = await requireOpenPainting(context, subject);
    await conversation.openForm(
      paintForm({
        customId: toCustomId({ action: 'edit', subject: id }),
        title: 'Paint it again',
        styles: services.styles(),
        style: recipe.style?.id,
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
    const request = { ...asRequest(painting.recipe), guidanceScale: undefined, ...readForm(values) };
    await submitPainting(context, {
      request,
      action: 'edit',
      inheritsSteps: true,
      parentId: painting.parentId ?? undefined,
      sourceOwnerId: rootOwnerOf(painting),
    });
  },
};
