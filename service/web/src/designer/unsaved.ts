import type { EventBus, ServiceLookup } from '../diagram/services';

/** Remembers whether the diagram differs from what was opened or published, and asks before the page is left. */
export class UnsavedChanges {
  private hasChanges = false;

  constructor(services: ServiceLookup) {
    // The block matters: a listener that returns a value stops the event for the others.
    services.get<EventBus>('eventBus').on('commandStack.changed', () => {
      this.hasChanges = true;
    });
    window.addEventListener('beforeunload', (event) => {
      if (this.hasChanges) event.preventDefault();
    });
  }

  clear(): void {
    this.hasChanges = false;
  }
}
