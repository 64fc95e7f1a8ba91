import type { ServiceLookup } from '../../diagram/services';

type Entry = Record<string, unknown>;
export type Entries = Record<string, Entry>;

interface ElementFactory {
  createShape(attributes: { type: string }): unknown;
}

/** What a person draws most: the kind of task decides what the engine does, so it is chosen at once. */
export const TASK_KINDS = [
  { key: 'user-task', type: 'bpmn:UserTask', icon: 'bpmn-icon-user-task', word: '人工任务' },
  { key: 'service-task', type: 'bpmn:ServiceTask', icon: 'bpmn-icon-service-task', word: '自动任务' },
  { key: 'call-activity', type: 'bpmn:CallActivity', icon: 'bpmn-icon-call-activity', word: '调用流程' },
] as const;

/** A palette entry that creates a shape by click or drag. */
export function creationEntry(services: ServiceLookup, type: string, icon: string, title: string): Entry {
  const start = (event: Event): void => {
    const shape = services.get<ElementFactory>('elementFactory').createShape({ type });
    services.get<{ start(event: Event, shape: unknown): void }>('create').start(event, shape);
  };
  return { group: 'activity', className: icon, title, action: { dragstart: start, click: start } };
}

/** A context pad entry that appends a shape to the selected element. */
export function appendEntry(services: ServiceLookup, type: string, icon: string, title: string): Entry {
  const shape = (): unknown => services.get<ElementFactory>('elementFactory').createShape({ type });
  const drag = (event: Event, source: unknown): void => {
    services.get<{ start(event: Event, shape: unknown, hints: object): void }>('create').start(event, shape(), { source });
  };
  const append = (_event: Event, source: unknown): void => {
    services.get<{ append(source: unknown, shape: unknown): void }>('autoPlace').append(source, shape());
  };
  return { group: 'model', className: icon, title, action: { dragstart: drag, click: append } };
}
