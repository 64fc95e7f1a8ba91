import type { CanvasMarkers, DiagramElement, ElementRegistry, ModdleElement, ServiceLookup } from '../diagram/services';

const BLUE = '#0b4ea2';

interface GraphicsFactory {
  update(kind: 'shape' | 'connection', element: DiagramElement, gfx: SVGElement): void;
}

/** Draws the elements and flows already passed in thick blue. */
export function showTaken(services: ServiceLookup, ids: string[]): void {
  const canvas = services.get<CanvasMarkers>('canvas');
  const registry = services.get<ElementRegistry>('elementRegistry');
  for (const id of new Set(ids)) {
    const element = registry.get(id);
    if (!element) continue;
    paintBlue(services, element);
    canvas.addMarker(id, 'zd-taken');
  }
}

/** The colour goes through the diagram's own drawing, so that arrow heads take it too. The file is not touched. */
function paintBlue(services: ServiceLookup, element: DiagramElement): void {
  const drawn = element as DiagramElement & { di: ModdleElement };
  drawn.di.set('bioc:stroke', BLUE);
  const gfx = services.get<{ getGraphics(element: DiagramElement): SVGElement }>('elementRegistry').getGraphics(element);
  const kind = element.waypoints ? 'connection' : 'shape';
  services.get<GraphicsFactory>('graphicsFactory').update(kind, element, gfx);
}
