import { html } from './vendor/lit-html/lit-html.js';

/** @import { App } from './app.js' */
/** @import { World } from './own-language.js' */
/** @import { Pane } from './pane.js' */

/** Servers with their channels, and the line to the bot. @param {App} app @param {Pane | undefined} pane */
export function channelList(app, pane) {
  const { world } = app;
  const { id: direct } = app.directChannel(pane?.member ?? world.members[0]?.name ?? '');
  const line = (
    /** @type {World['channels'][number]} */ channel,
    /** @type {string} */ label,
    /** @type {string} */ icon,
  ) => html`<li>
    <button type="button" class="channel" aria-current=${channel.id === pane?.channelId ? 'page' : 'false'} @click=${() => app.go(channel.id)}>
      <span aria-hidden="true">${icon}</span> ${label}${channel.nsfw ? html`<span class="badge" title="Age-restricted">18+</span>` : ''}
    </button>
  </li>`;
  return html`<div class="channels">
    ${world.guilds.map(
      (guild) => html`<h2>${guild.name}</h2>
        <ul>
          ${world.channels
            .filter(({ guildId }) => guildId === guild.id)
            .map((channel) => line(channel, channel.name, channel.type === 11 ? '↳' : '#'))}
        </ul>`,
    )}
    <h2>Direct messages</h2>
    <ul>
      <li>
        <button type="button" class="channel" aria-current=${direct === pane?.channelId ? 'page' : 'false'} @click=${() => app.go(direct)}>
          <span class=${`presence ${world.bot.online ? 'online' : ''}`} aria-hidden="true"></span> ${world.bot.name}
          <span class="muted">${world.bot.online ? 'online' : 'offline'}</span>
        </button>
      </li>
    </ul>
  </div>`;
}
