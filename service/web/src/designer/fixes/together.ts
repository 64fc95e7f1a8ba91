import type { ServiceLookup } from '../../diagram/services';

interface CommandStack {
  registerHandler(command: string, handler: unknown): void;
  execute(command: string, context: { work: () => void }): void;
}

const COMMAND = 'zhida.together';

/** Carries out several changes as one: what `work` does through modeling is one step of undo. */
class TogetherHandler {
  preExecute({ work }: { work: () => void }): void {
    work();
  }
}

class Together {
  static $inject = ['commandStack'];

  constructor(commandStack: CommandStack) {
    commandStack.registerHandler(COMMAND, TogetherHandler);
  }
}

export const togetherModule = { __init__: ['zhidaTogether'], zhidaTogether: ['type', Together] };

/** Does the work as one step of undo. */
export function together(services: ServiceLookup, work: () => void): void {
  services.get<CommandStack>('commandStack').execute(COMMAND, { work });
}
