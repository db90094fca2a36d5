import { fromSample } from './files.js';
import { ATTACHMENT, usable } from './usable-commands.js';
import { html, nothing } from './vendor/lit-html/lit-html.js';

/** @import { Pane } from './pane.js' */

/**
 * One hint on the first visit, with an example that takes one press. It knows no bot: it looks for a command that takes a file.
 * @param {Pane} pane
 */
export function drawHint(pane) {
  const { bot } = pane.world;
  if (pane.isLoading) return nothing;
  if (!bot.online)
    return html`<aside class="hint"><p><b>No bot is here yet.</b> Set its <code>rest.api</code> to <code>${location.origin}/api</code>, and its token to the playground's.</p></aside>`;
  const command = usable(pane.commands).find(({ options }) => {
    const needed = options.filter(({ required }) => required);
    return needed.length > 0 && needed.every(({ type }) => type === ATTACHMENT);
  });
  const file = command?.options.find(({ type }) => type === ATTACHMENT);
  const sample = pane.app.samples.find(({ name }) => name === 'cat') ?? pane.app.samples[0];
  const run = () => {
    if (command && file && sample)
      void pane.guard(() =>
        pane.runCommand(command.name, { [file.name]: { sample: fromSample(sample).sample } }),
      );
  };
  return html`<aside class="hint" aria-label="First steps">
    ${
      command && sample
        ? html`<img src=${`/samples/${sample.file}`} alt=${sample.alt} width="72" height="72" />
          <p><b>Welcome!</b> ${bot.name} is online. Try <code>/${command.name}</code> on this picture, or type <kbd>/</kbd> for everything it can do.</p>
          <button type="button" class="button button-primary" @click=${run}>Try /${command.name}</button>`
        : html`<p><b>Welcome!</b> ${bot.name} is online. Type <kbd>/</kbd> to see what it can do.</p>`
    }
    <button type="button" class="round" aria-label="Close the hint" @click=${() => pane.app.doneWithHint()}>✕</button>
  </aside>`;
}
