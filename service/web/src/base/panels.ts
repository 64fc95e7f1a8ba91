/**
 * Small page behaviour without inline scripts: `[data-toggle-target="#id"]` shows or hides an element,
 * `[data-print]` prints, `form[data-confirm]` asks before it is sent.
 */
export function flipPanels(): void {
  document.addEventListener('click', (event) => {
    const target = event.target as HTMLElement;
    const toggle = target.closest<HTMLElement>('[data-toggle-target]');
    if (toggle) flip(toggle);
    if (target.closest('[data-print]')) window.print();
  });
  document.addEventListener('submit', (event) => {
    const question = (event.target as HTMLElement).dataset.confirm;
    if (question && !window.confirm(question)) event.preventDefault();
  });
}

function flip(toggle: HTMLElement): void {
  const panel = document.querySelector<HTMLElement>(toggle.dataset.toggleTarget ?? '');
  if (!panel) return;
  panel.classList.toggle('is-open');
  toggle.setAttribute('aria-expanded', String(panel.classList.contains('is-open')));
}
