/** How a diagram-js service is asked for; the viewer and the modeler both offer it. */
export interface ServiceLookup {
  get<T>(name: string): T;
}

/** A shape or connection on the canvas, as far as this project looks at it. */
export interface DiagramElement {
  id: string;
  type: string;
  width?: number;
  height?: number;
  businessObject: ModdleElement;
  labelTarget?: DiagramElement;
  waypoints?: { x: number; y: number }[];
  source?: DiagramElement;
}

/** An element of the BPMN file. */
export interface ModdleElement {
  $type: string;
  $parent?: ModdleElement;
  $instanceOf(type: string): boolean;
  id?: string;
  name?: string;
  get<T = unknown>(name: string): T;
  set(name: string, value: unknown): void;
}

export interface ElementRegistry {
  get(id: string): DiagramElement | undefined;
  filter(test: (element: DiagramElement) => boolean): DiagramElement[];
}

export interface EventBus {
  on<T>(event: string | string[], listener: (event: T) => void): void;
}

export interface Overlays {
  add(element: string, type: string, overlay: Overlay): string;
  remove(filter: { type: string }): void;
}

/** `scale` bounds how far it shrinks with the diagram. */
export interface Overlay {
  position: OverlayPosition;
  html: HTMLElement;
  scale?: { min: number };
}

export type OverlayPosition = Partial<Record<'top' | 'right' | 'bottom' | 'left', number>>;

export interface CanvasMarkers {
  addMarker(element: string, marker: string): void;
  removeMarker(element: string, marker: string): void;
}

/** True when the element of the file is of this BPMN type (or of one derived from it). */
export function isType(element: DiagramElement, ...types: string[]): boolean {
  return types.some((type) => element.businessObject.$instanceOf(type));
}
