import {
  type APIModalInteractionResponseCallbackData,
  ApplicationCommandType,
  ComponentType,
  TextInputStyle,
} from 'discord-api-types/v10';
import { UserError } from '../../errors.ts';
import { recipeFromPng } from '../../recipe/metadata/recipe-from-png.ts';
import type { Style } from '../../recipe/styles.ts';
import type { Action, FormHandler, FormValues, MessageCommand } from '../command.ts';
import type { Attachment } from '../context.ts';
import { toCustomId } from '../custom-id.ts';
import { pictureOf, requirePainting } from '../painting-source.ts';
import { readSeed, readStrength } from '../read-values.ts';
import type { Context } from '../services.ts';
import { EVERYWHERE, withDefaults } from '../slash/img2img.ts';
import { keepPicture, submitPainting } from '../submit.ts';
import { asRequest } from './go-on.ts';

const label = (title: string, component: object, description?: string) => ({
  type: ComponentType.Label,
  label: title,
  ...(description === undefined ? {} : { description }),
  component,
});
const input = (id: string, more: object = {}) => ({
  type: ComponentType.TextInput,
  custom_id: id,
  style: TextInputStyle.Short,
  required: false,
  ...more,
});
const NONE = 'none';

/** The styles as a select; Discord takes 25 lines. */
function styleSelect(styles: readonly Style[], chosen: string | undefined): object {
  const options = styles.slice(0, 24).map(({ id, name, emoji, strength }) => ({
    label: name,
    value: id,
    emoji: { name: emoji },
    description: `strength ${strength[0]}–${strength[1]}`,
    ...(id === chosen ? { default: true } : {}),
  }));
  const none = {
    label: 'No style',
    value: NONE,
    description: 'Only the words of the prompt',
    ...(chosen === undefined ? { default: true } : {}),
  };
  return {
    type: ComponentType.StringSelect,
    custom_id: 'style',
    required: false,
    options: [...options, none],
  };
}

interface FormStart {
  customId: string;
  title: string;
  styles: readonly Style[];
  style?: string | undefined;
  prompt?: string | undefined;
  strength?: string | undefined;
  seed?: string | undefined;
}

function paintForm(
  { customId, title, styles, style, prompt, strength, seed }: FormStart,
  last?: object,
): APIModalInteractionResponseCallbackData {
  const value = (text: string | undefined) => (text ? { value: text } : {});
  const components = [
    label('Style', styleSelect(styles, style)),
    label(
      'Prompt',
      input('prompt', { style: TextInputStyle.Paragraph, max_length: 1000, ...value(prompt) }),
      'What the picture should become',
    ),
    label(
      'Strength',
      input('strength', {
        max_length: 6,
        placeholder: "0.05 to 1; the style's own when empty",
        ...value(strength),
      }),
    ),
    label('Seed', input('seed', { max_length: 12, placeholder: 'empty for a new one', ...value(seed) })),
    ...(last ? [last] : []),
  ];
  return {
    custom_id: customId,
    title: title.slice(0, 45),
    components,
  } as APIModalInteractionResponseCallbackData;
}

/** What a form says, as parts of a request. */
function readForm(values: FormValues) {
  const [style] = values.choices('style');
  return {
    prompt: values.text('prompt') ?? '',
    strength: readStrength(values.text('strength')),
    seed: readSeed(values.text('seed')),
    style: style === undefined || style === NONE ? undefined : style,
  };
}

export const edit: Action = {
  acknowledge: 'form',
  async run({ services, conversation }, { subject }) {
    const { recipe, id } = await requirePainting(services, subject);
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
    const painting = await requirePainting(context.services, subject);
    const request = { ...asRequest(painting.recipe), guidanceScale: undefined, ...readForm(values) };
    await submitPainting(context, { request, action: 'edit', parentId: painting.parentId ?? undefined });
  },
};

const PICTURE = /\.(png|jpe?g|webp|gif|avif|tiff?)$/i;
const isPicture = ({ contentType, filename }: Attachment) =>
  contentType?.startsWith('image/') ?? PICTURE.test(filename);

/** The message's context menu: repaint whatever picture it holds. */
export const repaint: MessageCommand = {
  data: { name: 'Repaint', type: ApplicationCommandType.Message, ...EVERYWHERE },
  async run({ services, origin, conversation }, target) {
    const settings = await services.studio.settings.guild(origin.place.guildId);
    const upload = label(
      'Another picture',
      { type: ComponentType.FileUpload, custom_id: 'picture', required: false, max_values: 1 },
      'Instead of the one in the message',
    );
    await conversation.openForm(
      paintForm(
        {
          customId: toCustomId({ action: 'repaint', subject: target.channelId, argument: target.id }),
          title: 'Repaint',
          styles: services.styles(),
          style: settings.defaultStyle,
        },
        upload,
      ),
    );
  },
};

export const repaintForm: FormHandler = {
  async run(context, { subject: channelId, argument: messageId }, values) {
    const { conversation } = context;
    const painting =
      messageId === undefined ? undefined : await context.services.studio.paintings.byMessage(messageId);
    const uploaded = values.file('picture');
    const read = readForm(values);
    if (!uploaded && painting) {
      await submitPainting(context, {
        request: { source: pictureOf(painting), ...read },
        action: 'repaint',
        parentId: painting.id,
      });
      return;
    }
    const target = uploaded ? undefined : await conversation.fetchMessage(channelId, messageId!);
    const attachment = uploaded ?? target?.attachments.find(isPicture);
    if (!attachment) {
      throw new UserError('no-picture', 'Expected a message with a picture, but this one has none', {
        hint: 'Upload one in the form.',
      });
    }
    const source = await keepPicture(context, await conversation.download(attachment));
    const filled = await withDefaults(context, { source, ...read });
    await submitPainting(context, {
      ...filled,
      action: 'repaint',
      sourceDescription: attachment.description,
    });
  },
};

/** What a picture says about how it was made, in lines for its reader. */
export async function describeRecipe(
  { services, conversation }: Context,
  attachment: Attachment,
): Promise<string> {
  const bytes = await conversation.download(attachment);
  const found = recipeFromPng(bytes);
  if (!found)
    return 'This picture does not say how it was made. Ask for the PNG itself: converted copies lose it.';
  const { request, origin, leftOut } = found;
  const style =
    request.style === undefined
      ? []
      : [`style **${services.styles().find(({ id }) => id === request.style)?.name ?? request.style}**`];
  const numbers = [
    ...style,
    ...(request.strength === undefined ? [] : [`strength ${request.strength}`]),
    ...(request.seed === undefined ? [] : [`seed ${request.seed}`]),
    ...(request.guidanceScale === undefined ? [] : [`guidance ${request.guidanceScale}`]),
    ...(request.steps === undefined ? [] : [`steps ${request.steps}`]),
  ].join(' · ');
  const names = { overpaint: 'Overpaint', a1111: 'Automatic1111', comfyui: 'ComfyUI' };
  const text = (name: string, value: string | undefined) =>
    value ? [`**${name}**: ${value.slice(0, 700)}`] : [];
  const rest = leftOut.length === 0 ? [] : [`-# not used here: ${leftOut.join(', ')}`];
  return [
    `Made with ${names[origin]}`,
    numbers,
    ...text('Prompt', request.prompt),
    ...text('Negative', request.negativePrompt),
    ...rest,
  ]
    .join('\n')
    .slice(0, 2000);
}
