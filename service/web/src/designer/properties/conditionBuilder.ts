import { type ComponentChild, h } from '@bpmn-io/properties-panel/preact';
import { useEffect, useState } from '@bpmn-io/properties-panel/preact/hooks';
import type { KnownName } from '../feel/expressionServer';
import { useKnowledge } from '../feel/hooks';
import { valueWord } from '../feel/wording';
import {
  type Condition,
  type ConditionRow,
  isComplete,
  literalOf,
  OPERATORS,
  type Operator,
  readCondition,
  shownValue,
  writeCondition,
} from '../model/conditionRows';
import type { Bound, Field, PanelEntry } from './entries';

const EMPTY: ConditionRow = { name: '', operator: '=', value: '' };

/** A condition put together from rows: field, comparison, value; beside the free expression, never instead of it. */
export function conditionBuilder(field: Field<string>): PanelEntry {
  return { ...field, component: ConditionBuilder, isEdited: () => false };
}

function ConditionBuilder(props: Bound<string>): ComponentChild {
  const names = useKnowledge().at(props.element.id);
  const stored = props.get(props.element);
  const [condition, setCondition] = useState(readCondition(stored));
  useEffect(() => {
    // What is typed here is stored at once, so only a change from elsewhere is read again: half-filled rows stay.
    if (!condition || writeCondition(condition) !== stored.replace(/^=\s*/, '')) setCondition(readCondition(stored));
  }, [stored, props.element.id]);
  if (!condition) {
    return frame(props.label, h('p', { class: 'zd-hint' }, '这个条件不是简单的比较，请在下面直接修改表达式。'));
  }
  const change = (changed: Condition): void => {
    setCondition(changed);
    const text = writeCondition(changed);
    if (changed.rows.every(isComplete) || !changed.rows.length) props.set(text ? `=${text}` : undefined);
  };
  return frame(props.label, [
    joinChoice(condition, change),
    ...condition.rows.map((row, index) => rowOf(row, index, { condition, names, change })),
    addButton(condition, change),
  ]);
}

function frame(label: string, content: ComponentChild): ComponentChild {
  return h('fieldset', { class: 'bio-properties-panel-entry zd-rows' }, h('legend', null, label), content);
}

type Change = (condition: Condition) => void;

function joinChoice(condition: Condition, change: Change): ComponentChild {
  if (condition.rows.length < 2) return null;
  return selectOf(
    '各行之间',
    condition.join,
    [
      { value: 'and', label: '全部成立才走' },
      { value: 'or', label: '有一行成立就走' },
    ],
    (join) => change({ ...condition, join: join as Condition['join'] }),
  );
}

function addButton(condition: Condition, change: Change): ComponentChild {
  const add = (): void => change({ ...condition, rows: [...condition.rows, EMPTY] });
  return h('button', { type: 'button', class: 'zd-small-button', onClick: add }, '＋ 加一行');
}

interface Surroundings {
  condition: Condition;
  names: KnownName[];
  change: Change;
}

function rowOf(row: ConditionRow, index: number, { condition, names, change }: Surroundings): ComponentChild {
  const store = (changed: Partial<ConditionRow>): void => {
    const rows = condition.rows.map((each, at) => (at === index ? { ...each, ...changed } : each));
    change({ ...condition, rows });
  };
  const remove = (): void => change({ ...condition, rows: condition.rows.filter((_, at) => at !== index) });
  const listed = names.map(({ name }) => ({ value: name, label: name }));
  const own = row.name && !names.some(({ name }) => name === row.name) ? [{ value: row.name, label: row.name }] : [];
  const number = index + 1;
  const needsValue = row.operator !== 'empty' && row.operator !== 'filled';
  return h('div', { class: 'zd-row' }, [
    selectOf(`第 ${number} 行的栏目`, row.name, [{ value: '', label: '选栏目' }, ...listed, ...own], (name) =>
      store({ name, value: '' }),
    ),
    selectOf(`第 ${number} 行怎么比`, row.operator, OPERATORS, (operator) => store({ operator: operator as Operator })),
    needsValue && valueField(row, number, names, store),
    h('button', { type: 'button', class: 'zd-small-button', 'aria-label': `删除第 ${number} 行`, onClick: remove }, '×'),
  ]);
}

function valueField(
  row: ConditionRow,
  number: number,
  names: KnownName[],
  store: (changed: Partial<ConditionRow>) => void,
): ComponentChild {
  const label = `第 ${number} 行的值`;
  const known = names.find(({ name }) => name === row.name);
  const values: KnownName['values'] = known?.values.length ? known.values : known?.type === 'boolean' ? [true, false] : [];
  if (values.length) {
    const choices = values.map((value) => ({ value: JSON.stringify(value), label: valueWord(value) }));
    const own = row.value && !choices.some(({ value }) => value === row.value);
    const more = own ? [{ value: row.value, label: shownValue(row.value) }] : [];
    return selectOf(label, row.value, [{ value: '', label: '选值' }, ...choices, ...more], (value) => store({ value }));
  }
  return h('input', {
    class: 'bio-properties-panel-input',
    'aria-label': label,
    placeholder: '值',
    value: shownValue(row.value),
    onChange: (event: Event) => {
      const typed = (event.target as HTMLInputElement).value.trim();
      const isName = names.some(({ name }) => name === typed);
      store({ value: isName ? typed : literalOf(typed, known?.type ?? '') });
    },
  });
}

/** A small choice with a label for those who cannot see its place. */
export function selectOf(
  label: string,
  value: string,
  choices: { value: string; label: string }[],
  set: (value: string) => void,
): ComponentChild {
  const options = choices.map((each) =>
    h('option', { value: each.value, selected: each.value === value }, each.label),
  );
  const onChange = (event: Event): void => set((event.target as HTMLSelectElement).value);
  return h('select', { class: 'bio-properties-panel-input', 'aria-label': label, value, onChange }, options);
}
