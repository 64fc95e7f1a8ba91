import type { EventBus, ModdleElement } from '../../diagram/services';

const PLACE = 'zhida.copied';

interface Clipboard {
  get(): unknown;
  set(tree: unknown): void;
}

interface Moddle {
  create(type: string, attributes: Record<string, unknown>): ModdleElement;
}

interface CopyEvent {
  tree?: unknown;
}

/**
 * What is copied in one diagram can be pasted into another, in another window too: the copy lies in the storage of
 * the browser, and is made into elements of the diagram it is pasted into.
 */
class CopyAcrossDiagrams {
  static $inject = ['eventBus', 'clipboard', 'moddle'];

  constructor(eventBus: EventBus, clipboard: Clipboard, moddle: Moddle) {
    eventBus.on<CopyEvent>('copyPaste.elementsCopied', ({ tree }) => {
      try {
        window.localStorage.setItem(PLACE, JSON.stringify(tree));
      } catch {
        window.localStorage.removeItem(PLACE); // too large for the storage: pasting works in this diagram only
      }
    });
    // What was copied last, in whichever window, is what is pasted.
    window.addEventListener('storage', ({ key, newValue }) => {
      if (key === PLACE && newValue) clipboard.set(revived(newValue, moddle));
    });
    const copied = window.localStorage.getItem(PLACE);
    if (copied) clipboard.set(revived(copied, moddle));
  }
}

/** The copied tree with the plain objects of the storage made into elements of this diagram's file. */
function revived(text: string, moddle: Moddle): unknown {
  const seen = new Map<string, ModdleElement>();
  return JSON.parse(text, (_key, value: unknown) => {
    if (!isStored(value)) return value;
    const { $type, ...attributes } = value;
    const known = typeof value.id === 'string' ? seen.get(value.id) : undefined;
    if (known) return known;
    const made = createdIn(moddle, $type, attributes);
    if (!made) return undefined;
    for (const child of Object.values(attributes).flat()) {
      if (typeof child === 'object' && child !== null && '$type' in child) (child as ModdleElement).$parent = made;
    }
    if (typeof value.id === 'string') seen.set(value.id, made);
    return made;
  });
}

/** The element, or nothing for a type of somebody else's extension that this diagram does not describe. */
function createdIn(moddle: Moddle, type: string, attributes: Record<string, unknown>): ModdleElement | undefined {
  try {
    return moddle.create(type, attributes);
  } catch {
    return undefined;
  }
}

function isStored(value: unknown): value is Record<string, unknown> & { $type: string } {
  return typeof value === 'object' && value !== null && typeof (value as { $type?: unknown }).$type === 'string';
}

export const clipboardModule = {
  __init__: ['zhidaCopyAcrossDiagrams'],
  zhidaCopyAcrossDiagrams: ['type', CopyAcrossDiagrams],
};
