/** The two parts of the designer inside its element: canvas and properties panel. */
export interface Frame {
  canvas: HTMLElement;
  panel: HTMLElement;
}

/** Builds the parts; a panel the page supplies as `[data-properties]` is used instead of an own one. */
export function buildFrame(target: HTMLElement): Frame {
  target.classList.add('zd-designer');
  const canvas = document.createElement('div');
  canvas.className = 'zd-designer-canvas';
  const panel = document.querySelector<HTMLElement>('[data-properties]') ?? document.createElement('div');
  panel.classList.add('zd-designer-panel');
  target.append(canvas);
  if (!panel.isConnected) target.append(panel);
  return { canvas, panel };
}
