import type { CanvasMarkers, DiagramElement, ElementRegistry, EventBus, ServiceLookup } from '../diagram/services';
import { onRowChosen, selectRows } from '../diagram/rowLink';

const MARKER = 'zd-selected';

/**
 * A click on an element selects its row in the table beside the diagram and tells the page with the DOM event
 * `zhida:element` (`detail.elementId`); a click on a row selects the element.
 */
export function linkRows(services: ServiceLookup, target: HTMLElement): void {
  const canvas = services.get<CanvasMarkers>('canvas');
  const registry = services.get<ElementRegistry>('elementRegistry');
  let selected: string | null = null;
  const select = (elementId: string | null): void => {
    if (selected) canvas.removeMarker(selected, MARKER);
    selected = elementId !== null && registry.get(elementId) ? elementId : null;
    if (selected) canvas.addMarker(selected, MARKER);
    selectRows(selected);
  };
  services.get<EventBus>('eventBus').on<{ element: DiagramElement }>('element.click', ({ element }) => {
    const id = (element.labelTarget ?? element).id;
    select(id);
    target.dispatchEvent(new CustomEvent('zhida:element', { bubbles: true, detail: { elementId: id } }));
  });
  onRowChosen(select);
}
