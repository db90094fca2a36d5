import { z } from 'zod';
import { formError } from '../discord-error.ts';
import { LIMITS } from './limits.ts';
import { address, characters, link, textLength } from './text-length.ts';

const picture = z.looseObject({ url: address.nullish() }).nullish();

/** An embed as a client writes it. */
export const Embed = z.looseObject({
  title: characters(0, LIMITS.embedTitle).nullish(),
  description: characters(0, LIMITS.embedDescription).nullish(),
  url: link(2048).nullish(),
  color: z.int().min(0).max(0xffffff).nullish(),
  timestamp: z.iso.datetime({ offset: true }).nullish(),
  image: picture,
  thumbnail: picture,
  footer: z.looseObject({ text: characters(1, LIMITS.embedFooter), icon_url: address.nullish() }).nullish(),
  author: z
    .looseObject({
      name: characters(1, LIMITS.embedAuthor),
      url: link(2048).nullish(),
      icon_url: address.nullish(),
    })
    .nullish(),
  fields: z
    .array(
      z.looseObject({
        name: characters(1, LIMITS.embedFieldName),
        value: characters(1, LIMITS.embedFieldValue),
        inline: z.boolean().nullish(),
      }),
    )
    .max(LIMITS.embedFields)
    .nullish(),
});
export type Embed = z.infer<typeof Embed>;

/** @throws DiscordError 50035 when all embeds of a message together are too long */
export function checkEmbeds(embeds: readonly Embed[]): void {
  const total = embeds
    .flatMap((embed) => [
      embed.title,
      embed.description,
      embed.footer?.text,
      embed.author?.name,
      ...(embed.fields ?? []).flatMap((field) => [field.name, field.value]),
    ])
    .reduce((sum, text) => sum + textLength(text ?? ''), 0);
  if (total > LIMITS.embedTotal)
    throw formError(['embeds'], 'MAX_EMBED_SIZE_EXCEEDED', 'Embed size exceeds maximum size of 6000');
}

const PARTS = ['title', 'description', 'url', 'color', 'image', 'thumbnail'] as const;

/** What is kept of an embed: what Discord knows, and nothing that a client made up. */
export function keepEmbed(embed: Embed): object {
  const { footer, author, fields, timestamp } = embed;
  return {
    type: 'rich',
    ...Object.fromEntries(PARTS.filter((key) => embed[key]).map((key) => [key, embed[key]])),
    ...(typeof embed.color === 'number' ? { color: embed.color } : {}),
    ...(timestamp ? { timestamp: new Date(timestamp).toISOString().replace('Z', '000+00:00') } : {}),
    ...(footer ? { footer: { text: footer.text, icon_url: footer.icon_url } } : {}),
    ...(author ? { author: { name: author.name, url: author.url, icon_url: author.icon_url } } : {}),
    ...(fields ? { fields: fields.map(({ name, value, inline }) => ({ name, value, inline })) } : {}),
  };
}
