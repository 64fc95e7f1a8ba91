/**
 * Alt and an arrow key go to the task before or after this one (`[data-neighbours]` with links rel=prev and rel=next).
 * A key alone would fire while somebody dictates or types, so none is taken without Alt.
 */
export function followNeighbours(): void {
  document.addEventListener('keydown', (event) => {
    const rel = { ArrowUp: 'prev', ArrowDown: 'next' }[event.key];
    if (!rel || !event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if ((event.target as HTMLElement).matches('select, input[type="date"]')) return;
    const link = document.querySelector<HTMLAnchorElement>(`[data-neighbours] a[rel="${rel}"]`);
    if (!link) return;
    event.preventDefault();
    link.click();
  });
}
