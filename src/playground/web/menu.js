import { openPopover } from './popover.js';

/**
 * A menu of actions.
 * @param {HTMLElement} anchor
 * @param {readonly ({label: string, icon?: string, danger?: boolean, act: () => void} | {heading: string})[]} lines
 */
export function openMenu(anchor, lines) {
  const { panel, close } = openPopover(anchor, 'Message menu', 'menu', 'menu');
  for (const line of lines) {
    if ('heading' in line) {
      const heading = document.createElement('p');
      heading.className = 'menu-heading';
      heading.role = 'presentation';
      heading.textContent = line.heading;
      panel.append(heading);
      continue;
    }
    const item = document.createElement('button');
    item.type = 'button';
    item.role = 'menuitem';
    item.tabIndex = -1;
    item.textContent = `${line.icon ?? ''} ${line.label}`.trim();
    if (line.danger) item.classList.add('danger');
    item.addEventListener('click', () => {
      close();
      line.act();
    });
    panel.append(item);
  }
  const items = [...panel.querySelectorAll('button')];
  items[0]?.focus();
  panel.addEventListener('keydown', (event) => {
    const at = items.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
    if (event.key === 'ArrowDown') items[(at + 1) % items.length]?.focus();
    else if (event.key === 'ArrowUp') items[(at + items.length - 1) % items.length]?.focus();
    else if (event.key === 'Home') items[0]?.focus();
    else if (event.key === 'End') items.at(-1)?.focus();
    else return;
    event.preventDefault();
  });
}
