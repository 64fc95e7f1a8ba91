import type { FormField } from '../library';
import type { Json } from '../shape';

/** One setting of a component: how it is asked for, read from the component, and written to it. */
export interface Entry {
  id: string;
  label: string;
  kind: 'text' | 'area' | 'check' | 'select' | 'number';
  hint?: string;
  options?: [string, string][];
  read(field: FormField): string | boolean;
  /** The properties to change; raises an Error with a sentence for what cannot be taken. */
  write(field: FormField, value: string | boolean): Json;
}

export interface Section {
  title: string;
  entries: Entry[];
}

type Shape = Pick<Entry, 'label' | 'kind'> & Partial<Pick<Entry, 'hint' | 'options'>>;

/** A setting that is a property of the component itself. */
export function own(name: string, shape: Shape): Entry {
  return {
    id: name,
    ...shape,
    read: (field) => shown(field[name], shape.kind),
    write: (_field, value) => ({ [name]: kept(value, shape.kind) }),
  };
}

/** A setting inside an object of the component: `validate.required`, `properties.output`. */
export function inside(holder: string, name: string, shape: Shape): Entry {
  return {
    id: `${holder}-${name}`,
    ...shape,
    read: (field) => shown(held(field, holder)[name], shape.kind),
    write: (field, value) => {
      const { [name]: _old, ...rest } = held(field, holder);
      const next = kept(value, shape.kind);
      const all = next === undefined ? rest : { ...held(field, holder), [name]: next };
      return { [holder]: Object.keys(all).length ? all : undefined };
    },
  };
}

export function held(field: FormField, holder: string): Json {
  const found = field[holder];
  return found && typeof found === 'object' && !Array.isArray(found) ? (found as Json) : {};
}

function shown(value: unknown, kind: Entry['kind']): string | boolean {
  if (kind === 'check') return value === true || value === 'true';
  return value === undefined || value === null ? '' : String(value);
}

function kept(value: string | boolean, kind: Entry['kind']): unknown {
  if (typeof value === 'boolean') return value || undefined;
  const text = kind === 'area' ? value : value.trim();
  if (text === '') return undefined;
  return kind === 'number' ? numberOf(text) : text;
}

function numberOf(text: string): number {
  const number = Number(text);
  if (!Number.isFinite(number)) throw new Error('请填写数字。');
  return number;
}
