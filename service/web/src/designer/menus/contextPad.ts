import type { DiagramElement, ServiceLookup } from '../../diagram/services';
import { appendEntry, type Entries, TASK_KINDS } from './create';

interface ContextPad {
  registerProvider(priority: number, provider: ContextPadProvider): void;
}

const AFTER_THE_LIBRARY = 500;
const PLAIN_TASK = 'append.append-task';

/** Our context pad: the next step is a user task or a service task, not a plain one. */
export class ContextPadProvider {
  static $inject = ['contextPad', 'injector'];

  constructor(contextPad: ContextPad, private readonly injector: ServiceLookup) {
    contextPad.registerProvider(AFTER_THE_LIBRARY, this);
  }

  getContextPadEntries(_element: DiagramElement): (entries: Entries) => Entries {
    return (entries) => Object.fromEntries(Object.entries(entries).flatMap(([key, entry]) => this.replaced(key, entry)));
  }

  private replaced(key: string, entry: Entries[string]): [string, Entries[string]][] {
    if (key !== PLAIN_TASK) return [[key, entry]];
    return TASK_KINDS.slice(0, 2).map(({ key: kind, type, icon, word }) => [
      `append.${kind}`,
      appendEntry(this.injector, type, icon, `接着画：${word}`),
    ]);
  }
}
