import type { APIEmbed } from 'discord-api-types/v10';
import { cleanName } from '../cdn/clean-name.ts';
import type { Attachment, Component, Message } from './world.ts';

/** A component of any kind, as a client sent it. */
type Sent = Record<string, unknown> & { type: number };
/** Makes the address of an attachment, signed and expiring. */
type AttachmentUrl = (attachment: Attachment) => string;

const defined = (given: object) =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined && value !== null));

const pick = (given: Record<string, unknown>, ...keys: readonly string[]) =>
  defined(Object.fromEntries(keys.map((key) => [key, given[key]])));

interface Inside {
  message: Message;
  url: AttachmentUrl;
}
type Renderer = (component: Sent, inside: Inside) => object;

const within = (component: Sent, inside: Inside) =>
  (component.components as Sent[]).map((one) => renderComponent(one, inside));
const mediaOf = (given: unknown, { message, url }: Inside) =>
  renderMedia(message, (given as { url: string }).url, url);

/** What each kind has beside its type and id. */
const RENDERERS: Readonly<Record<number, Renderer>> = {
  1: (row, inside) => ({ components: within(row, inside) }),
  2: (button) => ({
    ...pick(button, 'custom_id', 'style', 'label', 'disabled', 'url', 'sku_id'),
    ...(button.emoji
      ? { emoji: pick(button.emoji as Record<string, unknown>, 'id', 'name', 'animated') }
      : {}),
  }),
  3: renderSelect,
  5: renderSelect,
  6: renderSelect,
  7: renderSelect,
  8: renderSelect,
  9: (section, inside) => ({
    components: within(section, inside),
    accessory: renderComponent(section.accessory as Sent, inside),
  }),
  10: (text) => pick(text, 'content'),
  11: (thumbnail, inside) => ({ media: mediaOf(thumbnail.media, inside), ...noteOf(thumbnail) }),
  12: (gallery, inside) => ({
    items: (gallery.items as Record<string, unknown>[]).map((item) => ({
      media: mediaOf(item.media, inside),
      ...noteOf(item),
    })),
  }),
  13: (given, inside) => {
    const file = attachmentOf(inside.message, (given.file as { url: string }).url);
    const { spoiler } = noteOf(given);
    return {
      file: mediaOf(given.file, inside),
      name: file?.filename ?? null,
      size: file?.size ?? null,
      spoiler,
    };
  },
  14: ({ spacing, divider }) => ({ spacing: spacing ?? 1, divider: divider ?? true }),
  17: (container, inside) => ({
    accent_color: container.accent_color ?? null,
    spoiler: noteOf(container).spoiler,
    components: within(container, inside),
  }),
};

function renderComponent(component: Sent, inside: Inside): object {
  const { type, id } = component;
  return { type, id, ...RENDERERS[type]?.(component, inside) };
}

/** Components as the API gives them: defaults filled in, files under their addresses. */
export function renderComponents(message: Message, url: AttachmentUrl): Component[] {
  const sent = message.components as unknown as Sent[];
  return sent.map((one) => renderComponent(one, { message, url })) as unknown as Component[];
}

function renderSelect(select: Sent): object {
  const options = (select.options as Record<string, unknown>[] | undefined)?.map((option) => ({
    ...pick(option, 'label', 'value', 'description', 'default'),
    ...(option.emoji
      ? { emoji: pick(option.emoji as Record<string, unknown>, 'id', 'name', 'animated') }
      : {}),
  }));
  return {
    min_values: 1,
    max_values: 1,
    ...pick(select, 'custom_id', 'placeholder', 'disabled', 'min_values', 'max_values'),
    ...(select.type === 3 ? { options } : pick(select, 'default_values')),
    ...(select.type === 8 ? pick(select, 'channel_types') : {}),
  };
}

const noteOf = (given: Record<string, unknown>) => ({
  description: given.description ?? null,
  spoiler: given.spoiler ?? false,
});

const SCHEME = 'attachment://';

/** The message's own file that an `attachment://` address names. */
function attachmentOf(message: Message, address: string): Attachment | undefined {
  if (!address.startsWith(SCHEME)) return undefined;
  const name = cleanName(address.slice(SCHEME.length));
  return message.attachments.find((attachment) => attachment.filename === name);
}

function renderMedia(message: Message, address: string, url: AttachmentUrl): object {
  const attachment = attachmentOf(message, address);
  if (!attachment)
    return {
      id: message.id,
      url: address,
      proxy_url: address,
      width: null,
      height: null,
      content_type: null,
    };
  const signed = url(attachment);
  return {
    id: attachment.id,
    attachment_id: attachment.id,
    url: signed,
    proxy_url: signed,
    width: attachment.width ?? null,
    height: attachment.height ?? null,
    content_type: attachment.contentType ?? null,
  };
}

/** Embeds as the API gives them: defaults filled in, pictures under their addresses. */
export function renderEmbeds(message: Message, url: AttachmentUrl): APIEmbed[] {
  const addressOf = (address: string) => {
    const attachment = attachmentOf(message, address);
    return attachment ? { address: url(attachment), attachment } : { address };
  };
  const picture = (given: { url: string } | undefined) => {
    if (!given?.url) return undefined;
    const { address, attachment } = addressOf(given.url);
    const { width, height, contentType: content_type } = attachment ?? {};
    return { url: address, proxy_url: address, ...defined({ width, height, content_type }) };
  };
  const withIcon = (given: { icon_url?: string } | undefined) => {
    if (!given) return undefined;
    const icon = given.icon_url ? addressOf(given.icon_url).address : undefined;
    return defined({ ...given, icon_url: icon, proxy_icon_url: icon });
  };
  return message.embeds.map(
    (embed) =>
      defined({
        ...embed,
        fields: embed.fields?.map((field) => ({ ...field, inline: field.inline ?? false })),
        image: picture(embed.image),
        thumbnail: picture(embed.thumbnail),
        author: withIcon(embed.author),
        footer: withIcon(embed.footer),
      }) as APIEmbed,
  );
}
