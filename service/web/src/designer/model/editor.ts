import type { DiagramElement, ElementRegistry, ModdleElement, ServiceLookup } from '../../diagram/services';

export interface Modeling {
  updateModdleProperties(element: DiagramElement, target: ModdleElement, properties: Record<string, unknown>): void;
  updateProperties(element: DiagramElement, properties: Record<string, unknown>): void;
}

interface BpmnFactory {
  create(type: string, attributes: Record<string, unknown>): ModdleElement;
}

/** Writes to the diagram through the modeler's command stack: every call is one step of undo. */
export class Editor {
  constructor(private readonly services: ServiceLookup) {}

  /** A new element of the file, hung under its parent. */
  create(type: string, attributes: Record<string, unknown>, parent?: ModdleElement): ModdleElement {
    const created = this.services.get<BpmnFactory>('bpmnFactory').create(type, attributes);
    if (parent) created.$parent = parent;
    for (const value of Object.values(attributes).flat()) {
      if (isModdle(value)) value.$parent = created;
    }
    return created;
  }

  /** Changes an element of the file that belongs to this shape. */
  update(element: DiagramElement, target: ModdleElement, properties: Record<string, unknown>): void {
    this.services.get<Modeling>('modeling').updateModdleProperties(element, target, properties);
  }

  /** The shapes on the canvas for which the test holds. */
  shapes(test: (element: DiagramElement) => boolean): DiagramElement[] {
    return this.services.get<ElementRegistry>('elementRegistry').filter(test);
  }
}

function isModdle(value: unknown): value is ModdleElement {
  return typeof value === 'object' && value !== null && '$type' in value;
}
