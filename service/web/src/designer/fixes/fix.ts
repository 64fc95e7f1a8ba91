import type { DiagramElement, ModdleElement, ServiceLookup } from '../../diagram/services';
import type { Catalogue } from '../catalogue';

/** A change that certainly removes a finding: what the button says, and the change itself. */
export interface Fix {
  label: string;
  apply: () => void;
}

/** What a fix may look at and change. */
export interface FixContext {
  services: ServiceLookup;
  catalogue: Catalogue;
  element: Shape;
}

/** A shape or connection with its neighbours. */
export interface Shape extends DiagramElement {
  x: number;
  y: number;
  parent: Shape;
  outgoing: Connection[];
  incoming: Connection[];
}

export interface Connection extends Shape {
  source: Shape;
  target: Shape;
}

/** The part of the modeler's own changes that fixes use. */
export interface Modeling {
  updateProperties(element: DiagramElement, properties: Record<string, unknown>): void;
  updateLabel(element: DiagramElement, text: string): void;
  appendShape(source: Shape, shape: unknown, position: { x: number; y: number }, parent: Shape): Shape;
  reconnectStart(connection: Connection, source: Shape, dockingOrPoints: { x: number; y: number }): void;
  layoutConnection(connection: Connection): void;
}

export function modeling(services: ServiceLookup): Modeling {
  return services.get<Modeling>('modeling');
}

/** The condition of a flow, if it has one. */
export function conditionOf(flow: DiagramElement): ModdleElement | undefined {
  return flow.businessObject.get<ModdleElement | undefined>('conditionExpression');
}

/** The sequence flows that leave a shape. */
export function waysOut(shape: Shape): Connection[] {
  return shape.outgoing.filter((flow) => flow.type === 'bpmn:SequenceFlow');
}
