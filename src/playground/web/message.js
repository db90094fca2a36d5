import { drawEmbed } from './embed.js';
import { markdownWithTail, plainWords } from './markdown.js';
import { gallery } from './media.js';
import { drawComponent } from './message-components.js';
import { html, nothing } from './vendor/lit-html/lit-html.js';

/** @import { MessageWithTrees } from '../answers.ts' */
/** @import { MessageContext } from './message-context.js' */
/** @import { MenuEvent } from './message-menu.js' */

/** One message, as a chat shows it. */

const HUES = 8;

/** A colour for a name, always the same. @param {string} name */
export function hueOf(name) {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + /** @type {number} */ (letter.codePointAt(0))) % 9973;
  return sum % HUES;
}

/** @param {string} name @param {boolean} [isBot] */
export const avatar = (name, isBot = false) =>
  html`<span class=${`avatar ${isBot ? 'avatar-bot' : `hue-${hueOf(name)}`}`} aria-hidden="true">${isBot ? '🎨' : (name[0] ?? '?').toUpperCase()}</span>`;

/** @param {string} iso */
function timeOf(iso) {
  const date = new Date(iso);
  const time = date.toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' });
  return date.toDateString() === new Date().toDateString() ? time : `${date.toLocaleDateString()} ${time}`;
}

/**
 * @param {MessageWithTrees} message @param {MessageContext} context
 * @param {boolean} isContinued by the same person, a moment later
 */
export function drawMessage(message, context, isContinued) {
  const { author, ephemeral, loading, timestamp, editedTimestamp } = message;
  const head = isContinued
    ? nothing
    : html`<header class="message-head">
        <span class=${`message-author hue-text-${hueOf(author.name)}`}>${author.name}</span>
        ${author.bot ? html`<span class="badge">BOT</span>` : nothing}
        <time datetime=${timestamp}>${timeOf(timestamp)}</time>
      </header>`;
  return html`<article
    id=${`${context.paneId}-${message.id}`}
    class=${`message ${isContinued ? 'continued' : ''} ${ephemeral ? 'ephemeral' : ''} ${context.isMention(message) ? 'mentions-you' : ''}`}
    tabindex="-1"
    aria-label=${`${author.name}, ${timeOf(timestamp)}`}
    data-id=${message.id}
    @contextmenu=${(/** @type {MenuEvent} */ event) => context.openMenu(event, message)}
  >
    ${above(message, context)}
    <div class="message-body">
      ${isContinued ? html`<span class="avatar-gap"></span>` : avatar(author.name, author.bot)}
      <div class="message-content">
        ${head}
        ${
          loading
            ? html`<p class="thinking"><span class="dots" aria-hidden="true"><i></i><i></i><i></i></span> ${author.name} is thinking…</p>`
            : html`${words(message, context)} ${message.embeds.map((embed) => drawEmbed(embed, context.known))}
            ${context.usesV2(message) ? nothing : gallery(besideEmbeds(message))}
            ${message.components.map((one) => drawComponent(one, context.forMessage(message)))}`
        }
        ${context.failed.has(message.id) ? html`<p class="failed" role="status">${context.failed.get(message.id)}</p>` : nothing}
        ${reactions(message, context)}
        ${
          ephemeral
            ? html`<p class="only-you">👁 Only you can see this · <button type="button" class="link" @click=${() => context.dismiss(message)}>Dismiss message</button></p>`
            : nothing
        }
      </div>
    </div>
    ${tools(message, context)}
    ${isContinued && editedTimestamp === null ? html`<time class="hover-time" datetime=${timestamp}>${timeOf(timestamp)}</time>` : nothing}
  </article>`;
}

/** What stands above: the message that is replied to, or the command that was used. @param {MessageWithTrees} message @param {MessageContext} context */
function above(message, context) {
  if (message.interaction)
    return html`<p class="message-above"><span class="curve" aria-hidden="true"></span><b>${message.interaction.user}</b> used <span class="mention">/${message.interaction.name}</span></p>`;
  if (message.reference === undefined) return nothing;
  const { referenced } = message;
  return html`<p class="message-above"><span class="curve" aria-hidden="true"></span>
    ${
      referenced
        ? html`<button type="button" class="link" @click=${() => context.jump(referenced.id)}><b>${referenced.author}</b> ${plainWords(referenced.content, context.known) || 'a picture'}</button>`
        : html`<i>The message was deleted</i>`
    }
  </p>`;
}

/** @param {MessageWithTrees} message @param {MessageContext} context */
function words(message, context) {
  if (context.editing === message.id) return context.editor(message);
  const edited =
    message.editedTimestamp === null
      ? nothing
      : html` <span class="muted edited" title=${timeOf(message.editedTimestamp)}>(edited)</span>`;
  if (message.content === '') return nothing;
  return html`<div class="words">${markdownWithTail(message.tree, context.known, edited)}</div>`;
}

/** @param {MessageWithTrees} message @param {MessageContext} context */
function reactions(message, context) {
  if (message.reactions.length === 0) return nothing;
  return html`<ul class="reactions" aria-label="Reactions">
    ${message.reactions.map(({ emoji, count, me, users }) => {
      const names = users.join(', ');
      return html`<li>
        <button
          type="button"
          class=${`reaction ${me ? 'mine' : ''}`}
          aria-pressed=${me ? 'true' : 'false'}
          aria-label=${`${emoji.name}, ${count} by ${names}`}
          title=${names}
          @click=${() => context.react(message, emoji.id ? `${emoji.name}:${emoji.id}` : emoji.name, me)}
        >
          <span class="emoji" aria-hidden="true">${emoji.name}</span> ${count}
        </button>
      </li>`;
    })}
    <li><button type="button" class="reaction add" aria-label="Add reaction" @click=${(/** @type {Event & {currentTarget: HTMLElement}} */ event) => context.pickEmoji(event.currentTarget, message)}>☺＋</button></li>
  </ul>`;
}

/** @param {MessageWithTrees} message @param {MessageContext} context */
function tools(message, context) {
  if (message.loading) return nothing;
  return html`<div class="message-tools" role="group" aria-label="Message actions">
    ${
      message.ephemeral
        ? nothing
        : html`<button type="button" title="Add reaction" aria-label="Add reaction" @click=${(/** @type {Event & {currentTarget: HTMLElement}} */ event) => context.pickEmoji(event.currentTarget, message)}>☺</button>
          <button type="button" title="Reply" aria-label="Reply" @click=${() => context.reply(message)}>↩</button>`
    }
    <button type="button" title="Apps and more" aria-label="More" aria-haspopup="menu" @click=${(/** @type {MenuEvent} */ event) => context.openMenu(event, message)}>⋯</button>
  </div>`;
}

/** The files that no embed shows already. @param {MessageWithTrees} message */
function besideEmbeds({ attachments, embeds }) {
  const shown = embeds.flatMap(({ image, thumbnail }) => [image?.url, thumbnail?.url]);
  return attachments.filter(({ url }) => !shown.includes(url));
}
