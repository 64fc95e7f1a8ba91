import { type Connection, conditionOf, type Fix, type FixContext, modeling, type Shape, waysOut } from './fix';
import { together } from './together';

const GAP = 70;

/** The only way without a condition becomes the default one; with several, which one is meant is not certain. */
export function makeDefault({ services, element }: FixContext): Fix | null {
  const isFlow = element.type === 'bpmn:SequenceFlow';
  const gateway = isFlow ? (element as Connection).source : element;
  const open = waysOut(gateway).filter((flow) => !conditionOf(flow));
  const [only] = open;
  if (open.length !== 1 || !only || (isFlow && only !== element)) return null;
  if (gateway.businessObject.get('default')) return null;
  return {
    label: '设为默认连线',
    apply: () => modeling(services).updateProperties(gateway, { default: only.businessObject }),
  };
}

/** A condition that nobody looks at is taken away. */
export function dropCondition({ services, element }: FixContext): Fix | null {
  if (element.type !== 'bpmn:SequenceFlow' || !conditionOf(element)) return null;
  return {
    label: '删除条件',
    apply: () => modeling(services).updateProperties(element, { conditionExpression: undefined }),
  };
}

/** A default flow that leaves another element is no default: the mark is taken away. */
export function dropDefault({ services, element }: FixContext): Fix | null {
  return {
    label: '取消默认连线',
    apply: () => modeling(services).updateProperties(element, { default: undefined }),
  };
}

/** Several ways without conditions run at once (BPMN 2.0, 13.2.1): a parallel gateway says the same plainly. */
export function splitByGateway({ services, element }: FixContext): Fix | null {
  const flows = waysOut(element);
  if (flows.length < 2 || flows.some(conditionOf) || element.businessObject.get('default')) return null;
  return { label: '加并行网关', apply: () => together(services, () => putGateway(services, element, flows)) };
}

function putGateway(services: FixContext['services'], element: Shape, flows: Connection[]): void {
  const { width = 100, height = 80 } = element;
  const place = { x: element.x + width + GAP, y: element.y + height / 2 };
  const shape = services.get<{ createShape(attributes: object): unknown }>('elementFactory').createShape({
    type: 'bpmn:ParallelGateway',
  });
  const gateway = modeling(services).appendShape(element, shape, place, element.parent);
  for (const flow of flows) {
    modeling(services).reconnectStart(flow, gateway, place);
    modeling(services).layoutConnection(flow);
  }
}

/** Where the way simply stops, an end event follows. */
export function appendEnd({ services, element }: FixContext): Fix | null {
  if (waysOut(element).length || element.width === undefined) return null;
  const end = (): unknown =>
    services.get<{ createShape(attributes: object): unknown }>('elementFactory').createShape({ type: 'bpmn:EndEvent' });
  return {
    label: '接上结束事件',
    apply: () => services.get<{ append(source: Shape, shape: unknown): void }>('autoPlace').append(element, end()),
  };
}
