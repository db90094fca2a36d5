import { html, nothing } from './vendor/lit-html/lit-html.js';

/** @import { MarkdownParts, MarkdownTree } from '../answers.ts' */

/**
 * Draws parsed markdown. Everything that somebody wrote goes in as text, never as HTML.
 * @typedef {{names: Map<string, string>, openMessage?: (channelId: string, messageId: string) => boolean}} Known
 */

/** Only web addresses are links. @param {string} target */
const isWeb = (target) => /^https?:\/\//i.test(target);

/** A link to a message of this very place leads there instead of out. */
const MESSAGE_LINK = /^https?:\/\/[^/]+\/channels\/[^/]+\/(\d+)\/(\d+)$/;

/** @param {string} target @param {unknown} words @param {Known} known */
function link(target, words, known) {
  if (!isWeb(target)) return html`${words}`;
  const inner = MESSAGE_LINK.exec(target);
  const jump = (/** @type {Event} */ event) => {
    const [, channel = '', message = ''] = inner ?? [];
    if (known.openMessage?.(channel, message)) event.preventDefault();
  };
  return html`<a href=${target} target="_blank" rel="noopener noreferrer" @click=${jump}>${words}</a>`;
}

/** @param {Event} event */
function reveal(event) {
  const spoiler = /** @type {HTMLElement} */ (event.currentTarget);
  spoiler.classList.add('open');
  spoiler.removeAttribute('role');
  spoiler.removeAttribute('tabindex');
  spoiler.removeAttribute('aria-label');
}

const RELATIVE = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });
/** @type {[Intl.RelativeTimeFormatUnit, number][]} */
const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
];

/** @param {number} seconds @param {string | undefined} format */
function timeWords(seconds, format) {
  const date = new Date(seconds * 1000);
  if (format === 'R') {
    const delta = seconds - Date.now() / 1000;
    const [unit, size] = UNITS.find(([, length]) => Math.abs(delta) >= length) ?? ['second', 1];
    return RELATIVE.format(Math.round(delta / size), unit);
  }
  if (format === 't' || format === 'T') return date.toLocaleTimeString();
  return format === 'd' || format === 'D' ? date.toLocaleDateString() : date.toLocaleString();
}

/** @type {{[Type in keyof MarkdownParts]: (node: MarkdownParts[Type], known: Known) => unknown}} */
const DRAW = {
  text: ({ content }) => content,
  br: () => html`<br />`,
  newline: () => html`<br />`,
  strong: ({ content }, known) => html`<strong>${markdown(content, known)}</strong>`,
  em: ({ content }, known) => html`<em>${markdown(content, known)}</em>`,
  underline: ({ content }, known) => html`<u>${markdown(content, known)}</u>`,
  strikethrough: ({ content }, known) => html`<s>${markdown(content, known)}</s>`,
  inlineCode: ({ content }) => html`<code>${content}</code>`,
  codeBlock: ({ content }) => html`<pre tabindex="0"><code>${content}</code></pre>`,
  blockQuote: ({ content }, known) => html`<blockquote>${markdown(content, known)}</blockquote>`,
  heading: ({ level, content }, known) =>
    html`<span class=${`heading heading-${level}`}>${markdown(content, known)}</span>`,
  subtext: (/** @type {MarkdownParts['subtext'] & {tail?: unknown}} */ { content, tail = nothing }, known) =>
    html`<small class="subtext">${markdown(content, known)}${tail}</small>`,
  spoiler: ({ content }, known) =>
    html`<span
      class="spoiler"
      role="button"
      tabindex="0"
      aria-label="Spoiler: press to show"
      @click=${reveal}
      @keydown=${(/** @type {KeyboardEvent} */ event) => {
        if (event.key === 'Enter' || event.key === ' ') {
          event.preventDefault();
          reveal(event);
        }
      }}
      ><span class="spoiler-words">${markdown(content, known)}</span></span
    >`,
  url: ({ target, content }, known) => link(target, markdown(content, known), known),
  link: ({ target, content }, known) => link(target, markdown(content, known), known),
  autolink: ({ target, content }, known) => link(target, markdown(content, known), known),
  user: ({ id }, known) => html`<span class="mention">@${known.names.get(id) ?? 'somebody'}</span>`,
  role: ({ id }, known) => html`<span class="mention">@${known.names.get(id) ?? 'role'}</span>`,
  channel: ({ id }, known) => html`<span class="mention">#${known.names.get(id) ?? 'unknown'}</span>`,
  everyone: () => html`<span class="mention">@everyone</span>`,
  here: () => html`<span class="mention">@here</span>`,
  emoji: ({ name }) => html`<span>:${name}:</span>`,
  twemoji: ({ name }) => html`<span class="emoji">${name}</span>`,
  slashCommand: ({ fullName }) => html`<span class="mention">/${fullName}</span>`,
  guildNavigation: ({ navigation }) => html`<span class="mention">${navigation}</span>`,
  timestamp: ({ timestamp, format }) =>
    html`<time datetime=${new Date(Number(timestamp) * 1000).toISOString()}
      >${timeWords(Number(timestamp), format)}</time
    >`,
};

/**
 * @template {keyof MarkdownParts} Type
 * @param {Type} type @param {MarkdownParts[Type]} node @param {Known} known
 */
const drawNode = (type, node, known) => DRAW[type](node, known);

/** @param {MarkdownTree | string | undefined} tree @param {Known} known @returns {unknown} */
export function markdown(tree, known) {
  if (tree === undefined) return nothing;
  return typeof tree === 'string' ? tree : tree.map((node) => drawNode(node.type, node, known));
}

/**
 * A tree with something behind its last words: within the last line where that is small print, which stands alone.
 * @param {MarkdownTree} tree @param {Known} known @param {unknown} tail
 */
export function markdownWithTail(tree, known, tail) {
  const last = tree.at(-1);
  if (last?.type !== 'subtext') return [markdown(tree, known), tail];
  const ending = { ...last, tail };
  return markdown([...tree.slice(0, -1), ending], known);
}

/**
 * The words of markdown on one line, for a quotation.
 * @param {string} text @param {Known} known
 */
export const plainWords = (text, { names }) =>
  text
    .replaceAll(/<@!?(\d+)>/g, (all, id) => (names.has(id) ? `@${names.get(id)}` : all))
    .replaceAll(/\[([^\]]*)\]\([^)\s]*\)/g, '$1')
    .replaceAll(/^(?:-#|#{1,3}|>) /gm, '')
    .replaceAll(/\*\*|__|~~|\|\||`/g, '')
    .replaceAll(/\s+/g, ' ');
