import { FormEditor } from '@bpmn-io/form-js-editor';
import { TYPE_NAMES } from './subset';
import type { Json } from './shape';

/** A component on the form, as the editor holds it. */
export interface FormField extends Json {
  id: string;
  type: string;
  _parent?: string;
}

interface EventBus {
  on(event: string, listener: (event: Json) => void): void;
}

export interface Services {
  get(name: 'modeling'): {
    editFormField(field: FormField, properties: Json): void;
  };
  get(name: 'formFieldRegistry'): { getAll(): FormField[]; get(id: string): FormField | undefined };
  get(name: 'selection'): { get(): FormField | null; set(field: FormField | null): void };
  get(name: 'eventBus'): EventBus;
  get(name: 'commandStack'): { undo(): void; redo(): void; canUndo(): boolean; canRedo(): boolean; _stackIdx: number };
}

interface Definition {
  config: { name?: string; label?: string; create(options?: Json, isNew?: boolean): Json };
}

/** Leaves only the components of our subset in the palette, and gives new ones Chinese names. */
function OurSubset(formFields: { _formFields: Record<string, Definition> }): void {
  for (const [type, definition] of Object.entries(formFields._formFields)) {
    const name = TYPE_NAMES[type];
    if (name) definition.config = inChinese(type, name, definition.config);
    else if (type !== 'default') delete formFields._formFields[type];
  }
}
OurSubset.$inject = ['formFields'];

const FIRST: Record<string, Json> = {
  datetime: { dateLabel: '日期' },
  text: { text: '请写说明文字' },
  separator: {},
};

function inChinese(type: string, name: string, config: Definition['config']): Definition['config'] {
  const first: Json = FIRST[type] ?? { label: name };
  return {
    ...config,
    name,
    ...(config.label ? { label: name } : {}),
    create: (options = {}, isNew) => {
      const made = config.create(options, isNew);
      return isNew ? { ...made, ...first, ...newChoices(made), ...options } : made;
    },
  };
}

function newChoices(made: Json): Json {
  return Array.isArray(made.values) ? { values: [{ label: '选项一', value: '选项一' }, { label: '选项二', value: '选项二' }] } : {};
}

/** One field a row: our pages show fields below each other, so the editor must not promise columns. */
const oneFieldARow = {
  validateField: (field: FormField, _columns: unknown, row?: { components: string[] }): string | null =>
    row?.components.some((id) => id !== field.id) ? '每行只放一个栏目' : null,
};

/** The library's editor without its own (English) properties panel, on our subset. */
export class SubsetEditor extends FormEditor {
  override _getModules(): ReturnType<FormEditor['_getModules']> {
    return super._getModules().filter((module) => !('propertiesPanel' in module));
  }
}

export const modules = [
  { __init__: ['ourSubset'], ourSubset: ['type', OurSubset] },
  { formLayoutValidator: ['value', oneFieldARow] },
  { propertiesPanel: ['value', { attachTo: () => undefined }] },
];
