import type { CanvasMarkers, Overlays, ServiceLookup } from '../diagram/services';
import type { HeatValue } from './settings';

const STEPS = 4;

/** Colours elements in four steps by value, and writes the label under them: colour never speaks alone. */
export function showHeat(services: ServiceLookup, heat: HeatValue[]): void {
  const canvas = services.get<CanvasMarkers>('canvas');
  const overlays = services.get<Overlays>('overlays');
  for (const item of heat) {
    canvas.addMarker(item.elementId, `zd-heat-${heatStep(item.value)}`);
    if (item.label) overlays.add(item.elementId, 'zhida-heat', { position: { bottom: -2, right: 70 }, html: note(item) });
  }
}

function heatStep(value: number): number {
  const bounded = Math.min(Math.max(value, 0), 1);
  return Math.max(1, Math.ceil(bounded * STEPS));
}

function note(item: HeatValue): HTMLElement {
  const label = document.createElement('span');
  label.className = 'zd-heat-note';
  label.textContent = item.label ?? '';
  return label;
}
