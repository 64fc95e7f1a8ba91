type Child = Node | string | null;

/** Makes an element: attributes by name (`class`, `for`, `data-…`, `aria-…`), `on…` listeners, then its children. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string | boolean | ((event: Event) => void)> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name.replace(/^on/, ''), value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false) element.setAttribute(name, value);
  }
  element.append(...children.filter((each): each is Node | string => each !== null));
  return element;
}

let numbered = 0;

/** An id that nothing else on the page has. */
export function freshId(): string {
  numbered += 1;
  return `zd-trying-${numbered}`;
}

/** A labelled control, as everywhere on the pages. */
export function labelled(text: string, control: HTMLElement, hint = ''): HTMLElement {
  control.id ||= freshId();
  const note = hint ? make('p', { class: 'zd-hint', id: `${control.id}-hint` }, hint) : null;
  if (note) control.setAttribute('aria-describedby', note.id);
  return make('div', { class: 'zd-field' }, make('label', { for: control.id }, text), note, control);
}

export function button(text: string, act: () => void, kind = 'btn-outline-primary'): HTMLButtonElement {
  return make('button', { type: 'button', class: `btn btn-sm ${kind}`, onclick: act }, text);
}

export function badge(text: string, tone: string): HTMLElement {
  return make('span', { class: `zd-badge ${tone}` }, text);
}

/** The moment as people read it, in Shanghai. */
export function moment(text: string): string {
  const format = new Intl.DateTimeFormat('zh-CN', {
    timeZone: 'Asia/Shanghai',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
  });
  return format.format(new Date(text)).replaceAll('/', '-');
}
