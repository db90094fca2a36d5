const SHOWN_MS = 6000;

/** A short word at the edge of the page, read out at once. @param {string} words */
export function toast(words) {
  const note = document.createElement('p');
  note.className = 'toast';
  note.textContent = words;
  document.getElementById('toasts')?.append(note);
  setTimeout(() => note.remove(), SHOWN_MS);
}
