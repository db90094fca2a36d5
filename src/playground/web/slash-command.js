import { askForFiles, chosenCard, filesIn, fromFile, sampleTray, toGiven } from './files.js';
import { asPictures, isMaskName, offerMask } from './mask-offer.js';
import { placeholder, staticChoices } from './option-choices.js';
import { Suggestions } from './suggestions.js';
import { ATTACHMENT, INTEGER, NUMBER } from './usable-commands.js';
import { html, nothing } from './vendor/lit-html/lit-html.js';

/** @import { Chosen } from './files.js' */
/** @import { MaskDrawing } from './mask-drawing.js' */
/** @import { Choice } from './option-choices.js' */
/** @import { Pane } from './pane.js' */
/** @import { Option, Usable } from './usable-commands.js' */

/** A slash command that is being filled in: one pill an option, the required ones first. */

const PAUSE_MS = 120;

/** @typedef {Choice['value'] | Chosen} Entered */

/** A number as people write it, with a point or a comma. @param {Entered} value */
const numberIn = (value) => (typeof value === 'object' ? NaN : Number(String(value).replace(',', '.')));

export class SlashCommand {
  /** @param {Usable} command @param {Pane} pane */
  constructor(command, pane) {
    this.command = command;
    this.pane = pane;
    /** @type {Map<string, Entered>} what has been entered, by option */
    this.values = new Map();
    /** What a field shows where that differs from its value. @type {Map<string, string>} */
    this.texts = new Map();
    /** Masks begun on pictures of this command. @type {Map<string, MaskDrawing>} */
    this.drawings = new Map();
    this.shown = new Set(command.options.filter(({ required }) => required).map(({ name }) => name));
    this.error = '';
    this.focused = '';
    this.timer = 0;
    this.suggestions = new Suggestions(
      `${pane.id}-choices`,
      () => pane.draw(),
      (/** @type {Choice} */ choice) => this.choose(choice),
    );
  }

  get options() {
    return [...this.shown].flatMap(
      (name) => this.command.options.find((option) => option.name === name) ?? [],
    );
  }

  /** What was chosen for an option that takes a file. @param {string} name */
  fileFor(name) {
    const value = this.values.get(name);
    return typeof value === 'object' ? value : undefined;
  }

  /** @param {string} selector */
  focusOn(selector) {
    /** @type {HTMLElement | null} */ (this.pane.root.querySelector(selector))?.focus();
  }

  /** @param {string} name */
  focusField(name) {
    this.pane.draw();
    this.focusOn(`[data-option="${name}"]`);
  }

  /** The first field to fill in. */
  start() {
    const first = this.options[0];
    if (first) this.focusField(first.name);
    else this.focusOn('.command-send');
  }

  /** @param {string} name */
  add(name) {
    this.shown.add(name);
    this.focusField(name);
  }

  /** @param {string} name */
  remove(name) {
    if (this.command.options.find((option) => option.name === name)?.required !== true)
      this.shown.delete(name);
    this.values.delete(name);
    this.texts.delete(name);
    this.forgetMasksOfOthers();
    this.suggestions.close();
    this.pane.draw();
  }

  /** @param {Option} option @param {string} text */
  type(option, text) {
    this.error = '';
    this.texts.set(option.name, text);
    this.values.set(option.name, text);
    if (text === '') this.values.delete(option.name);
    this.suggest(option, text);
  }

  /** @param {Option} option @param {string} text */
  suggest(option, text) {
    clearTimeout(this.timer);
    const own = staticChoices(option, this.pane.world);
    if (own) {
      const wanted = text.toLowerCase();
      this.suggestions.show(
        own.filter(({ label }) => label.toLowerCase().includes(wanted)).slice(0, 25),
        option.description,
      );
    } else if ('autocomplete' in option && option.autocomplete)
      this.timer = setTimeout(() => void this.askBot(option, text), PAUSE_MS);
    else this.suggestions.close();
  }

  /** @param {Option} option @param {string} value */
  async askBot(option, value) {
    const options = Object.fromEntries(
      [...this.values].filter(([name, one]) => name !== option.name && typeof one !== 'object'),
    );
    const { choices } = await this.pane.api
      .autocomplete({
        channel: this.pane.channelId,
        command: this.command.name,
        option: option.name,
        value,
        options,
      })
      .catch(() => ({ choices: [] }));
    if (this.focused !== option.name || (this.texts.get(option.name) ?? '') !== value) return;
    this.suggestions.show(
      choices.map((choice) => ({ value: choice, label: choice.name })),
      option.description,
    );
  }

  /** @param {Choice} choice */
  choose({ name, value }) {
    this.texts.set(this.focused, name);
    this.values.set(this.focused, value);
    this.next();
  }

  /** On to the next empty field, or to the button that sends. */
  next() {
    const open = this.options.find(({ name }) => !this.values.has(name));
    if (open) this.focusField(open.name);
    else this.focusOn('.command-send');
  }

  /** What is wrong, in words; undefined when it can be sent. */
  problem() {
    for (const option of this.options) {
      const { name, required } = option;
      const value = this.values.get(name);
      if (value === undefined) {
        if (required) return `${name} is required`;
        continue;
      }
      if (option.type !== INTEGER && option.type !== NUMBER) continue;
      const { min_value: least, max_value: most } = option;
      const number = numberIn(value);
      if (!Number.isFinite(number)) return `${name} takes a number`;
      if (option.type === INTEGER && !Number.isInteger(number)) return `${name} takes a whole number`;
      if (least !== undefined && number < least) return `${name} must be at least ${least}`;
      if (most !== undefined && number > most) return `${name} must be at most ${most}`;
    }
    return undefined;
  }

  async send() {
    const problem = this.problem();
    if (problem !== undefined) {
      this.error = problem;
      this.pane.draw();
      return;
    }
    /** @type {Record<string, unknown>} */
    const options = {};
    for (const { name, type } of this.options) {
      const value = this.values.get(name);
      if (value === undefined) continue;
      if (typeof value === 'object') options[name] = await toGiven(value);
      else if (type === INTEGER || type === NUMBER)
        options[name] = isNaN(numberIn(value)) ? value : numberIn(value);
      else options[name] = value;
    }
    await this.pane.runCommand(this.command.name, options);
  }

  /**
   * Takes files that were dropped or pasted into the first field for one, or into the one that is named.
   * @param {File[]} files @param {string} [wanted] @returns {boolean}
   */
  takeFiles(files, wanted) {
    const options = this.command.options.filter(({ type }) => type === ATTACHMENT);
    const option = options.find(({ name }) => !this.values.has(name)) ?? options[0];
    if (!option || !files[0]) return false;
    this.takeFile(wanted ?? option.name, fromFile(files[0]));
    return true;
  }

  /** @param {string} name @param {Chosen} chosen */
  takeFile(name, chosen) {
    this.shown.add(name);
    this.values.set(name, chosen);
    this.forgetMasksOfOthers();
    this.next();
  }

  /** What a mask is drawn on: the picture in another field of the command. */
  get picturesToMask() {
    const option = this.command.options.find(
      ({ name, type }) => type === ATTACHMENT && !isMaskName(name) && this.values.has(name),
    );
    return asPictures(option && this.fileFor(option.name));
  }

  /** A mask that was drawn on one picture fits no other. */
  forgetMasksOfOthers() {
    const [picture] = this.picturesToMask;
    for (const name of this.values.keys()) {
      const drawnOn = this.fileFor(name)?.drawnOn;
      if (drawnOn !== undefined && drawnOn !== picture?.url) this.values.delete(name);
    }
  }

  /** @param {Option} option */
  drawField(option) {
    if (option.type === ATTACHMENT) return this.drawFileField(option);
    const { name, type, required } = option;
    const open = this.focused === name && this.suggestions.isOpen;
    return html`<label class="pill" title=${option.description}>
      <span class="pill-name">${name}</span>
      <input
        type="text"
        data-option=${name}
        inputmode=${type === INTEGER ? 'numeric' : type === NUMBER ? 'decimal' : 'text'}
        placeholder=${placeholder(option)}
        autocomplete="off"
        role="combobox"
        aria-expanded=${open ? 'true' : 'false'}
        aria-controls=${`${this.pane.id}-choices`}
        aria-activedescendant=${open ? this.suggestions.activeId : nothing}
        aria-required=${required ? 'true' : 'false'}
        .value=${this.texts.get(name) ?? ''}
        @focus=${() => {
          this.focused = name;
          this.suggest(
            option,
            this.values.has(name) && this.texts.get(name) ? String(this.texts.get(name)) : '',
          );
        }}
        @blur=${() => this.suggestions.close()}
        @input=${(/** @type {Event & {currentTarget: HTMLInputElement}} */ event) => this.type(option, event.currentTarget.value)}
        @keydown=${(/** @type {KeyboardEvent} */ event) => this.keyInField(event, option)}
      />
      ${required ? nothing : html`<button type="button" class="pill-remove" aria-label=${`Remove ${name}`} tabindex="-1" @click=${() => this.remove(name)}>✕</button>`}
    </label>`;
  }

  /** @param {KeyboardEvent} event @param {Option} option */
  keyInField(event, { name, required }) {
    if (this.suggestions.key(event)) return;
    if (event.key === 'Enter') {
      event.preventDefault();
      void this.pane.guard(() => this.send());
    } else if (event.key === 'Backspace' && !required && !this.values.has(name)) {
      event.preventDefault();
      this.remove(name);
      this.next();
    }
  }

  /** The button to draw a mask, where an option is for one. @param {string} name @param {string} [look] */
  drawMaskOffer(name, look) {
    if (!isMaskName(name)) return nothing;
    const take = (/** @type {Chosen} */ chosen) => this.takeFile(name, chosen);
    return offerMask(this.picturesToMask, this.drawings, this.values.has(name), take, look);
  }

  /** @param {Extract<Option, {type: 11}>} option */
  drawFileField({ name, file_types: kinds, required }) {
    const value = this.fileFor(name);
    const accept = kinds?.includes('image') ? 'image/*' : '';
    return html`<span class="pill pill-file">
      <span class="pill-name">${name}</span>
      ${
        value
          ? chosenCard(value, () => this.remove(name))
          : html`<button
            type="button"
            class="button button-secondary"
            data-option=${name}
            @click=${() => askForFiles({ accept }, (files) => this.takeFiles(files, name))}
          >
            Choose, drop or paste a file<span class="hidden"> for ${name}</span>
          </button>`
      }
      ${this.drawMaskOffer(name)}
      ${
        required
          ? nothing
          : html`<button type="button" class="pill-remove" aria-label=${`Remove ${name}`} @click=${() => {
              this.values.delete(name);
              this.remove(name);
            }}>✕</button>`
      }
    </span>`;
  }

  draw() {
    const missing = this.command.options.filter(({ name }) => !this.shown.has(name));
    const wantsFile = this.options.find(
      ({ type, name }) => type === ATTACHMENT && !this.values.has(name) && !isMaskName(name),
    );
    return html`<form
      class="command"
      aria-label=${`Command ${this.command.name}`}
      @submit=${(/** @type {Event} */ event) => {
        event.preventDefault();
        void this.pane.guard(() => this.send());
      }}
      @keydown=${(/** @type {KeyboardEvent} */ event) => event.key === 'Escape' && this.pane.leaveCommand()}
      @dragover=${(/** @type {Event} */ event) => event.preventDefault()}
      @drop=${(/** @type {DragEvent} */ event) => {
        event.preventDefault();
        event.stopPropagation();
        this.takeFiles(filesIn(event.dataTransfer));
      }}
    >
      ${this.suggestions.draw()}
      ${
        wantsFile
          ? html`<p class="tray-title">${wantsFile.description || 'A file'}: drop one here, or take a sample</p>
        ${sampleTray(this.pane.app.samples, (chosen) => {
          this.takeFile(wantsFile.name, chosen);
        })}`
          : nothing
      }
      <div class="pills">
        <span class="command-name">/${this.command.name}</span>
        ${this.options.map((option) => this.drawField(option))}
        <span class="command-buttons">
          <button type="button" class="button button-quiet" @click=${() => this.pane.leaveCommand()}>Cancel</button>
          <button type="submit" class="button button-primary command-send">Send</button>
        </span>
      </div>
      ${
        missing.length > 0
          ? html`<div class="more-options" role="group" aria-label="Optional">
            ${missing.map(
              (
                option,
              ) => html`<button type="button" class="chip" title=${option.description} @click=${() => this.add(option.name)}>＋ ${option.name}</button>
              ${option.type === ATTACHMENT ? this.drawMaskOffer(option.name, 'chip') : nothing}`,
            )}
          </div>`
          : nothing
      }
      <p class="command-error" role="alert">${this.error}</p>
    </form>`;
  }
}
