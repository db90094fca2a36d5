/**
 * A panel beside a button: it closes on Escape or a press elsewhere, and gives the focus back.
 * @param {HTMLElement} anchor @param {string} label @param {string} className @param {string} [role]
 * @returns {{panel: HTMLElement, close: () => void}}
 */
export function openPopover(anchor, label, className, role = 'dialog') {
  const panel = document.createElement('div');
  panel.className = `popover ${className}`;
  panel.popover = 'auto';
  panel.setAttribute('role', role);
  panel.setAttribute('aria-label', label);
  const close = () => panel.hidePopover();
  panel.addEventListener('toggle', (event) => {
    if (event.newState !== 'closed') return;
    const hadFocus = panel.contains(document.activeElement) || document.activeElement === document.body;
    panel.remove();
    if (hadFocus) anchor.focus();
  });
  document.body.append(panel);
  panel.showPopover();
  place(panel, anchor.getBoundingClientRect());
  new ResizeObserver(() => place(panel, anchor.getBoundingClientRect())).observe(panel);
  return { panel, close };
}

const GAP = 6;

/** Keeps a panel beside its button and inside of the window. @param {HTMLElement} panel @param {DOMRect} beside */
function place(panel, beside) {
  const { offsetWidth: width, offsetHeight: height } = panel;
  const left = Math.min(Math.max(GAP, beside.right - width), Math.max(GAP, innerWidth - width - GAP));
  const above = beside.top - height - GAP;
  const top = above >= GAP ? above : Math.min(beside.bottom + GAP, Math.max(GAP, innerHeight - height - GAP));
  panel.style.left = `${left}px`;
  panel.style.top = `${top}px`;
}
