import {
  CheckboxEntry,
  FeelEntry,
  FeelLanguageContext,
  isCheckboxEntryEdited,
  isFeelEntryEdited,
  isSelectEntryEdited,
  isTextAreaEntryEdited,
  isTextFieldEntryEdited,
  SelectEntry,
  TextAreaEntry,
  TextFieldEntry,
} from '@bpmn-io/properties-panel';
import { h } from '@bpmn-io/properties-panel/preact';
import { useMemo } from '@bpmn-io/properties-panel/preact/hooks';
import { useService } from 'bpmn-js-properties-panel';
import { translate } from '../../diagram/translate/translate';
import type { DiagramElement, ServiceLookup } from '../../diagram/services';
import type { TextKind } from '../feel/expressionServer';
import { useKnowledge, useRemarks } from '../feel/hooks';
import { NameList, RemarkList } from '../feel/parts';
import { functionVariable, variable } from '../feel/wording';

/** One input of the panel: how it is called, and how its value is read from and written to the diagram. */
export interface Field<Value> {
  id: string;
  label: string;
  description?: string;
  get: (element: DiagramElement) => Value;
  set: (value: Value | undefined) => void;
  validate?: (value: Value | undefined) => string | null;
}

export interface Choice {
  value: string;
  label: string;
}

interface Choices {
  choices: Choice[];
  /** What choosing nothing means. */
  none?: string;
}

export type PanelEntry = Record<string, unknown>;

/** A one-line text. */
export function textField(field: Field<string>): PanelEntry {
  return { ...field, component: TextComponent, isEdited: isTextFieldEntryEdited };
}

/** A text of several lines. */
export function textArea(field: Field<string> & { rows?: number }): PanelEntry {
  return { ...field, component: TextAreaComponent, isEdited: isTextAreaEntryEdited };
}

/** A choice from a list; a stored value that the list lacks stays visible instead of silently changing. */
export function choiceField(field: Field<string> & Choices): PanelEntry {
  return { ...field, component: ChoiceComponent, isEdited: isSelectEntryEdited };
}

/** A whole number from 1 on; empty means none. */
export function numberField(field: Field<number | undefined>): PanelEntry {
  return { ...field, component: NumberComponent, isEdited: () => false };
}

/** A day and time of the wall clock (`2026-11-30T17:30`). */
export function dateTimeField(field: Field<string>): PanelEntry {
  return { ...field, component: DateTimeComponent, isEdited: () => false };
}

/** A yes/no choice. */
export function checkField(field: Field<boolean>): PanelEntry {
  return { ...field, component: CheckComponent, isEdited: isCheckboxEntryEdited };
}

/** A FEEL expression (`required`), or a literal that may become one (`optional`), judged while it is typed. */
export function feelField(field: Field<string> & Judged & { feel: 'required' | 'optional' }): PanelEntry {
  return { ...field, component: FeelComponent, isEdited: isFeelEntryEdited };
}

/** Lines `name = expression`, judged while they are typed. */
export function scriptField(field: Field<string> & Judged & { rows?: number }): PanelEntry {
  return { ...field, component: ScriptComponent, isEdited: isTextAreaEntryEdited };
}

/** What the server judges the text as; without it the text is an expression (`feelField`) or a script. */
interface Judged {
  kind?: TextKind;
}

export type Bound<Value> = Field<Value> & { element: DiagramElement };

/** The properties that every entry of the library takes. */
export function common<Value>(props: Bound<Value>): Record<string, unknown> {
  return {
    element: props.element,
    id: props.id,
    label: props.label,
    description: props.description,
    getValue: () => props.get(props.element),
    setValue: (value: Value | undefined, error?: string | null) => {
      if (!error) props.set(value);
    },
    validate: props.validate,
    debounce: useService('debounceInput'),
    translate,
  };
}

function TextComponent(props: Bound<string>): unknown {
  return TextFieldEntry(common(props));
}

function TextAreaComponent(props: Bound<string> & { rows?: number }): unknown {
  return TextAreaEntry({ ...common(props), rows: props.rows ?? 3, autoResize: true });
}

function CheckComponent(props: Bound<boolean>): unknown {
  return CheckboxEntry(common(props));
}

function NumberComponent(props: Bound<number | undefined>): unknown {
  const set = (text: string): void => {
    const number = Number(text);
    if (!text) props.set(undefined);
    else if (Number.isInteger(number) && number > 0) props.set(number);
  };
  return plainInput(props, 'number', { min: 1, step: 1, value: props.get(props.element) ?? '' }, set);
}

function DateTimeComponent(props: Bound<string>): unknown {
  return plainInput(props, 'datetime-local', { value: props.get(props.element) }, (text) => props.set(text));
}

/** An input of the browser's own kinds, which the panel's library has no entry for. */
function plainInput(
  { id, label, description }: { id: string; label: string; description?: string },
  type: string,
  attributes: Record<string, unknown>,
  set: (text: string) => void,
): unknown {
  const name = `bio-properties-panel-${id}`;
  const onChange = (event: Event): void => set((event.target as HTMLInputElement).value);
  return h('div', { class: 'bio-properties-panel-entry', 'data-entry-id': id }, [
    h('label', { for: name, class: 'bio-properties-panel-label' }, label),
    h('input', { id: name, type, class: 'bio-properties-panel-input', ...attributes, onChange }),
    description && h('div', { class: 'bio-properties-panel-description' }, description),
  ]);
}

function FeelComponent(props: Bound<string> & Judged & { feel: string }): unknown {
  const services = useService<ServiceLookup>('injector');
  const knowledge = useKnowledge();
  const remarks = useRemarks(knowledge, props.get(props.element), props.kind ?? 'expression', props.element.id);
  const [language, variables] = useMemo(
    () => [
      { parserDialect: 'camunda', builtins: knowledge.functions.map(functionVariable) },
      knowledge.at(props.element.id).map((known) => variable(services, known)),
    ],
    [knowledge.edition, props.element.id],
  );
  const field = FeelEntry({ ...common(props), feel: props.feel, variables }) as never;
  const editor = h(FeelLanguageContext.Provider, { value: language }, field);
  return h('div', { class: 'zd-judged' }, editor, h(RemarkList, { remarks }));
}

function ScriptComponent(props: Bound<string> & Judged & { rows?: number }): unknown {
  const services = useService<ServiceLookup>('injector');
  const knowledge = useKnowledge();
  const text = props.get(props.element);
  const remarks = useRemarks(knowledge, text, props.kind ?? 'script', props.element.id);
  const names = knowledge.at(props.element.id);
  const onChoose = (name: string): void => props.set(`${text}${text && !/\s$/.test(text) ? ' ' : ''}${name}`);
  return h(
    'div',
    { class: 'zd-judged' },
    TextAreaComponent(props) as never,
    h(RemarkList, { remarks }),
    h(NameList, { services, names, onChoose }),
  );
}

function ChoiceComponent(props: Bound<string> & Choices): unknown {
  const stored = props.get(props.element);
  const isUnknown = stored && !props.choices.some((choice) => choice.value === stored);
  const unknown = isUnknown ? [{ value: stored, label: `${stored}（目录里没有）` }] : [];
  const options = [{ value: '', label: props.none ?? '（未选择）' }, ...props.choices, ...unknown];
  return SelectEntry({ ...common(props), getOptions: () => options });
}
