/**
 * `[data-tabs]` with `section[data-tab="title"]` children: one is shown at a time, chosen by buttons that arrow keys
 * move through. Without scripts, and on paper, all sections stand one under the other.
 */
export function foldTabs(): void {
  for (const holder of document.querySelectorAll<HTMLElement>('[data-tabs]')) fold(holder);
}

function fold(holder: HTMLElement): void {
  const panels = [...holder.querySelectorAll<HTMLElement>(':scope > [data-tab]')];
  if (panels.length < 2) return;
  const list = document.createElement('div');
  list.className = 'zd-tablist';
  list.setAttribute('role', 'tablist');
  list.setAttribute('aria-label', holder.dataset.tabs ?? '');
  const buttons = panels.map((panel) => tabOf(panel));
  list.append(...buttons);
  holder.prepend(list);
  holder.classList.add('is-folded');
  list.addEventListener('click', (event) => {
    const index = buttons.indexOf(event.target as HTMLButtonElement);
    if (index >= 0) choose(panels, buttons, index);
  });
  list.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const index = (buttons.indexOf(document.activeElement as HTMLButtonElement) + step + buttons.length) % buttons.length;
    choose(panels, buttons, index);
    buttons[index]?.focus();
  });
  choose(panels, buttons, 0);
}

function tabOf(panel: HTMLElement): HTMLButtonElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.id = `${panel.id}-tab`;
  button.textContent = panel.dataset.tab ?? '';
  button.setAttribute('role', 'tab');
  button.setAttribute('aria-controls', panel.id);
  panel.setAttribute('role', 'tabpanel');
  panel.setAttribute('aria-labelledby', button.id);
  return button;
}

function choose(panels: HTMLElement[], buttons: HTMLButtonElement[], index: number): void {
  panels.forEach((panel, number) => (panel.hidden = number !== index));
  buttons.forEach((button, number) => {
    button.setAttribute('aria-selected', String(number === index));
    button.tabIndex = number === index ? 0 : -1;
  });
}
