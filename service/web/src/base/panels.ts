/**
 * Small page behaviour without inline scripts: `[data-toggle-target="#id"]` shows or hides an element,
 * `[data-print]` prints, `form[data-confirm]` asks before it is sent, and `details[data-fold-on-phone]` is open where
 * there is room and folded on a phone.
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
  const phone = window.matchMedia('(max-width: 599.98px)');
  phone.addEventListener('change', () => fold(phone.matches));
  fold(phone.matches);
}

function fold(narrow: boolean): void {
  for (const each of document.querySelectorAll<HTMLDetailsElement>('details[data-fold-on-phone]')) each.open = !narrow;
}

function flip(toggle: HTMLElement): void {
  const panel = document.querySelector<HTMLElement>(toggle.dataset.toggleTarget ?? '');
  if (!panel) return;
  panel.classList.toggle('is-open');
  toggle.setAttribute('aria-expanded', String(panel.classList.contains('is-open')));
}
