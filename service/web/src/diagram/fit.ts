import type { ServiceLookup } from './services';

export interface Margins {
  top: number;
  right: number;
  bottom: number;
  left: number;
}

interface Viewbox {
  inner: { x: number; y: number; width: number; height: number };
  outer: { width: number; height: number };
}

interface Canvas {
  viewbox(box?: { x: number; y: number; width: number; height: number }): Viewbox;
  zoom(level: string): number;
}

const MAX_SCALE = 1.2;

/** Shows the whole diagram inside the margins (pixels on screen); small diagrams are not blown up. */
export function fitWithMargins(services: ServiceLookup, margins: Margins): void {
  const canvas = services.get<Canvas>('canvas');
  const { inner, outer } = canvas.viewbox();
  if (!inner.width || !inner.height || !outer.width || !outer.height) return;
  const free = {
    width: Math.max(outer.width - margins.left - margins.right, 50),
    height: Math.max(outer.height - margins.top - margins.bottom, 50),
  };
  const scale = Math.min(free.width / inner.width, free.height / inner.height, MAX_SCALE);
  const spare = { x: free.width / scale - inner.width, y: free.height / scale - inner.height };
  canvas.viewbox({
    x: inner.x - margins.left / scale - spare.x / 2,
    y: inner.y - margins.top / scale - spare.y / 2,
    width: outer.width / scale,
    height: outer.height / scale,
  });
}
