import { getEmoji } from './api.js';
import { openPopover } from './popover.js';
import { html, render } from './vendor/lit-html/lit-html.js';

/** @import { NamedEmoji } from '../answers.ts' */

const OFTEN = ['👍', '❤️', '😂', '🎉', '🎲', '✨', '🔁', '❌'];
const SHOWN = 240;
/** @type {Promise<NamedEmoji[]> | undefined} */
let loading;

/** Opens a picker beside a button. @param {HTMLElement} anchor @param {(emoji: string) => void} pick */
export async function pickEmoji(anchor, pick) {
  loading ??= getEmoji();
  const { panel, close } = openPopover(anchor, 'Choose an emoji', 'emoji-picker');
  let wanted = '';
  const all = await loading;
  const draw = () => {
    const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
    const found = all
      .filter(({ label, tags }) =>
        words.every((word) => label.includes(word) || tags.some((tag) => tag.includes(word))),
      )
      .slice(0, SHOWN);
    const choose = (/** @type {string} */ emoji) => {
      close();
      pick(emoji);
    };
    render(
      html`<input type="search" placeholder="Search emoji" aria-label="Search emoji" .value=${wanted} @input=${(
        /** @type {Event & {currentTarget: HTMLInputElement}} */ event,
      ) => {
        wanted = event.currentTarget.value;
        draw();
      }} @keydown=${(/** @type {KeyboardEvent} */ event) => {
        if (event.key === 'Enter' && found[0]) choose(found[0].unicode);
      }} />
        ${wanted === '' ? html`<div class="emoji-grid" role="group" aria-label="Often used">${OFTEN.map((emoji) => html`<button type="button" aria-label=${emoji} @click=${() => choose(emoji)}>${emoji}</button>`)}</div>` : ''}
        <div class="emoji-grid emoji-all" role="group" aria-label="Emoji">
          ${found.map(({ unicode, label }) => html`<button type="button" title=${label} aria-label=${label} @click=${() => choose(unicode)}>${unicode}</button>`)}
        </div>
        ${found.length === 0 ? html`<p class="muted">No emoji of that name</p>` : ''}`,
      panel,
    );
  };
  draw();
  panel.querySelector('input')?.focus();
}
