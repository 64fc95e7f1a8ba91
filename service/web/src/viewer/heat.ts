import { type CanvasMarkers, type DiagramElement, type ElementRegistry, isType, type Overlays } from '../diagram/services';
import type { OverlayPosition, ServiceLookup } from '../diagram/services';
import type { HeatValue } from './settings';

const STEPS = 4;
const NOTE_HEIGHT = 20;

/** Colours elements in four steps by value, and writes the label on them: colour never speaks alone. */
export function showHeat(services: ServiceLookup, heat: HeatValue[]): void {
  const canvas = services.get<CanvasMarkers>('canvas');
  const overlays = services.get<Overlays>('overlays');
  const registry = services.get<ElementRegistry>('elementRegistry');
  for (const item of heat) {
    const element = registry.get(item.elementId);
    if (!element) continue;
    canvas.addMarker(item.elementId, `zd-heat-${heatStep(item.value)}`);
    if (item.label) overlays.add(item.elementId, 'zhida-heat', { position: notePlace(element), html: note(item.label) });
  }
}

function heatStep(value: number): number {
  const bounded = Math.min(Math.max(value, 0), 1);
  return Math.max(1, Math.ceil(bounded * STEPS));
}

/** Inside the lower edge of a task, where no boundary event hides it; below elements that draw something there. */
function notePlace(element: DiagramElement): OverlayPosition {
  const isPlainTask = isType(element, 'bpmn:Task') && !element.businessObject.get('loopCharacteristics');
  return { left: (element.width ?? 0) / 2, bottom: isPlainTask ? NOTE_HEIGHT + 2 : -2 };
}

function note(label: string): HTMLElement {
  const text = document.createElement('span');
  text.className = 'zd-heat-note';
  text.textContent = label;
  return text;
}
