/** The parts of the form editor inside its element. */
export interface Frame {
  editor: HTMLElement;
  canvas: HTMLElement;
  panel: HTMLElement;
  preview: HTMLElement;
}

export function buildFrame(target: HTMLElement): Frame {
  const editor = part('zd-form-editor');
  const canvas = part('zd-form-editor-canvas');
  const panel = part('zd-form-editor-panel');
  const preview = part('zd-form-editor-preview');
  preview.hidden = true;
  canvas.addEventListener('keydown', keepWhatWasAdded, { capture: true });
  editor.append(canvas, panel);
  target.append(editor, preview);
  return { editor, canvas, panel, preview };
}

/** Enter on the palette adds and selects; the same key press must not reach the new component, which would let it go. */
function keepWhatWasAdded(event: KeyboardEvent): void {
  if (event.key === 'Enter' && (event.target as HTMLElement).closest('.fjs-palette-field')) event.preventDefault();
}

function part(className: string): HTMLElement {
  return Object.assign(document.createElement('div'), { className });
}

/** Binds the `[data-view]` buttons: one is pressed at a time. */
export function bindViews(show: (view: string) => void): void {
  const buttons = [...document.querySelectorAll<HTMLButtonElement>('[data-view]')];
  for (const button of buttons) {
    button.addEventListener('click', () => {
      for (const each of buttons) each.setAttribute('aria-pressed', String(each === button));
      show(button.dataset.view ?? '');
    });
  }
}
