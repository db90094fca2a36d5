import { getSamples, getWorld } from './api.js';
import { channelList } from './channel-list.js';
import { drawHint } from './hint.js';
import { Pane } from './pane.js';
import { TrafficPanel } from './traffic.js';
import { html, nothing, render } from './vendor/lit-html/lit-html.js';

/** @import { Sample } from '../answers.ts' */
/** @import { World } from './own-language.js' */

/** The page: channels on the left, one or two members' views in the middle, the bot's traffic on the right. */

const THEMES = ['auto', 'light', 'dark'];
const THEME_WORDS = { auto: '◐ System', light: '☀ Light', dark: '☾ Dark' };

export class App {
  constructor() {
    /** @type {World | undefined} */
    this.loaded = undefined;
    /** @type {Sample[]} */
    this.samples = [];
    /** @type {Map<string, string>} */
    this.names = new Map();
    /** @type {Pane[]} */
    this.panes = [];
    /** @type {TrafficPanel | undefined} */
    this.traffic = undefined;
    this.isConnected = true;
    this.menuOpen = false;
    this.version = 0;
    this.theme = localStorage.getItem('theme') ?? 'auto';
    this.hintDone = localStorage.getItem('hint') === 'done';
    /** @type {Promise<void> | undefined} */
    this.refreshing = undefined;
  }

  /** Who and what is there. */
  get world() {
    if (!this.loaded) throw new Error('The page has not started');
    return this.loaded;
  }

  async start() {
    this.applyTheme();
    const [samples] = await Promise.all([getSamples(), this.refresh()]);
    this.samples = samples;
    this.drawFrame();
    const { members, channels } = this.world;
    const [member, channelId] = location.hash.slice(1).split('/');
    const who = members.find(({ name }) => name === member) ?? members[0];
    if (!who) throw new Error('Nobody is here');
    const where =
      channels.find(
        ({ id, member: owner }) => id === channelId && (owner === undefined || owner === who.name),
      ) ??
      channels.find(({ name }) => name === 'art') ??
      channels[0];
    if (!where) throw new Error('There is no channel');
    this.addPane(who.name, where.id);
    this.panes[0]?.composer.focus();
  }

  /** Who and what is there, anew; several wishes at once are one. */
  refresh() {
    this.refreshing ??= getWorld()
      .then((world) => {
        const changed = JSON.stringify(world) !== JSON.stringify(this.loaded);
        this.loaded = world;
        this.names = namesIn(world);
        if (!changed) return;
        this.version += 1;
        if (this.panes.length > 0) this.draw();
      })
      .finally(() => {
        this.refreshing = undefined;
      });
    return this.refreshing;
  }

  /** Everybody's line to the bot. @param {string} member */
  directChannel(member) {
    const found = this.world.channels.find((channel) => channel.type === 1 && channel.member === member);
    if (!found) throw new Error(`${member} has no line to the bot`);
    return found;
  }

  /** @param {boolean} isConnected */
  setConnected(isConnected) {
    if (this.isConnected === isConnected) return;
    this.isConnected = isConnected;
    this.drawFrame();
  }

  /** @param {string} member @param {string} channelId */
  addPane(member, channelId) {
    this.drawFrame(this.panes.length + 1);
    const roots = document.querySelectorAll('.pane');
    const root = /** @type {HTMLElement} */ (roots[this.panes.length]);
    this.panes.push(new Pane(root, this, member, channelId));
    this.draw();
  }

  split() {
    const [first, second] = this.panes;
    if (!first) return;
    if (second) {
      second.close();
      this.panes.pop();
      this.draw();
      return;
    }
    const other = this.world.members.find(({ name }) => name !== first.member);
    if (!other) return;
    const channelId = first.channel.type === 1 ? this.directChannel(other.name).id : first.channelId;
    this.addPane(other.name, channelId);
  }

  /** @param {string} channelId @param {Pane} [pane] */
  go(channelId, pane = this.panes[0]) {
    pane?.go(channelId);
    this.menuOpen = false;
    this.draw();
    pane?.composer.focus();
  }

  toggleTraffic() {
    if (this.traffic) {
      this.traffic.close();
      this.traffic = undefined;
      this.drawFrame();
      return;
    }
    this.drawFrame(this.panes.length, true);
    this.traffic = new TrafficPanel(/** @type {HTMLElement} */ (document.querySelector('.panel')), () =>
      this.toggleTraffic(),
    );
    this.traffic.open();
  }

  nextTheme() {
    this.theme = THEMES[(THEMES.indexOf(this.theme) + 1) % THEMES.length] ?? 'auto';
    localStorage.setItem('theme', this.theme);
    this.applyTheme();
    this.drawFrame();
  }

  applyTheme() {
    if (this.theme === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = this.theme;
  }

  doneWithHint() {
    this.hintDone = true;
    localStorage.setItem('hint', 'done');
    this.draw();
  }

  /** @param {Pane} pane */
  hint(pane) {
    return pane === this.panes[0] && !this.hintDone ? drawHint(pane) : nothing;
  }

  /** @param {Pane} pane */
  menuButton(pane) {
    if (pane !== this.panes[0]) return nothing;
    return html`<button type="button" class="round only-narrow" aria-label="Channels" aria-expanded=${this.menuOpen ? 'true' : 'false'} @click=${() => {
      this.menuOpen = !this.menuOpen;
      this.drawFrame();
    }}>☰</button>`;
  }

  /** Who one acts as, and what else can be opened. @param {Pane} pane */
  paneTools(pane) {
    const isFirst = pane === this.panes[0];
    return html`<label class="acting"><span>You are</span>
        <select class="select" @change=${(
          /** @type {Event & {currentTarget: HTMLSelectElement}} */ event,
        ) => {
          pane.become(event.currentTarget.value);
          this.draw();
        }}>
          ${this.world.members.map(({ name, displayName }) => html`<option value=${name} ?selected=${name === pane.member}>${displayName}</option>`)}
        </select>
      </label>
      ${
        isFirst
          ? html`<button type="button" class="chip wide-only" aria-pressed=${this.panes.length > 1 ? 'true' : 'false'} title="See the channel as a second member too" aria-label="Second member" @click=${() => this.split()}>◫ <span class="chip-words">Second member</span></button>
            <button type="button" class="chip" aria-pressed=${this.traffic ? 'true' : 'false'} title="The bot's traffic, live" aria-label="What happens" @click=${() => this.toggleTraffic()}>⇄ <span class="chip-words">What happens</span></button>`
          : html`<button type="button" class="round" aria-label="Close this view" @click=${() => this.split()}>✕</button>`
      }`;
  }

  draw() {
    this.drawFrame();
    for (const pane of this.panes) pane.draw();
    const [first] = this.panes;
    if (first) history.replaceState(undefined, '', `#${first.member}/${first.channelId}`);
  }

  drawFrame(panes = this.panes.length, panel = this.traffic !== undefined) {
    const [first] = this.panes;
    render(
      html`<div class=${`frame ${this.menuOpen ? 'menu-open' : ''} ${panel ? 'with-panel' : ''}`}>
        <nav class="sidebar" aria-label="Channels">
          <p class="brand"><img src="icon.svg" alt="" width="28" height="28" /> Local playground</p>
          ${channelList(this, first)}
          <div class="sidebar-foot">
            <button type="button" class="chip" title="Light, dark, or as the system" @click=${() => this.nextTheme()}>${THEME_WORDS[/** @type {'auto'} */ (this.theme)]}</button>
          </div>
        </nav>
        <button type="button" class="veil" aria-label="Close the list of channels" tabindex="-1" @click=${() => {
          this.menuOpen = false;
          this.drawFrame();
        }}></button>
        <main class=${`panes panes-${panes}`}>
          <section class="pane" aria-label="Conversation"></section>
          ${panes > 1 ? html`<section class="pane" aria-label="Conversation of a second member"></section>` : nothing}
        </main>
        ${panel ? html`<aside class="panel" aria-label="What happens"></aside>` : nothing}
        ${this.isConnected ? nothing : html`<p class="offline" role="status">The playground does not answer. Waiting for it…</p>`}
      </div>`,
      /** @type {HTMLElement} */ (document.getElementById('app')),
    );
  }
}

/** What ids are called. @param {World} world @returns {Map<string, string>} */
function namesIn({ members, bot, channels, guilds }) {
  const roles = guilds.flatMap((guild) => guild.roles);
  return new Map([
    ...members.map(({ id, displayName }) => /** @type {const} */ ([id, displayName])),
    [bot.id, bot.name],
    ...channels.map(({ id, name }) => /** @type {const} */ ([id, name])),
    ...roles.map(({ id, name }) => /** @type {const} */ ([id, name.replace(/^@/, '')])),
  ]);
}

document.getElementById('app')?.replaceChildren();
await new App().start();
