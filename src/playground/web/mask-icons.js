import { html } from './vendor/lit-html/lit-html.js';

/** Line drawings for the buttons of the mask dialog. @param {string} path */
const icon = (path) =>
  html`<svg viewBox="0 0 24 24" width="18" height="18" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d=${path} /></svg>`;

export const ICONS = {
  brush: icon(
    'M20.5 3.5c-4 1.6-8.3 5.7-10.3 8.9l1.9 2.7C15.4 13.2 19.2 8.2 20.5 3.5zM9 13.8c-2.8-.3-4.3 1.6-4.4 3.6-.1 1.3-.8 2.3-1.8 2.8 3.9 1.2 8.5.4 8.5-3.6',
  ),
  eraser: icon(
    'M9 20 3.6 14.6a1.8 1.8 0 0 1 0-2.5l8.5-8.5a1.8 1.8 0 0 1 2.5 0l5.8 5.8a1.8 1.8 0 0 1 0 2.5L12.3 20zM8 7.7l8.3 8.3M7 20h14',
  ),
  undo: icon('M8.5 4.5 4 9l4.5 4.5M4 9h10a5.5 5.5 0 0 1 0 11H9'),
  redo: icon('M15.5 4.5 20 9l-4.5 4.5M20 9H10a5.5 5.5 0 0 0 0 11h5'),
  invert: icon('M12 3.5a8.5 8.5 0 1 0 0 17zM12 3.5a8.5 8.5 0 0 1 0 17M12 8h6.5M12 12h8.3M12 16h6.5'),
  clear: icon('M4.5 6.5h15M9.5 6.5v-2h5v2M6.5 6.5l.9 13h9.2l.9-13M10.3 10.5v5.5M13.7 10.5v5.5'),
};
