import type { Entries } from './create';

interface PopupMenu {
  registerProvider(menu: string, priority: number, provider: ReplaceMenuProvider): void;
}

const AFTER_THE_LIBRARY = 500;

/** Kinds the engine does not carry out, or carries out wrongly: they are not offered. */
const LEFT_OUT = /complex-gateway|compensation|link|ad-hoc|event-subprocess|transaction|cancel|data-store|replace-with-task$|toggle-loop/;

/** Our replace menu: only kinds of elements that a published diagram may hold. */
export class ReplaceMenuProvider {
  static $inject = ['popupMenu'];

  constructor(popupMenu: PopupMenu) {
    popupMenu.registerProvider('bpmn-replace', AFTER_THE_LIBRARY, this);
  }

  getPopupMenuEntries(): (entries: Entries) => Entries {
    return offered;
  }

  getPopupMenuHeaderEntries(): (entries: Entries) => Entries {
    return offered;
  }
}

function offered(entries: Entries): Entries {
  return Object.fromEntries(Object.entries(entries).filter(([key]) => !LEFT_OUT.test(key)));
}
