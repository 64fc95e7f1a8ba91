/**
 * A table that is wider than its place is scrolled; whoever has no mouse must be able to get there by keyboard.
 * Tables that fit get no stop of their own.
 */
export function reachWideTables(): void {
  const look = (): void => document.querySelectorAll<HTMLElement>('.zd-table-wrap').forEach(mark);
  look();
  window.addEventListener('resize', look);
  document.addEventListener('htmx:after:swap', look);
  document.addEventListener('toggle', look, true);
}

function mark(place: HTMLElement): void {
  if (place.scrollWidth > place.clientWidth) place.tabIndex = 0;
  else place.removeAttribute('tabindex');
}
