import { markdown } from './markdown.js';
import { fileCard, pictureAt } from './media.js';
import { html, nothing } from './vendor/lit-html/lit-html.js';

/** @import { APIButtonComponent, APIButtonComponentWithCustomId, APIButtonComponentWithURL } from 'discord-api-types/v10' */
/** @import { APIMessageComponent, APIMessageComponentEmoji, APISelectMenuOption } from 'discord-api-types/v10' */
/** @import { WithTrees } from '../answers.ts' */
/** @import { Known } from './markdown.js' */
/** @import { World } from './own-language.js' */

/**
 * Buttons, selects and the building blocks of Components V2.
 * @typedef {{
 *   known: Known,
 *   waiting: ReadonlySet<string | undefined>,
 *   click: (customId: string) => void,
 *   choose: (customId: string, values: string[]) => void,
 *   world: World,
 *   fileUrl: (url: string) => string,
 * }} Context `waiting`: the custom ids of what was pressed and is not answered yet
 */

/**
 * Components by the numbers of their types.
 * @typedef {WithTrees<APIMessageComponent>} Component
 * @typedef {{[Type in Component['type']]: Extract<Component, {type: Type}>}} Components
 */

/**
 * What buttons have, whichever kind they are of.
 * @typedef {Pick<APIButtonComponent, 'style' | 'disabled'> & Partial<Pick<APIButtonComponentWithURL, 'url'>>
 *   & Partial<Pick<APIButtonComponentWithCustomId, 'custom_id' | 'label' | 'emoji'>>} Button
 */

const STYLES = ['', 'primary', 'secondary', 'success', 'danger', 'link', 'primary'];

/** @param {APIMessageComponentEmoji | undefined} emoji */
const emojiOf = (emoji) =>
  emoji?.name && !emoji.id ? html`<span class="emoji" aria-hidden="true">${emoji.name}</span>` : nothing;

/** @param {Button} component @param {Context} context */
function button({ style, label = '', emoji, url, custom_id: id = '', disabled }, context) {
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

/**
 * What a select offers: its own options, or members, roles and channels.
 * @param {{type: number, options?: readonly APISelectMenuOption[]}} component @param {World} world
 * @returns {readonly APISelectMenuOption[]}
 */
export function optionsOf({ type, options }, world) {
  if (type === 3) return options ?? [];
  const people = world.members.map((one) => ({ value: one.id, label: one.displayName }));
  const bot = { value: world.bot.id, label: world.bot.name };
  const roles = world.guilds.flatMap((guild) =>
    guild.roles.map((role) => ({
      value: role.id,
      label: `@${role.name.replace('@', '')}`,
    })),
  );
  const channels = world.channels
    .filter((channel) => channel.guildId)
    .map((channel) => ({ value: channel.id, label: `#${channel.name}` }));
  /** @type {Record<number, APISelectMenuOption[]>} */
  const lists = { 5: [...people, bot], 6: roles, 7: [...people, bot, ...roles], 8: channels };
  return lists[type] ?? [];
}

/** @param {Pick<APISelectMenuOption, 'label' | 'description' | 'emoji'>} option */
export const optionWords = ({ emoji, label, description }) =>
  [emoji?.name && !emoji.id ? emoji.name : '', label, description ? `— ${description}` : '']
    .filter(Boolean)
    .join(' ');

/** @param {Components[3 | 5 | 6 | 7 | 8]} component @param {Context} context */
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
      @change=${(/** @type {Event & {currentTarget: HTMLSelectElement}} */ event) => context.choose(id, [event.currentTarget.value])}
    >
      ${options.some((option) => option.default) ? nothing : html`<option value="" disabled selected hidden>${placeholder}</option>`}
      ${options.map(
        (option) =>
          html`<option value=${option.value} ?selected=${option.default === true}>${optionWords(option)}</option>`,
      )}
    </select>`;
  }
  const send = (/** @type {Event & {currentTarget: HTMLFormElement}} */ event) => {
    event.preventDefault();
    const form = event.currentTarget;
    const values = [...new FormData(form).getAll('value')].map(String);
    /** @type {HTMLDetailsElement} */ (form.parentElement).open = false;
    context.choose(id, values);
  };
  return html`<details class="select-many">
    <summary class="select">${placeholder}</summary>
    <form @submit=${send}>
      <p class="muted">Choose ${least === most ? least : `${least} to ${most}`}</p>
      ${options.map(
        (option) => html`<label class="check"
          ><input type="checkbox" name="value" value=${option.value} ?checked=${option.default === true} />${optionWords(option)}</label
        >`,
      )}
      <button class="button button-primary" ?disabled=${disabled === true}>Done</button>
    </form>
  </details>`;
}

/** @param {number | null | undefined} colour */
export const accent = (colour) => (colour ? `#${colour.toString(16).padStart(6, '0')}` : '');

/** @type {{[Type in keyof Components]: (component: Components[Type], context: Context) => unknown}} */
const DRAW = {
  1: ({ components }, context) =>
    html`<div class="row">${components.map((one) => drawComponent(one, context))}</div>`,
  2: button,
  3: select,
  5: select,
  6: select,
  7: select,
  8: select,
  9: ({ components, accessory }, context) => html`<div class="section">
    <div>${components.map((one) => drawComponent(one, context))}</div>
    ${accessory ? drawComponent(accessory, context) : nothing}
  </div>`,
  10: ({ tree }, { known }) => html`<div class="words">${markdown(tree, known)}</div>`,
  11: ({ media, description }, { fileUrl }) =>
    html`<div class="thumbnail">${pictureAt(fileUrl(media.url), description)}</div>`,
  12: ({ items }, { fileUrl }) => html`<div class=${`gallery gallery-${Math.min(items.length, 5)}`}>
    ${items.map((item) => pictureAt(fileUrl(item.media.url), item.description))}
  </div>`,
  13: ({ file, name }, { fileUrl }) => fileCard({ url: fileUrl(file.url), filename: name ?? 'file' }),
  14: ({ divider = true }) => (divider ? html`<hr />` : html`<div class="gap"></div>`),
  17: (
    { components, accent_color: colour },
    context,
  ) => html`<svg class="accent" aria-hidden="true"><rect width="4" height="100%" fill=${accent(colour) || 'currentColor'} /></svg>
    <div class="container">${components.map((one) => drawComponent(one, context))}</div>`,
};

/**
 * Draws a component; nothing of a type that is not known here.
 * @template {keyof Components} Type
 * @param {Type} type @param {Components[Type]} component @param {Context} context
 */
const drawOf = (type, component, context) => DRAW[type]?.(component, context) ?? nothing;

/** @param {Component} component @param {Context} context @returns {unknown} */
export function drawComponent(component, context) {
  const drawn = drawOf(component.type, component, context);
  return component.type === 17 ? html`<div class="container-frame">${drawn}</div>` : drawn;
}
