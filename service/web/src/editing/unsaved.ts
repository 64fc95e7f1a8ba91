/** Asks before the page is left while there is something that is kept nowhere. */
export class Unsaved {
  private isUnsaved = false;

  constructor() {
    window.addEventListener('beforeunload', (event) => {
      if (this.isUnsaved) event.preventDefault();
    });
  }

  mark(isUnsaved: boolean): void {
    this.isUnsaved = isUnsaved;
  }
}
