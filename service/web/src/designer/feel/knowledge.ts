import type { EventBus, ServiceLookup } from '../../diagram/services';
import type { ExpressionServer, FeelFunction, KnownName, KnownNames } from './expressionServer';

/** Fired when the server has told the names of the diagram anew. */
export const NAMES_TOLD = 'zhida.names.told';

interface FiringBus extends EventBus {
  fire(event: string): void;
}

/** What is known about names and functions while expressions are written. */
export class Knowledge {
  static $inject = ['eventBus', 'config.zhidaExpressions'];

  functions: FeelFunction[] = [];
  /** Counts what was told, so that what is built from it can be kept until then. */
  edition = 0;
  private told: KnownNames | null = null;

  constructor(
    private readonly eventBus: FiringBus,
    readonly server: ExpressionServer | undefined,
  ) {}

  /** Takes what the server said about the names of the diagram. */
  take(names: KnownNames): void {
    this.told = names;
    this.tell();
  }

  takeFunctions(functions: FeelFunction[]): void {
    this.functions = functions;
    this.tell();
  }

  private tell(): void {
    this.edition += 1;
    this.eventBus.fire(NAMES_TOLD);
  }

  /** The names at hand at this element or flow, those of the whole diagram while the server has not placed it. */
  at(elementId: string): KnownName[] {
    if (!this.told) return [];
    const here = this.told.at[elementId];
    return here ? this.told.names.filter((item) => here.includes(item.name)) : this.told.names;
  }

  /** The plain names at hand, null while they are not known: then no name is called unknown. */
  namesAt(elementId: string): string[] | null {
    return this.told?.at[elementId] ?? null;
  }
}

export const knowledgeModule = { zhidaKnowledge: ['type', Knowledge] };

/** Asks the server for the functions once; without them only the completion of functions is missing. */
export async function learnFunctions(services: ServiceLookup): Promise<void> {
  const knowledge = services.get<Knowledge>('zhidaKnowledge');
  if (knowledge.server) knowledge.takeFunctions(await knowledge.server.functions());
}
