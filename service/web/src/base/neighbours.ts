/**
 * Alt and an arrow key, or j (after) and k (before), go to the neighbour of this task (`[data-neighbours]` with links
 * rel=prev and rel=next). A letter counts only while nobody types: outside every field, and not while one is composed.
 */
export function followNeighbours(): void {
  document.addEventListener('keydown', (event) => {
    const rel = wanted(event);
    if (!rel || event.ctrlKey || event.metaKey || event.shiftKey || event.isComposing) return;
    const link = document.querySelector<HTMLAnchorElement>(`[data-neighbours] a[rel="${rel}"]`);
    if (!link) return;
    event.preventDefault();
    link.click();
  });
}

function wanted(event: KeyboardEvent): string | undefined {
  const target = event.target as HTMLElement;
  if (event.altKey) {
    if (target.matches('select, input[type="date"]')) return undefined;
    return { ArrowUp: 'prev', ArrowDown: 'next' }[event.key];
  }
  if (target.isContentEditable || target.closest('input, select, textarea, [role="textbox"]')) return undefined;
  return { k: 'prev', j: 'next' }[event.key];
}
