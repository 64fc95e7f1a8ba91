import type { Entries } from './create';

interface PopupMenu {
  registerProvider(menu: string, priority: number, provider: ReplaceMenuProvider): void;
}

const AFTER_THE_LIBRARY = 500;
const MENUS = ['bpmn-replace', 'bpmn-create', 'bpmn-append'];

/** Kinds the engine does not carry out, or carries out wrongly: they are not offered. */
const LEFT_OUT =
  /complex-gateway|compensation|link|ad-hoc|event-subprocess|transaction|cancel|data-(store|object)|(replace-with|create|append)-task$|toggle-loop|(create|append)-.*-start$|non-interrupting-.*-start/;

/** Our menus of kinds, to replace, create and append: only what a published diagram may hold. */
export class ReplaceMenuProvider {
  static $inject = ['popupMenu'];

  constructor(popupMenu: PopupMenu) {
    for (const menu of MENUS) popupMenu.registerProvider(menu, AFTER_THE_LIBRARY, this);
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
