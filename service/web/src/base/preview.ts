/**
 * `a[data-preview]` shows its document in `#preview` without leaving the page, so that what was typed stays. Without
 * scripts the link draws the page anew with that document.
 */
export function switchPreviews(): void {
  document.addEventListener('click', (event) => {
    const link = (event.target as HTMLElement).closest<HTMLAnchorElement>('a[data-preview]');
    const place = document.querySelector<HTMLElement>('#preview');
    if (!link || !place || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    show(place, link);
    for (const other of document.querySelectorAll('a[data-preview]')) other.removeAttribute('aria-current');
    link.setAttribute('aria-current', 'true');
  });
}

function show(place: HTMLElement, link: HTMLAnchorElement): void {
  const name = link.textContent?.trim() ?? '';
  const shown = link.dataset.kind === 'image' ? document.createElement('img') : document.createElement('iframe');
  if (shown instanceof HTMLImageElement) shown.alt = name;
  else shown.title = name;
  shown.src = link.dataset.preview ?? '';
  place.replaceChildren(shown);
}
