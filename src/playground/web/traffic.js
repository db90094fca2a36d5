import { listenToTraffic } from './api.js';
import { repeat } from './vendor/lit-html/directives/repeat.js';
import { html, nothing, render } from './vendor/lit-html/lit-html.js';

/** @import { Traffic } from '../answers.ts' */

/** "What happens": the bot's REST and gateway traffic, line by line, for whoever builds one. */

/** A line with a number of its own. @typedef {Traffic & {key: number}} Line */

const KEPT = 400;
const ARROWS = { request: '→', answer: '←', event: '⇠', sent: '⇢' };
const WORDS = { request: 'bot asks', answer: 'answer', event: 'event to bot', sent: 'bot sends' };

export class TrafficPanel {
  /** @param {HTMLElement} root @param {() => void} onClose */
  constructor(root, onClose) {
    this.root = root;
    this.onClose = onClose;
    /** @type {Line[]} */
    this.lines = [];
    this.filter = '';
    this.paused = false;
    this.count = 0;
    this.frame = 0;
    /** @type {(() => void) | undefined} */
    this.stop = undefined;
  }

  open() {
    this.stop = listenToTraffic((line) => this.add(line));
    this.draw();
  }

  close() {
    this.stop?.();
    render(nothing, this.root);
  }

  /** @param {Traffic} line */
  add(line) {
    if (this.paused) return;
    this.lines.push({ ...line, key: ++this.count });
    if (this.lines.length > KEPT) this.lines.splice(0, this.lines.length - KEPT);
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.draw();
    });
  }

  draw() {
    const list = this.root.querySelector('ol');
    const atEnd = !list || list.scrollHeight - list.scrollTop - list.clientHeight < 60;
    const wanted = this.filter.toLowerCase();
    const shown = this.lines.filter(
      ({ what, direction }) => what.toLowerCase().includes(wanted) || direction.includes(wanted),
    );
    render(
      html`<header class="panel-head">
          <h2>What happens</h2>
          <button type="button" class="round" aria-label="Close" @click=${this.onClose}>✕</button>
        </header>
        <div class="panel-tools">
          <input type="search" placeholder="Filter: MESSAGE, PATCH …" aria-label="Filter the traffic" .value=${this.filter} @input=${(
            /** @type {Event & {currentTarget: HTMLInputElement}} */ event,
          ) => {
            this.filter = event.currentTarget.value;
            this.draw();
          }} />
          <button type="button" class="chip" aria-pressed=${this.paused ? 'true' : 'false'} @click=${() => {
            this.paused = !this.paused;
            this.draw();
          }}>${this.paused ? '▶ Go on' : '⏸ Pause'}</button>
          <button type="button" class="chip" @click=${() => {
            this.lines = [];
            this.draw();
          }}>Clear</button>
        </div>
        <ol class="traffic" tabindex="0" aria-label="Traffic of the bot">
          ${shown.length === 0 ? html`<li class="muted traffic-empty">Everything that the bot and the playground say to each other appears here.</li>` : nothing}
          ${repeat(shown, ({ key }) => key, drawLine)}
        </ol>`,
      this.root,
    );
    const after = this.root.querySelector('ol');
    if (atEnd && after) after.scrollTop = after.scrollHeight;
  }
}

/** @param {Line} line */
function drawLine({ at, direction, what, status, body, query }) {
  const time = new Date(at).toLocaleTimeString(undefined, { hour12: false });
  const head = html`<span class="traffic-arrow" title=${WORDS[direction]}>${ARROWS[direction]}<span class="hidden"> ${WORDS[direction]}</span></span>
    <span class="traffic-what" title=${what}>${what.replaceAll(/\d{13,16}(\d{4})/g, '…$1')}</span>
    ${status === undefined ? nothing : html`<span class=${`status ${status >= 400 ? 'bad' : 'good'}`}>${status}</span>`}
    <time class="muted">${time}</time>`;
  const more = body ?? query;
  if (more === undefined)
    return html`<li class=${`line line-${direction}`}><div class="line-head">${head}</div></li>`;
  // The JSON is only written out when somebody looks.
  const open = (/** @type {Event & {currentTarget: HTMLDetailsElement}} */ { currentTarget: details }) => {
    const pre = details.querySelector('pre');
    if (details.open && pre?.textContent === '') pre.textContent = JSON.stringify(more, null, 2);
  };
  return html`<li class=${`line line-${direction}`}>
    <details @toggle=${open}><summary class="line-head">${head}</summary><pre tabindex="0"></pre></details>
  </li>`;
}
