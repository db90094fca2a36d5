import { markdown } from './markdown.js';
import { fileCard, pictureAt } from './media.js';
import { html, nothing } from './vendor/lit-html/lit-html.js';

/**
 * Buttons, selects and the building blocks of Components V2.
 * @typedef {{
 *   known: import('./markdown.js').Known,
 *   waiting: Set<string>,
 *   click: (customId: string) => void,
 *   choose: (customId: string, values: string[]) => void,
 *   world: any,
 *   fileUrl: (url: string) => string,
 * }} Context
 */

const STYLES = ['', 'primary', 'secondary', 'success', 'danger', 'link', 'primary'];

/** @param {any} emoji */
const emojiOf = (emoji) =>
  emoji?.name && !emoji.id ? html`<span class="emoji" aria-hidden="true">${emoji.name}</span>` : nothing;

/** @param {any} component @param {Context} context */
function button(component, context) {
  const { style, label = '', emoji, url, custom_id: id, disabled } = component;
  if (url)
    return html`<a class="button button-link" href=${url} target="_blank" rel="noopener noreferrer"
      >${emojiOf(emoji)}${label} <span aria-hidden="true">↗</span></a
    >`;
  const waits = context.waiting.has(id);
  return html`<button
    type="button"
    class=${`button button-${STYLES[style] || 'secondary'} ${waits ? 'waits' : ''}`}
    ?disabled=${disabled === true}
    aria-busy=${waits ? 'true' : nothing}
    aria-label=${label === '' && emoji?.name ? emoji.name : nothing}
    @click=${() => !waits && context.click(id)}
  >
    ${emojiOf(emoji)}${label}
  </button>`;
}

/** What a select offers: its own options, or members, roles and channels. @param {any} component @param {any} world */
export function optionsOf({ type, options }, world) {
  if (type === 3) return options ?? [];
  const people = world.members.map((/** @type {any} */ one) => ({ value: one.id, label: one.displayName }));
  const bot = { value: world.bot.id, label: world.bot.name };
  const roles = world.guilds.flatMap((/** @type {any} */ guild) =>
    guild.roles.map((/** @type {any} */ role) => ({
      value: role.id,
      label: `@${role.name.replace('@', '')}`,
    })),
  );
  const channels = world.channels
    .filter((/** @type {any} */ channel) => channel.guildId)
    .map((/** @type {any} */ channel) => ({ value: channel.id, label: `#${channel.name}` }));
  const lists = { 5: [...people, bot], 6: roles, 7: [...people, bot, ...roles], 8: channels };
  return lists[/** @type {5 | 6 | 7 | 8} */ (type)] ?? [];
}

/** @param {any} option */
export const optionWords = ({ emoji, label, description }) =>
  [emoji?.name && !emoji.id ? emoji.name : '', label, description ? `— ${description}` : '']
    .filter(Boolean)
    .join(' ');

/** @param {any} component @param {Context} context */
function select(component, context) {
  const {
    custom_id: id,
    placeholder = 'Make a selection',
    disabled,
    min_values: least = 1,
    max_values: most = 1,
  } = component;
  const options = optionsOf(component, context.world);
  const waits = context.waiting.has(id);
  if (most === 1) {
    return html`<select
      class=${`select ${waits ? 'waits' : ''}`}
      aria-label=${placeholder}
      ?disabled=${disabled === true}
      @change=${(/** @type {Event} */ event) => context.choose(id, [/** @type {HTMLSelectElement} */ (event.target).value])}
    >
      ${options.some((/** @type {any} */ option) => option.default) ? nothing : html`<option value="" disabled selected hidden>${placeholder}</option>`}
      ${options.map(
        (/** @type {any} */ option) =>
          html`<option value=${option.value} ?selected=${option.default === true}>${optionWords(option)}</option>`,
      )}
    </select>`;
  }
  const send = (/** @type {Event} */ event) => {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    const values = [...new FormData(form).getAll('value')].map(String);
    /** @type {HTMLDetailsElement} */ (form.parentElement).open = false;
    context.choose(id, values);
  };
  return html`<details class="select-many">
    <summary class="select">${placeholder}</summary>
    <form @submit=${send}>
      <p class="muted">Choose ${least === most ? least : `${least} to ${most}`}</p>
      ${options.map(
        (/** @type {any} */ option) => html`<label class="check"
          ><input type="checkbox" name="value" value=${option.value} ?checked=${option.default === true} />${optionWords(option)}</label
        >`,
      )}
      <button class="button button-primary" ?disabled=${disabled === true}>Done</button>
    </form>
  </details>`;
}

/** @param {number | undefined} colour */
export const accent = (colour) => (colour ? `#${colour.toString(16).padStart(6, '0')}` : '');

/** @type {Record<number, (component: any, context: Context) => unknown>} */
const DRAW = {
  1: ({ components = [] }, context) =>
    html`<div class="row">${components.map((/** @type {any} */ one) => drawComponent(one, context))}</div>`,
  2: button,
  3: select,
  5: select,
  6: select,
  7: select,
  8: select,
  9: ({ components = [], accessory }, context) => html`<div class="section">
    <div>${components.map((/** @type {any} */ one) => drawComponent(one, context))}</div>
    ${accessory ? drawComponent(accessory, context) : nothing}
  </div>`,
  10: ({ tree, content }, { known }) => html`<div class="words">${markdown(tree ?? content, known)}</div>`,
  11: ({ media, description }, { fileUrl }) =>
    html`<div class="thumbnail">${pictureAt(fileUrl(media.url), description)}</div>`,
  12: ({ items = [] }, { fileUrl }) => html`<div class=${`gallery gallery-${Math.min(items.length, 5)}`}>
    ${items.map((/** @type {any} */ item) => pictureAt(fileUrl(item.media.url), item.description))}
  </div>`,
  13: ({ file, name }, { fileUrl }) => fileCard({ url: fileUrl(file.url), filename: name ?? 'file' }),
  14: ({ divider = true }) => (divider ? html`<hr />` : html`<div class="gap"></div>`),
  17: (
    { components = [], accent_color: colour },
    context,
  ) => html`<svg class="accent" aria-hidden="true"><rect width="4" height="100%" fill=${accent(colour) || 'currentColor'} /></svg>
    <div class="container">${components.map((/** @type {any} */ one) => drawComponent(one, context))}</div>`,
};

/** @param {any} component @param {Context} context @returns {unknown} */
export function drawComponent(component, context) {
  const draw = DRAW[component.type];
  if (component.type === 17) return html`<div class="container-frame">${draw?.(component, context)}</div>`;
  return draw ? draw(component, context) : nothing;
}
