/** The table rows beside a diagram: `[data-element-id]` outside every diagram (diagrams use the same attribute). */
export function tableRows(elementId?: string): HTMLElement[] {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-element-id]')];
  return rows.filter(
    (row) => !row.closest('.bjs-container') && (elementId === undefined || row.dataset.elementId === elementId),
  );
}

/** Marks the rows of this element as selected, and only them. */
export function selectRows(elementId: string | null): void {
  for (const row of tableRows()) {
    const isSelected = elementId !== null && row.dataset.elementId === elementId;
    row.classList.toggle('is-selected', isSelected);
    if (isSelected) row.scrollIntoView({ block: 'nearest' });
  }
}

/** Calls back with the element of a row that is clicked, or opened with the Enter key. */
export function onRowChosen(choose: (elementId: string) => void): void {
  document.addEventListener('click', (event) => chooseFrom(event.target as HTMLElement, choose));
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') chooseFrom(event.target as HTMLElement, choose);
  });
}

function chooseFrom(target: HTMLElement, choose: (elementId: string) => void): void {
  if (target.closest('a, button, input, summary, .bjs-container')) return;
  const row = target.closest<HTMLElement>('[data-element-id]');
  if (row?.dataset.elementId) choose(row.dataset.elementId);
}
