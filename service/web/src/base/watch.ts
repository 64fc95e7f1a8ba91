/** How often an open page asks whether somebody else acted. */
const EVERY_MS = 20_000;
/** A page that nobody touches stops asking, so that a forgotten screen is signed out like any other. */
const IDLE_MS = 5 * 60_000;

/**
 * `<div data-watch="/address">` shows what that address answers, asked every 20 seconds while the page is looked at,
 * and at once when it is looked at again. Nothing else of the page is touched, so what was typed stays.
 */
export function watchStanding(): void {
  const place = document.querySelector<HTMLElement>('[data-watch]');
  if (!place) return;
  let touched = Date.now();
  let shown = '';
  const ask = async (): Promise<void> => {
    const answer = await fetch(place.dataset.watch ?? '', { headers: { 'HX-Request': 'true' } }).catch(() => null);
    const words = answer?.ok ? (await answer.text()).trim() : '';
    if (!answer?.ok || words === shown) return;
    shown = words;
    place.innerHTML = words;
  };
  for (const deed of ['input', 'pointerdown', 'keydown']) {
    document.addEventListener(deed, () => (touched = Date.now()), { passive: true });
  }
  window.addEventListener('focus', () => void ask());
  window.setInterval(() => {
    if (document.visibilityState === 'visible' && Date.now() - touched < IDLE_MS) void ask();
  }, EVERY_MS);
}
