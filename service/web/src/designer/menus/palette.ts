import type { ServiceLookup } from '../../diagram/services';
import { creationEntry, type Entries, TASK_KINDS } from './create';

/** Entries of the library's palette that the engine does not carry out, or that our task kinds replace. */
const LEFT_OUT = ['create.task', 'create.data-object', 'create.data-store'];

interface Palette {
  registerProvider(priority: number, provider: PaletteProvider): void;
}

const AFTER_THE_LIBRARY = 500;

/** Our palette: task kinds instead of the plain task, which nobody and nothing would carry out. */
export class PaletteProvider {
  static $inject = ['palette', 'injector'];

  constructor(palette: Palette, private readonly injector: ServiceLookup) {
    palette.registerProvider(AFTER_THE_LIBRARY, this);
  }

  getPaletteEntries(): (entries: Entries) => Entries {
    return (entries) => {
      const kept = Object.entries(entries).filter(([key]) => !LEFT_OUT.includes(key));
      const tasks = TASK_KINDS.map(({ key, type, icon, word }): [string, Entries[string]] => [
        `create.${key}`,
        creationEntry(this.injector, type, icon, `新增${word}`),
      ]);
      const place = kept.findIndex(([key]) => key === 'create.subprocess-expanded');
      kept.splice(place < 0 ? kept.length : place, 0, ...tasks);
      return Object.fromEntries(kept);
    };
  }
}
