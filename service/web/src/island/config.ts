/** An island: a JSON script tag with its settings, and the element it is shown in. */
export interface Island<Settings> {
  settings: Settings;
  target: HTMLElement;
}

/**
 * Islands of one kind on this page that are not shown yet. The n-th `<script data-island=NAME>` belongs to the
 * n-th `<element data-island-target=NAME>`; a target without a value takes any kind.
 */
export function pendingIslands<Settings>(name: string): Island<Settings>[] {
  const scripts = [...document.querySelectorAll<HTMLScriptElement>(`script[data-island="${name}"]`)];
  const targets = [
    ...document.querySelectorAll<HTMLElement>(`[data-island-target="${name}"], [data-island-target=""]`),
  ];
  return scripts.flatMap((script, index) => {
    const target = targets[index];
    if (!target) throw new Error(`No element with data-island-target="${name}" for island number ${index + 1}`);
    if (target.dataset.islandState) return [];
    target.dataset.islandState = 'loading';
    return [{ settings: JSON.parse(script.textContent ?? '{}') as Settings, target }];
  });
}

/** Shows every island of this kind, now and after htmx has put new content into the page. */
export function mountIslands<Settings>(name: string, mount: (island: Island<Settings>) => Promise<void>): void {
  const mountPending = async (): Promise<void> => {
    const islands = pendingIslands<Settings>(name);
    await Promise.all(islands.map((island) => mountOne(island, mount)));
    window.__ready = { ...window.__ready, [name]: true };
  };
  void mountPending();
  document.addEventListener('htmx:after:swap', () => void mountPending());
}

async function mountOne<Settings>(
  island: Island<Settings>,
  mount: (island: Island<Settings>) => Promise<void>,
): Promise<void> {
  try {
    await mount(island);
    island.target.dataset.islandState = 'ready';
  } catch (error) {
    island.target.dataset.islandState = 'failed';
    island.target.append(failureNote(error));
  }
}

function failureNote(error: unknown): HTMLElement {
  const note = document.createElement('p');
  note.className = 'alert alert-danger m-3';
  note.setAttribute('role', 'alert');
  const cause = error instanceof Error ? error.message : String(error);
  note.textContent = `流程图没有显示出来：${cause}。请刷新页面重试；仍不行请把这句话转给系统管理员。`;
  return note;
}
