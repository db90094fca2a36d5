import { html, nothing } from './vendor/lit-html/lit-html.js';

/**
 * A list of things to pick from above a text field, steered from the field by arrows, Tab, Enter and Escape.
 * @template Value
 * @typedef {{value: Value, label: string, note?: string, icon?: string}} Suggestion
 */

/** @template Value what is picked */
export class Suggestions {
  /** @param {string} id @param {() => void} onChange @param {(value: Value) => void} onPick */
  constructor(id, onChange, onPick) {
    this.id = id;
    this.onChange = onChange;
    this.onPick = onPick;
    /** @type {readonly Suggestion<Value>[]} */
    this.items = [];
    this.at = 0;
    this.title = '';
  }

  get isOpen() {
    return this.items.length > 0;
  }

  /** The id of the highlighted line, for `aria-activedescendant`. */
  get activeId() {
    return this.isOpen ? `${this.id}-${this.at}` : nothing;
  }

  /** @param {readonly Suggestion<Value>[]} items @param {string} [title] */
  show(items, title = '') {
    this.items = items;
    this.title = title;
    this.at = 0;
    this.onChange();
  }

  close() {
    if (this.isOpen) this.show([]);
  }

  /** @param {KeyboardEvent} event @returns {boolean} whether the key meant the list */
  key(event) {
    if (!this.isOpen) return false;
    const { length } = this.items;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      this.at = (this.at + (event.key === 'ArrowDown' ? 1 : length - 1)) % length;
      this.onChange();
      queueMicrotask(() =>
        document.getElementById(`${this.id}-${this.at}`)?.scrollIntoView({ block: 'nearest' }),
      );
    } else if (event.key === 'Enter' || event.key === 'Tab') this.pick(this.at);
    else if (event.key === 'Escape') this.close();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  /** @param {number} index */
  pick(index) {
    const item = this.items[index];
    if (!item) return;
    this.items = [];
    this.onPick(item.value);
    this.onChange();
  }

  draw() {
    if (!this.isOpen) return nothing;
    return html`<div class="suggestions">
      ${this.title ? html`<p class="suggestions-title" aria-hidden="true">${this.title}</p>` : nothing}
      <ul id=${this.id} role="listbox" aria-label=${this.title || 'Suggestions'}>
        ${this.items.map(
          ({ label, note, icon }, i) => html`<li
            id=${`${this.id}-${i}`}
            role="option"
            aria-selected=${i === this.at ? 'true' : 'false'}
            @mousedown=${(/** @type {Event} */ event) => event.preventDefault()}
            @click=${() => this.pick(i)}
          >
            ${icon ? html`<span class="suggestion-icon" aria-hidden="true">${icon}</span>` : nothing}
            <span class="suggestion-label">${label}</span>
            ${note ? html`<span class="muted suggestion-note">${note}</span>` : nothing}
          </li>`,
        )}
      </ul>
    </div>`;
  }
}
