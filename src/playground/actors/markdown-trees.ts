import { createRequire } from 'node:module';
import type { APIEmbed } from 'discord-api-types/v10';
import type { EmbedWithTrees, MarkdownTree, MessageView, MessageWithTrees } from '../answers.ts';

// A CommonJS package whose named exports Node cannot see.
const { parse } = createRequire(import.meta.url)(
  'discord-markdown-parser',
) as typeof import('discord-markdown-parser');

const treeOf = (text: string) => parse(text, 'extended') as MarkdownTree;

const TEXT_DISPLAY = 10;

/** Texts inside of components and embeds get their tree beside them. */
function withTrees(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(withTrees);
  if (typeof part !== 'object' || part === null) return part;
  const entries = Object.entries(part).map(([key, value]) => [key, withTrees(value)]);
  const copy = Object.fromEntries(entries) as Record<string, unknown>;
  if (copy.type === TEXT_DISPLAY && typeof copy.content === 'string') copy.tree = treeOf(copy.content);
  return copy;
}

function embedWithTrees({ description, fields, ...rest }: APIEmbed): EmbedWithTrees {
  return {
    ...rest,
    ...(description === undefined ? {} : { description, tree: treeOf(description) }),
    ...(fields === undefined
      ? {}
      : { fields: fields.map((field) => ({ ...field, tree: treeOf(field.value) })) }),
  };
}

/** A message with its markdown parsed, for a page that shows it without ever touching HTML. */
export function viewWithTrees(view: MessageView): MessageWithTrees {
  return {
    ...view,
    tree: treeOf(view.content),
    embeds: view.embeds.map(embedWithTrees),
    components: withTrees(view.components) as MessageWithTrees['components'],
  };
}
