import { member as memberApi } from './api.js';
import { Arrivals } from './arrivals.js';
import { Composer } from './composer.js';
import { pickEmoji } from './emoji-picker.js';
import { filesIn } from './files.js';
import { openForm } from './form-dialog.js';
import { keyInList } from './list-keys.js';
import { drawMessage } from './message.js';
import { messageContext } from './message-context.js';
import { toast } from './toast.js';
import { guard as unchanged } from './vendor/lit-html/directives/guard.js';
import { repeat } from './vendor/lit-html/directives/repeat.js';
import { html, nothing, render } from './vendor/lit-html/lit-html.js';

/** @import { InteractionView, MessageView, MessageWithTrees, Started } from '../answers.ts' */
/** @import { App } from './app.js' */

/**
 * One conversation as one member sees it: a channel's messages and a place to write.
 * @typedef {{messageId?: string, customId?: string, about?: MessageView}} Waiting an interaction under way: which component
 *   of which message waits, and the message that a form would be about
 */

const CONTINUED_MS = 7 * 60_000;
const TYPING_MS = 9000;
const NEAR_END = 80;
const NO_ANSWER = 'The application did not respond';
let panes = 0;

export class Pane {
  /** @param {HTMLElement} root @param {App} app @param {string} member @param {string} channelId */
  constructor(root, app, member, channelId) {
    this.id = `pane${++panes}`;
    this.root = root;
    this.app = app;
    this.member = member;
    this.channelId = channelId;
    this.api = memberApi(member);
    /** @type {MessageWithTrees[]} */
    this.messages = [];
    this.hasOlder = true;
    this.isLoading = true;
    this.arrivals = new Arrivals();
    this.unseen = 0;
    this.sticks = true;
    /** @type {Map<string, number>} */
    this.typing = new Map();
    /** @type {Map<string, Waiting>} */
    this.pending = new Map();
    /** @type {Map<string, string>} */
    this.failed = new Map();
    this.editing = '';
    this.version = 0;
    this.composer = new Composer(this);
    this.stop = () => {};
    this.open();
  }

  get world() {
    return this.app.world;
  }

  get channel() {
    const found = this.world.channels.find(({ id }) => id === this.channelId);
    if (!found) throw new Error('This channel is gone');
    return found;
  }

  get me() {
    const found = this.world.members.find(({ name }) => name === this.member);
    if (!found) throw new Error(`${this.member} is gone`);
    return found;
  }

  get title() {
    return this.channel.type === 1 ? `@${this.world.bot.name}` : `#${this.channel.name}`;
  }

  /** The commands that are offered here. */
  get commands() {
    const { guildId } = this.channel;
    return this.world.bot.commands.filter(
      ({ guild_id: guild, contexts }) =>
        (guild === undefined || guild === guildId) &&
        (!contexts || contexts.includes(guildId === undefined ? 1 : 0)),
    );
  }

  open() {
    this.stop();
    const here = (/** @type {{channelId: string}} */ { channelId }) => channelId === this.channelId;
    const close = this.api.listen(
      {
        message: (message) => here(message) && this.arrivals.hear(() => this.put(message)),
        messageUpdate: (message) => here(message) && this.arrivals.hear(() => this.put(message)),
        messageDelete: (gone) => here(gone) && this.arrivals.hear(() => this.drop(gone.id)),
        typing: (who) => here(who) && this.showTyping(who.name),
        interaction: (interaction) => this.follow(interaction),
        channel: () => void this.app.refresh(),
        bot: () => void this.app.refresh(),
      },
      (state) => {
        if (state === 'open') void this.guard(() => this.reload());
        this.app.setConnected(state === 'open');
      },
    );
    const timer = setInterval(() => this.forgetTyping(), 2000);
    this.stop = () => {
      close();
      clearInterval(timer);
    };
  }

  async reload() {
    const wanted = this.channelId;
    await this.arrivals.after(async () => {
      const messages = await this.api.messages(wanted);
      if (wanted !== this.channelId) return;
      this.messages = messages;
      this.hasOlder = messages.length >= 60;
      this.isLoading = false;
      this.draw();
    });
  }

  /** @param {string} channelId */
  go(channelId) {
    if (channelId === this.channelId) return;
    this.channelId = channelId;
    this.clear();
    void this.guard(() => this.reload());
  }

  /** @param {string} member */
  become(member) {
    this.member = member;
    this.api = memberApi(member);
    if (this.channel.type === 1) this.channelId = this.app.directChannel(member).id;
    this.clear();
    this.open();
  }

  clear() {
    this.messages = [];
    this.isLoading = true;
    this.unseen = 0;
    this.sticks = true;
    this.failed.clear();
    this.composer.command = undefined;
    this.composer.replyTo = undefined;
    this.draw();
  }

  /** @param {MessageWithTrees} message */
  put(message) {
    const at = this.messages.findIndex(({ id }) => id === message.id);
    if (at >= 0) this.messages[at] = message;
    else {
      this.messages.push(message);
      this.messages.sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1));
      if (!this.sticks) this.unseen += 1;
    }
    this.typing.delete(message.author.name);
    this.draw();
  }

  /** @param {string} id */
  drop(id) {
    this.messages = this.messages.filter((message) => message.id !== id);
    this.draw();
  }

  /** @param {string} name */
  showTyping(name) {
    this.typing.set(name, Date.now());
    this.draw();
  }

  forgetTyping() {
    const before = this.typing.size;
    for (const [name, at] of this.typing) if (Date.now() - at > TYPING_MS) this.typing.delete(name);
    if (this.typing.size !== before) this.draw();
  }

  /** How an interaction that this member began goes on. @param {InteractionView} interaction */
  follow({ id, state, modal }) {
    const waiting = this.pending.get(id);
    if (!waiting || state === 'pending') return;
    this.pending.delete(id);
    this.version += 1;
    if (state === 'modal' && modal)
      openForm(
        modal,
        this,
        (fields) => this.start(this.api.modal({ interactionId: id, fields }), {}),
        waiting.about,
      );
    else if (state === 'failed' || state === 'expired') {
      if (waiting.messageId) this.failed.set(waiting.messageId, 'This interaction failed');
      else toast(NO_ANSWER);
    }
    this.draw();
  }

  /** @param {Promise<Started>} starting @param {Waiting} what */
  async start(starting, what) {
    const { interactionId } = await starting;
    this.pending.set(interactionId, what);
    this.version += 1;
    this.draw();
    // It may have ended before its id was known here.
    const answer = await fetch(`/actors/${this.member}/interactions/${interactionId}`);
    if (answer.ok) this.follow(await answer.json());
  }

  /** @param {string} name @param {Record<string, unknown>} options */
  async runCommand(name, options) {
    await this.start(this.api.command({ channel: this.channelId, command: name, options }), {});
    this.app.doneWithHint();
    this.composer.leave();
    this.stickToBottom();
  }

  leaveCommand() {
    this.composer.leave();
  }

  /** Runs something that may be refused; a refusal is shown. @param {() => Promise<unknown>} work */
  async guard(work) {
    try {
      await work();
    } catch (error) {
      toast(error instanceof Error ? error.message : String(error));
    }
  }

  stickToBottom() {
    this.sticks = true;
    this.unseen = 0;
    const list = this.list;
    if (list) list.scrollTop = list.scrollHeight;
  }

  get list() {
    return /** @type {HTMLElement | null} */ (this.root.querySelector('.messages'));
  }

  onScroll() {
    const { list } = this;
    if (!list) return;
    const sticks = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_END;
    if (sticks !== this.sticks || (sticks && this.unseen > 0)) {
      this.sticks = sticks;
      if (sticks) this.unseen = 0;
      this.draw();
    }
    if (list.scrollTop < 400 && this.hasOlder && !this.isLoading) void this.guard(() => this.loadOlder());
  }

  async loadOlder() {
    const first = this.messages[0];
    if (!first) return;
    this.isLoading = true;
    const older = await this.api.messages(this.channelId, first.id);
    this.isLoading = false;
    this.hasOlder = older.length >= 60;
    const { list } = this;
    const fromEnd = list ? list.scrollHeight - list.scrollTop : 0;
    this.messages = [...older, ...this.messages];
    this.draw();
    if (list) list.scrollTop = list.scrollHeight - fromEnd;
  }

  /** @param {string} messageId @returns {boolean} */
  jump(messageId) {
    const target = document.getElementById(`${this.id}-${messageId}`);
    if (!target) return false;
    target.scrollIntoView({ block: 'center' });
    target.focus();
    target.classList.add('flash');
    setTimeout(() => target.classList.remove('flash'), 1600);
    return true;
  }

  editLast() {
    const last = this.messages.findLast(({ author }) => author.id === this.me.id);
    if (last) this.edit(last);
  }

  /** @param {MessageView} message */
  edit(message) {
    this.editing = message.id;
    this.version += 1;
    this.draw();
    /** @type {HTMLElement | null} */ (this.root.querySelector('.message-editor textarea'))?.focus();
  }

  doneEditing() {
    this.editing = '';
    this.version += 1;
    this.draw();
  }

  /** @param {HTMLElement} anchor @param {(emoji: string) => void} pick */
  pickEmojiFor(anchor, pick) {
    void this.guard(() => pickEmoji(anchor, pick));
  }

  /** @param {MessageView} message @param {string} emoji @param {boolean} remove */
  react(message, emoji, remove) {
    void this.guard(() => this.api.react({ messageId: message.id, emoji, ...(remove ? { remove } : {}) }));
  }

  draw() {
    const { channel } = this;
    const context = messageContext(this);
    /** @type {MessageView | undefined} */
    let before;
    const rows = this.messages.map((message) => {
      const isContinued =
        before?.author.id === message.author.id &&
        !message.reference &&
        !message.interaction &&
        !message.ephemeral &&
        Date.parse(message.timestamp) - Date.parse(before.timestamp) < CONTINUED_MS;
      before = message;
      return { message, isContinued };
    });
    render(
      html`<header class="pane-head">
          ${this.app.menuButton(this)}
          <div class="pane-title"><h1>${this.title}</h1>${channel.topic ? html`<p class="muted">${channel.topic}</p>` : nothing}</div>
          ${this.app.paneTools(this)}
        </header>
        <div
          class="messages" role="log" aria-label=${`Messages in ${this.title}`} tabindex="0"
          @scroll=${() => this.onScroll()} @keydown=${(/** @type {KeyboardEvent} */ event) => keyInList(event, this)}
        >
          <div class="messages-inner">
            ${this.hasOlder || this.isLoading ? nothing : html`<div class="channel-start"><span aria-hidden="true">${channel.type === 1 ? '✉' : '#'}</span><p><b>This is where ${this.title} begins.</b> ${this.world.bot.online ? html`Type <kbd>/</kbd> to see what ${this.world.bot.name} can do.` : 'No bot is here yet.'}</p></div>`}
            ${this.isLoading && this.messages.length === 0 ? html`<div class="skeleton" aria-hidden="true"><i></i><i></i><i></i></div>` : nothing}
            ${repeat(
              rows,
              ({ message }) => message.id,
              ({ message, isContinued }) =>
                unchanged(
                  [message, isContinued, this.version, this.app.version, this.failed.get(message.id)],
                  () => drawMessage(message, context, isContinued),
                ),
            )}
            ${this.app.hint(this)}
          </div>
        </div>
        ${
          this.unseen > 0
            ? html`<button type="button" class="unseen" @click=${() => {
                this.stickToBottom();
                this.draw();
              }}>↓ ${this.unseen} new</button>`
            : nothing
        }
        <p class="typing" aria-live="polite">${this.typing.size > 0 ? `${[...this.typing.keys()].join(', ')} ${this.typing.size > 1 ? 'are' : 'is'} typing…` : ''}</p>
        ${this.composer.draw()}`,
      this.root,
    );
    this.watchSize();
    if (this.sticks) this.stickToBottom();
  }

  /** Pictures that load late and growing composers must not push the newest message out of sight. */
  watchSize() {
    if (this.observer) return;
    const inner = this.root.querySelector('.messages-inner');
    const { list } = this;
    if (!inner || !list) return;
    this.observer = new ResizeObserver(() => this.sticks && this.stickToBottom());
    this.observer.observe(inner);
    this.observer.observe(list);
    this.root.addEventListener('dragover', (event) => event.preventDefault());
    this.root.addEventListener('drop', (event) => {
      event.preventDefault();
      this.composer.take(filesIn(event.dataTransfer));
    });
  }

  close() {
    this.stop();
    this.observer?.disconnect();
    this.observer = undefined;
    render(nothing, this.root);
  }
}
