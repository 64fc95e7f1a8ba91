import type { CanvasMarkers, DiagramElement, ElementRegistry, EventBus, ServiceLookup } from '../diagram/services';
import { onRowChosen, selectRows } from '../diagram/rowLink';

const SELECTED = 'zd-selected';

interface Viewbox {
  x: number;
  y: number;
  width: number;
  height: number;
}

interface MovingCanvas extends CanvasMarkers {
  viewbox(box?: Viewbox): Viewbox;
  scrollToElement(element: DiagramElement, padding: number): void;
}

/** What is moved or zoomed in one diagram moves in the other; what is chosen is shown in both and in the table. */
export function keepTogether(all: ServiceLookup[]): void {
  followViewbox(all);
  let selected: string | null = null;
  const select = (elementId: string, isFromTable: boolean): void => {
    for (const services of all) show(services, selected, elementId, isFromTable);
    selected = elementId;
    selectRows(elementId);
  };
  for (const services of all) {
    services.get<EventBus>('eventBus').on<{ element: DiagramElement }>('element.click', ({ element }) => {
      select((element.labelTarget ?? element).id, false);
    });
  }
  onRowChosen((elementId) => select(elementId, true));
}

function show(services: ServiceLookup, before: string | null, elementId: string, isMoved: boolean): void {
  const registry = services.get<ElementRegistry>('elementRegistry');
  const canvas = services.get<MovingCanvas>('canvas');
  if (before && registry.get(before)) canvas.removeMarker(before, SELECTED);
  const element = registry.get(elementId);
  if (!element) return;
  canvas.addMarker(elementId, SELECTED);
  if (isMoved) canvas.scrollToElement(element, 60);
}

function followViewbox(all: ServiceLookup[]): void {
  let isFollowing = false;
  for (const leader of all) {
    leader.get<EventBus>('eventBus').on<{ viewbox: Viewbox }>('canvas.viewbox.changed', ({ viewbox }) => {
      if (isFollowing) return;
      isFollowing = true;
      const { x, y, width, height } = viewbox;
      for (const other of all) if (other !== leader) other.get<MovingCanvas>('canvas').viewbox({ x, y, width, height });
      isFollowing = false;
    });
  }
}
