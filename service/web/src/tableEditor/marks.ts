import { type Finding, severityClass } from '../designer/findings/finding';

const MARKS = ['is-bad', 'is-warning', 'is-info'].map((tone) => `has-${tone}`);

/** Marks the cells (or the rows) that findings are about; pointing at one tells what is wrong. */
export function markCells(target: HTMLElement, findings: Finding[]): void {
  for (const cell of target.querySelectorAll<HTMLElement>('[data-zd-marked]')) {
    cell.classList.remove(...MARKS);
    cell.removeAttribute('title');
    delete cell.dataset.zdMarked;
  }
  for (const finding of findings) {
    for (const cell of cellsOf(target, finding.element_id ?? '')) {
      cell.classList.add(`has-${severityClass(finding)}`);
      cell.title = [cell.title, finding.message].filter(Boolean).join('\n');
      cell.dataset.zdMarked = '';
    }
  }
}

/** Brings a row or cell into sight and shows it for a moment. Answers whether there is one. */
export function revealRow(target: HTMLElement, id: string): boolean {
  const cells = cellsOf(target, id);
  cells[0]?.scrollIntoView({ block: 'center' });
  for (const cell of cells) {
    cell.classList.add('is-revealed');
    window.setTimeout(() => cell.classList.remove('is-revealed'), 2000);
  }
  return cells.length > 0;
}

function cellsOf(target: HTMLElement, id: string): HTMLElement[] {
  if (!id) return [];
  const escaped = CSS.escape(id);
  const own = [...target.querySelectorAll<HTMLElement>(`[data-element-id="${escaped}"]`)];
  return own.length ? own : [...target.querySelectorAll<HTMLElement>(`td[data-row-id="${escaped}"]`)];
}
