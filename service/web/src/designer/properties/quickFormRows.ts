import { type ComponentChild, h } from '@bpmn-io/properties-panel/preact';
import { useEffect, useState } from '@bpmn-io/properties-panel/preact/hooks';
import { QUICK_TYPES, quickNameFault, type QuickField, readQuickForm, writeQuickForm } from '../model/quickForm';
import { selectOf } from './conditionBuilder';
import type { Bound, Field, PanelEntry } from './entries';

/** The fields of a quick form, one row each: the name of the variable and its type. */
export function quickFormField(field: Field<string>): PanelEntry {
  return { ...field, component: QuickFormRows, isEdited: () => false };
}

function QuickFormRows(props: Bound<string>): ComponentChild {
  const stored = props.get(props.element);
  const [fields, setFields] = useState(readQuickForm(stored));
  useEffect(() => {
    // A row without a name yet is not stored: only a change from elsewhere is read again.
    if (writeQuickForm(fields) !== writeQuickForm(readQuickForm(stored))) setFields(readQuickForm(stored));
  }, [stored, props.element.id]);
  const change = (changed: QuickField[]): void => {
    setFields(changed);
    const isSound = changed.every((field, at) => !quickNameFault(field.name, changed.slice(0, at)));
    if (isSound) props.set(writeQuickForm(changed) || undefined);
  };
  const add = (): void => setFields([...fields, { name: '', type: 'text' }]);
  return h('fieldset', { class: 'bio-properties-panel-entry zd-rows', 'data-entry-id': props.id }, [
    h('legend', null, props.label),
    ...fields.map((field, index) => rowOf(fields, field, index, change)),
    h('button', { type: 'button', class: 'zd-small-button', onClick: add }, '＋ 加一栏'),
    props.description && h('p', { class: 'zd-hint' }, props.description),
  ]);
}

function rowOf(
  fields: QuickField[],
  field: QuickField,
  index: number,
  change: (fields: QuickField[]) => void,
): ComponentChild {
  const number = index + 1;
  const store = (changed: Partial<QuickField>): void =>
    change(fields.map((each, at) => (at === index ? { ...each, ...changed } : each)));
  const remove = (): void => change(fields.filter((_, at) => at !== index));
  const fault = quickNameFault(field.name, fields.slice(0, index));
  const isKnown = QUICK_TYPES.some((type) => type.value === field.type);
  const types = isKnown ? QUICK_TYPES : [...QUICK_TYPES, { value: field.type, label: field.type }];
  return [
    h('div', { class: 'zd-row is-pair' }, [
      h('input', {
        class: 'bio-properties-panel-input',
        'aria-label': `第 ${number} 栏的名称`,
        'aria-invalid': fault ? 'true' : undefined,
        placeholder: '名称，如 decision',
        value: field.name,
        onChange: (event: Event) => store({ name: (event.target as HTMLInputElement).value.trim() }),
      }),
      selectOf(`第 ${number} 栏的类型`, field.type, types, (type) => store({ type })),
      h('button', { type: 'button', class: 'zd-small-button', 'aria-label': `删除第 ${number} 栏`, onClick: remove }, '×'),
    ]),
    fault && h('p', { class: 'zd-fault', role: 'status' }, fault),
  ];
}
