/** A page that nobody touches stops asking, so that a forgotten screen is signed out like any other. */
const IDLE_MS = 5 * 60_000;

/** Calls `ask` every so often while the page is looked at and used, and at once when it is looked at again. */
export function whileLookedAt(everyMs: number, ask: () => Promise<void>): void {
  let touched = Date.now();
  for (const deed of ['input', 'pointerdown', 'keydown']) {
    document.addEventListener(deed, () => (touched = Date.now()), { passive: true });
  }
  window.addEventListener('focus', () => void ask());
  window.setInterval(() => {
    if (document.visibilityState === 'visible' && Date.now() - touched < IDLE_MS) void ask();
  }, everyMs);
}

/** What an address of the own site answers as a part of a page; empty when it is away or refuses. */
export async function fetchPart(address: string): Promise<string | null> {
  const answer = await fetch(address, { headers: { 'HX-Request': 'true' } }).catch(() => null);
  return answer?.ok && !answer.redirected ? (await answer.text()).trim() : null;
}
