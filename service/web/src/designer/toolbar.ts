/** What the buttons of the page do: `data-action` -> work. */
export type Actions = Record<string, () => void | Promise<void>>;

/** Binds the page's `[data-action]` buttons; while one works it is disabled, and a failure is reported in words. */
export function bindToolbar(actions: Actions, onFailure: (message: string) => void): void {
  for (const [name, work] of Object.entries(actions)) {
    for (const button of buttons(name)) button.addEventListener('click', () => void run(button, work, onFailure));
  }
}

/** Turns the buttons of these actions on or off. */
export function enableActions(names: string[], isEnabled: boolean): void {
  for (const button of names.flatMap(buttons)) button.disabled = !isEnabled;
}

function buttons(name: string): HTMLButtonElement[] {
  return [...document.querySelectorAll<HTMLButtonElement>(`[data-action="${name}"]`)];
}

async function run(
  button: HTMLButtonElement,
  work: () => void | Promise<void>,
  onFailure: (message: string) => void,
): Promise<void> {
  const pending = work();
  if (!pending) return;
  button.disabled = true;
  try {
    await pending;
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    onFailure(`没有办成：${cause}。请检查网络后再试一次。`);
  } finally {
    button.disabled = false;
  }
}
