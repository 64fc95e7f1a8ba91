import {
  CheckboxEntry,
  FeelEntry,
  isCheckboxEntryEdited,
  isFeelEntryEdited,
  isSelectEntryEdited,
  isTextAreaEntryEdited,
  isTextFieldEntryEdited,
  SelectEntry,
  TextAreaEntry,
  TextFieldEntry,
} from '@bpmn-io/properties-panel';
import { useService } from 'bpmn-js-properties-panel';
import { translate } from '../../diagram/translate/translate';
import type { DiagramElement } from '../../diagram/services';

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
export function choiceField(field: Field<string> & { choices: Choice[] }): PanelEntry {
  return { ...field, component: ChoiceComponent, isEdited: isSelectEntryEdited };
}

/** A yes/no choice. */
export function checkField(field: Field<boolean>): PanelEntry {
  return { ...field, component: CheckComponent, isEdited: isCheckboxEntryEdited };
}

/** A FEEL expression (`required`), or a literal that may become one (`optional`). */
export function feelField(field: Field<string> & { feel: 'required' | 'optional' }): PanelEntry {
  return { ...field, component: FeelComponent, isEdited: isFeelEntryEdited };
}

type Bound<Value> = Field<Value> & { element: DiagramElement };

function common<Value>(props: Bound<Value>): Record<string, unknown> {
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

function FeelComponent(props: Bound<string> & { feel: string }): unknown {
  return FeelEntry({ ...common(props), feel: props.feel });
}

function ChoiceComponent(props: Bound<string> & { choices: Choice[] }): unknown {
  const stored = props.get(props.element);
  const isUnknown = stored && !props.choices.some((choice) => choice.value === stored);
  const unknown = isUnknown ? [{ value: stored, label: `${stored}（目录里没有）` }] : [];
  const options = [{ value: '', label: '（未选择）' }, ...props.choices, ...unknown];
  return SelectEntry({ ...common(props), getOptions: () => options });
}
