import { askForFiles, chosenCard, filesIn, fromFile, sampleTray, toGiven } from './files.js';
import { SlashCommand } from './slash-command.js';
import { Suggestions } from './suggestions.js';
import { usable } from './usable-commands.js';
import { html, nothing } from './vendor/lit-html/lit-html.js';

/** @import { MessageView } from '../answers.ts' */
/** @import { Chosen } from './files.js' */
/** @import { Pane } from './pane.js' */
/** @import { Usable } from './usable-commands.js' */

/** Where a member writes: words, files, replies, and the beginning of commands. */

const TYPING_MS = 8000;

export class Composer {
  /** @param {Pane} pane */
  constructor(pane) {
    this.pane = pane;
    this.text = '';
    /** @type {Chosen[]} */
    this.files = [];
    /** @type {MessageView | undefined} */
    this.replyTo = undefined;
    this.pings = true;
    this.trayOpen = false;
    /** @type {SlashCommand | undefined} */
    this.command = undefined;
    this.lastTyping = 0;
    this.suggestions = new Suggestions(
      `${pane.id}-commands`,
      () => pane.draw(),
      (/** @type {Usable} */ command) => this.begin(command),
    );
  }

  get field() {
    return /** @type {HTMLTextAreaElement | null} */ (this.pane.root.querySelector('.composer textarea'));
  }

  focus() {
    this.field?.focus();
  }

  /** @param {Usable} command */
  begin(command) {
    this.text = '';
    this.command = new SlashCommand(command, this.pane);
    this.command.takeFiles(this.files.flatMap(({ file }) => (file ? [file] : [])));
    this.files = [];
    this.trayOpen = false;
    this.pane.draw();
    this.command.start();
  }

  leave() {
    const here = document.activeElement;
    const wasHere = !here || here === document.body || here.closest('.composer') !== null;
    this.command = undefined;
    this.pane.draw();
    // Whoever has gone on to something else meanwhile is not called back.
    if (wasHere) this.focus();
  }

  /** @param {MessageView} message */
  reply(message) {
    this.replyTo = message;
    this.pings = true;
    this.pane.draw();
    this.focus();
  }

  /** @param {string} text */
  async type(text) {
    this.text = text;
    this.grow();
    if (text.startsWith('/') && !text.includes('\n')) {
      await this.pane.app.refresh();
      // Who types on, or has begun the command meanwhile, is not shown what they are past.
      if (this.text === text && !this.command) this.suggestCommands();
    } else {
      this.suggestions.close();
      if (text !== '' && Date.now() - this.lastTyping > TYPING_MS) {
        this.lastTyping = Date.now();
        this.pane.api.typing({ channel: this.pane.channelId }).catch(() => undefined);
      }
    }
  }

  suggestCommands() {
    const wanted = this.text.slice(1).toLowerCase();
    const found = usable(this.pane.commands).filter(({ name }) => name.toLowerCase().includes(wanted));
    found.sort((a, b) => Number(b.name.startsWith(wanted)) - Number(a.name.startsWith(wanted)));
    this.suggestions.show(
      found.map((command) => ({
        value: command,
        label: `/${command.name}`,
        note: command.description,
        icon: '🎨',
      })),
      found.length > 0 ? `Commands of ${this.pane.world.bot.name}` : '',
    );
  }

  grow() {
    const { field } = this;
    if (!field) return;
    field.style.height = 'auto';
    field.style.height = `${Math.min(field.scrollHeight, 200)}px`;
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (this.suggestions.key(event)) return;
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      void this.pane.guard(() => this.send());
    } else if (event.key === 'Escape' && this.replyTo) {
      this.replyTo = undefined;
      this.pane.draw();
    } else if (event.key === 'ArrowUp' && this.text === '') {
      event.preventDefault();
      this.pane.editLast();
    }
  }

  async send() {
    const { text, files, replyTo } = this;
    if (text.trim() === '' && files.length === 0) return;
    const exact = usable(this.pane.commands).find(({ name }) => text.trim() === `/${name}`);
    if (exact) {
      this.begin(exact);
      return;
    }
    await this.pane.api.say({
      channel: this.pane.channelId,
      content: text,
      files: await Promise.all(files.map(toGiven)),
      ...(replyTo ? { replyTo: replyTo.id, mention: this.pings } : {}),
    });
    this.text = '';
    this.files = [];
    this.replyTo = undefined;
    this.trayOpen = false;
    this.pane.stickToBottom();
    this.pane.draw();
    this.grow();
  }

  /** @param {File[]} files */
  take(files) {
    if (files.length === 0) return;
    if (this.command?.takeFiles(files)) return;
    this.files.push(...files.map(fromFile));
    this.pane.draw();
    this.focus();
  }

  draw() {
    if (this.command) return html`<div class="composer">${this.command.draw()}</div>`;
    const { pane, suggestions } = this;
    return html`<div class="composer">
      ${suggestions.draw()} ${this.drawReply()}
      ${
        this.trayOpen
          ? html`<p class="tray-title">Sample pictures, or <button type="button" class="link" @click=${() => askForFiles({ multiple: true }, (files) => this.take(files))}>choose files from this device</button></p>
            ${sampleTray(pane.app.samples, (chosen) => {
              this.files.push(chosen);
              this.trayOpen = false;
              pane.draw();
              this.focus();
            })}`
          : nothing
      }
      ${
        this.files.length > 0
          ? html`<div class="chosen-files">${this.files.map((chosen) =>
              chosenCard(chosen, () => {
                this.files = this.files.filter((one) => one !== chosen);
                pane.draw();
              }),
            )}</div>`
          : nothing
      }
      <div class="composer-row">
        <button type="button" class="round" title="Add a picture or file" aria-label="Add a picture or file" aria-expanded=${this.trayOpen ? 'true' : 'false'} @click=${() => {
          this.trayOpen = !this.trayOpen;
          pane.draw();
        }}>＋</button>
        <textarea
          rows="1"
          placeholder=${`Message ${pane.title} — or type / for commands`}
          aria-label=${`Message ${pane.title}`}
          aria-autocomplete="list"
          aria-haspopup="listbox"
          aria-controls=${suggestions.id}
          aria-activedescendant=${suggestions.activeId}
          .value=${this.text}
          @input=${(/** @type {Event & {currentTarget: HTMLTextAreaElement}} */ event) => this.type(event.currentTarget.value)}
          @keydown=${(/** @type {KeyboardEvent} */ event) => this.key(event)}
          @blur=${() => suggestions.close()}
          @paste=${(/** @type {ClipboardEvent} */ event) => {
            const files = filesIn(event.clipboardData);
            if (files.length > 0) event.preventDefault();
            this.take(files);
          }}
        ></textarea>
        <button type="button" class="round" title="Emoji" aria-label="Insert emoji" @click=${(
          /** @type {Event & {currentTarget: HTMLElement}} */ event,
        ) =>
          pane.pickEmojiFor(event.currentTarget, (emoji) => {
            this.text += emoji;
            pane.draw();
            this.focus();
          })}>☺</button>
        <button type="button" class="round send" title="Send" aria-label="Send message" @click=${() => pane.guard(() => this.send())}>➤</button>
      </div>
    </div>`;
  }

  drawReply() {
    if (!this.replyTo) return nothing;
    return html`<div class="reply-bar">
      <span>Replying to <b>${this.replyTo.author.name}</b></span>
      <button type="button" class="link" aria-pressed=${this.pings ? 'true' : 'false'} title="Whether the author is pinged" @click=${() => {
        this.pings = !this.pings;
        this.pane.draw();
      }}>@ ${this.pings ? 'on' : 'off'}</button>
      <button type="button" class="chosen-remove" aria-label="Stop replying" @click=${() => {
        this.replyTo = undefined;
        this.pane.draw();
      }}>✕</button>
    </div>`;
  }
}
