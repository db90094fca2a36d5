import { markdown } from './markdown.js';
import { pictureAt } from './media.js';
import { accent } from './message-components.js';
import { html, nothing } from './vendor/lit-html/lit-html.js';

/** @import { EmbedWithTrees, MarkdownTree } from '../answers.ts' */
/** @import { Known } from './markdown.js' */

/** @param {EmbedWithTrees} embed @param {Known} known */
export function drawEmbed(embed, known) {
  const { title, tree, description, fields = [], image, thumbnail, footer, author, color } = embed;
  return html`<div class="embed">
    <svg class="accent" aria-hidden="true"><rect width="4" height="100%" fill=${accent(color) || 'currentColor'} /></svg>
    <div class="embed-words">
      ${author?.name ? html`<p class="embed-author">${author.name}</p>` : nothing}
      ${title ? html`<p class="embed-title">${drawTitle(embed)}</p>` : nothing}
      ${drawWords(tree ?? description, known)}
      ${fields.length > 0 ? html`<dl class="embed-fields">${fields.map((field) => drawField(field, known))}</dl>` : nothing}
      ${image?.url ? pictureAt(image.url, title) : nothing}
      ${footer?.text ? html`<p class="muted">${footer.text}</p>` : nothing}
    </div>
    ${thumbnail?.url ? html`<div class="thumbnail">${pictureAt(thumbnail.url)}</div>` : nothing}
  </div>`;
}

/** @param {EmbedWithTrees} embed */
const drawTitle = ({ title, url }) =>
  url && /^https?:/i.test(url)
    ? html`<a href=${url} target="_blank" rel="noopener noreferrer">${title}</a>`
    : title;

/** @param {MarkdownTree | string | undefined} words @param {Known} known */
const drawWords = (words, known) =>
  words ? html`<div class="words">${markdown(words, known)}</div>` : nothing;

/** @param {NonNullable<EmbedWithTrees['fields']>[number]} field @param {Known} known */
const drawField = (field, known) =>
  html`<div class=${field.inline ? 'inline' : ''}><dt>${field.name}</dt><dd>${markdown(field.tree, known)}</dd></div>`;
