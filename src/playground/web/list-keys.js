/**
 * Arrows walk through the messages, Enter or R answers the one in focus, Escape goes back to writing.
 * @param {KeyboardEvent} event @param {import('./pane.js').Pane} pane
 */
export function keyInList(event, pane) {
  const here = /** @type {HTMLElement} */ (event.target);
  const article = here.closest('article');
  if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
    if (here !== article && here !== pane.list) return;
    event.preventDefault();
    const all = [...pane.root.querySelectorAll('article')];
    const at = article ? all.indexOf(article) : all.length;
    all[event.key === 'ArrowUp' ? at - 1 : at + 1]?.focus();
  } else if (event.key === 'Escape') pane.composer.focus();
  else if (article && here === article && (event.key === 'Enter' || event.key === 'r')) {
    event.preventDefault();
    const message = pane.messages.find(({ id }) => id === article.dataset.id);
    if (message && !message.ephemeral) pane.composer.reply(message);
  }
}
