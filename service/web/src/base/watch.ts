import { fetchPart, whileLookedAt } from './looking';

/** How often an open page asks whether somebody else acted. */
const EVERY_MS = 20_000;
/** How often the header asks how many notices wait. */
const COUNT_EVERY_MS = 60_000;

/**
 * `<div data-watch="/address">` shows what that address answers, asked every 20 seconds while the page is looked at,
 * and at once when it is looked at again. Nothing else of the page is touched, so what was typed stays.
 */
export function watchStanding(): void {
  const place = document.querySelector<HTMLElement>('[data-watch]');
  if (!place) return;
  let shown = '';
  whileLookedAt(EVERY_MS, async () => {
    const words = await fetchPart(place.dataset.watch ?? '');
    if (words === null || words === shown) return;
    shown = words;
    place.innerHTML = words;
  });
}

/** `<span data-unread="/address">`, wherever it stands, shows how many notices wait in the inbox. */
export function watchInbox(): void {
  const places = [...document.querySelectorAll<HTMLElement>('[data-unread]')];
  const address = places[0]?.dataset.unread;
  if (!address) return;
  whileLookedAt(COUNT_EVERY_MS, async () => {
    const words = await fetchPart(address);
    if (words === null) return;
    for (const place of places) if (place.innerHTML.trim() !== words) place.innerHTML = words;
  });
}
