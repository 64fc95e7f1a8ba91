const EVERY_MS = 30_000;

/**
 * A list that stays up to date: `[data-live="address"]` asks that address again and again and puts the parts it gets
 * (`[data-live-part]`) in the place of its own. The server answers 204 while nothing differs. What stands outside the
 * parts (a filter half typed) is never touched; ticks, open details and the focus inside them are kept.
 */
export function keepListsLive(): void {
  showCheckAll(document);
  document.addEventListener('change', (event) => checkAll(event.target as HTMLElement));
  for (const list of document.querySelectorAll<HTMLElement>('[data-live]')) {
    window.setInterval(() => void refresh(list), EVERY_MS);
  }
}

async function refresh(list: HTMLElement): Promise<void> {
  if (document.hidden) return;
  try {
    const headers = { 'HX-Request': 'true', 'If-None-Match': `"${list.dataset.liveVersion ?? ''}"` };
    const response = await fetch(list.dataset.live ?? '', { headers, credentials: 'same-origin' });
    if (response.status === 200 && !response.redirected) swap(list, await response.text());
  } catch {
    return; // away for a moment: the next turn asks again
  }
}

function swap(list: HTMLElement, text: string): void {
  const fresh = new DOMParser().parseFromString(text, 'text/html').querySelector<HTMLElement>('[data-live-version]');
  if (!fresh) return;
  const ticked = new Set([...list.querySelectorAll<HTMLInputElement>('input:checked')].map((input) => input.id));
  const opened = [...list.querySelectorAll('details')].filter((each) => each.open).map(rowOf);
  const focused = document.activeElement?.id ?? '';
  for (const part of fresh.querySelectorAll<HTMLElement>('[data-live-part]')) {
    const own = list.querySelector(`[data-live-part="${part.dataset.livePart ?? ''}"]`);
    own?.replaceChildren(...part.childNodes);
  }
  list.dataset.liveVersion = fresh.dataset.liveVersion;
  for (const input of list.querySelectorAll<HTMLInputElement>('[data-live-part] input[id]')) {
    input.checked = ticked.has(input.id);
  }
  for (const each of list.querySelectorAll('details')) each.open = opened.includes(rowOf(each));
  if (focused && document.activeElement === document.body) document.getElementById(focused)?.focus();
  showCheckAll(list);
}

/** A row is known by the address its head leads to. */
function rowOf(inside: Element): string {
  return inside.closest('tr')?.querySelector('th a')?.getAttribute('href') ?? '';
}

/** Ticking all needs a script, so its box is hidden without one. */
function showCheckAll(inside: ParentNode): void {
  for (const label of inside.querySelectorAll<HTMLElement>('[data-check-all-label]')) label.hidden = false;
}

function checkAll(box: HTMLElement): void {
  const name = box.dataset.checkAll;
  if (!name) return;
  for (const input of document.querySelectorAll<HTMLInputElement>(`input[type="checkbox"][name="${name}"]`)) {
    input.checked = (box as HTMLInputElement).checked;
  }
}
