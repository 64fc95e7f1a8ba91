/** JSON of a form or of one of its components. */
export type Json = Record<string, unknown>;

const MARK = 'zd_';

/**
 * Between the file and the editor. The editor wants other names (a list has a `path`, a date a `dateLabel`) and adds
 * what it needs (ids, layouts, defaults). On the way back only what a person changed is changed: all else stays as it
 * stood in the file, also what this code does not know.
 */
export class FormShape {
  private readonly originals = new Map<string, Json>();
  private readonly baseline = new Map<string, Json>();
  private count = 0;

  constructor(private readonly original: Json) {}

  /** The form as the editor reads it; every component carries an id. */
  forEditor(): Json {
    const form = structuredClone(this.original);
    form.components = componentsOf(this.original).map((each) => this.inward(each));
    return form;
  }

  /** What the editor made of the form just after reading it: the state that counts as untouched. */
  rememberBaseline(exported: Json): void {
    for (const each of allBelow(exported)) this.baseline.set(String(each.id), each);
    this.baseline.set('', exported);
  }

  /** The form as a file: the original with what a person changed. */
  forFile(exported: Json): Json {
    const form = changedOnly(this.original, this.baseline.get('') ?? {}, exported, (name) => name);
    form.components = componentsOf(exported).map((each) => this.outward(each));
    form.schemaVersion = this.original.schemaVersion ?? exported.schemaVersion;
    return form;
  }

  private inward(component: Json): Json {
    const id = typeof component.id === 'string' ? component.id : `${MARK}${this.count++}`;
    this.originals.set(id, component);
    const copy: Json = { ...structuredClone(component), id };
    for (const [ours, theirs] of renamed(component)) {
      copy[theirs] = copy[ours];
      delete copy[ours];
    }
    if (Array.isArray(component.components)) copy.components = componentsOf(component).map((each) => this.inward(each));
    return copy;
  }

  private outward(exported: Json): Json {
    const id = String(exported.id);
    const original = this.originals.get(id);
    const result = original ? this.changed(original, id, exported) : fresh(exported);
    if (Array.isArray(exported.components)) {
      result.components = componentsOf(exported).map((each) => this.outward(each));
    }
    return result;
  }

  private changed(original: Json, id: string, exported: Json): Json {
    const back = new Map(renamed(original).map(([ours, theirs]) => [theirs, ours]));
    return changedOnly(original, this.baseline.get(id) ?? {}, exported, (name) => back.get(name) ?? name);
  }
}

/** Pairs of (name in the file, name in the editor) that differ for this component. */
function renamed(component: Json): [string, string][] {
  if (component.type === 'dynamiclist' && component.key !== undefined) return [['key', 'path']];
  if (component.type === 'datetime' && component.label !== undefined) return [['label', 'dateLabel']];
  return [];
}

/** A component that was added in the editor: without what only the editor needs. */
function fresh(exported: Json): Json {
  const { id: _id, layout: _layout, ...rest } = exported;
  return rest;
}

function changedOnly(original: Json, before: Json, after: Json, nameInFile: (name: string) => string): Json {
  const result = structuredClone(original);
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (name === 'components' || name === 'id' || name === 'layout') continue;
    if (JSON.stringify(before[name]) === JSON.stringify(after[name])) continue;
    if (after[name] === undefined) delete result[nameInFile(name)];
    else result[nameInFile(name)] = after[name];
  }
  return result;
}

function componentsOf(component: Json): Json[] {
  return Array.isArray(component.components) ? (component.components as Json[]) : [];
}

function allBelow(component: Json): Json[] {
  return componentsOf(component).flatMap((each) => [each, ...allBelow(each)]);
}
