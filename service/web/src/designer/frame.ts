/** The parts of the designer inside its element: canvas, the list of problems below it, properties panel. */
export interface Frame {
  canvas: HTMLElement;
  panel: HTMLElement;
}

/**
 * Builds the parts. A panel the page supplies as `[data-properties]` and a list it supplies as `[data-findings]` are
 * used; the list is moved below the canvas, so that it never pushes the canvas away while one draws.
 */
export function buildFrame(target: HTMLElement): Frame {
  target.classList.add('zd-designer');
  const canvas = part('zd-designer-canvas');
  const findings = document.querySelector<HTMLElement>('[data-findings]');
  const drawing = part('zd-designer-drawing');
  drawing.append(canvas, ...(findings ? [findings] : []));
  const panel = document.querySelector<HTMLElement>('[data-properties]') ?? part('');
  panel.classList.add('zd-designer-panel');
  target.append(drawing);
  if (!panel.isConnected) target.append(panel);
  return { canvas, panel };
}

function part(className: string): HTMLElement {
  const element = document.createElement('div');
  element.className = className;
  return element;
}
