/** A part of the page by its name (`data-trying="…"`). The template has them all. */
export function part(name: string): HTMLElement {
  const found = document.querySelector<HTMLElement>(`[data-trying="${name}"]`);
  if (!found) throw new Error(`页面缺少“${name}”部分`);
  return found;
}

/** One sentence over the page. `tone` is good, warning, bad or info. */
export function say(sentence: string, tone: string): void {
  const line = part('summary');
  line.className = `zd-findings-summary is-${tone}`;
  line.textContent = sentence;
}
