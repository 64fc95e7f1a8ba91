import type { DiagramElement, ModdleElement } from '../../diagram/services';
import type { Editor } from '../model/editor';
import { toEditor } from '../model/expression';
import { feelField, type PanelEntry, textField } from './entries';
import { group, type GroupBuilder, type PanelContext } from './group';

const LOOP = 'bpmn:MultiInstanceLoopCharacteristics';

/** 办理多份: over which list, under which name each item is seen, when to stop early. */
export const multiInstanceGroup: GroupBuilder = (context) => {
  const loop = loopOf(context.element);
  if (!loop) return null;
  return group('zhida-multi-instance', '办理多份', [
    referenceEntry(context, loop, 'loopDataInputRef', '清单变量', '每一项办理一份，如 item_ids'),
    itemEntry(context, loop, 'inputDataItem', '每一份看到的变量名'),
    bodyEntry(context, loop, 'loopCardinality', '份数（没有清单时填）', '数字；按表达式算时先点 fx。'),
    bodyEntry(context, loop, 'completionCondition', '提前结束的条件', '每办完一份看一次，成立就不再等其余的；不填表示全部办完。'),
    itemEntry(context, loop, 'outputDataItem', '每一份的结果变量'),
    referenceEntry(context, loop, 'loopDataOutputRef', '各份结果收进的清单', '不填时各份的结果互相覆盖。'),
  ]);
};

export function loopOf(element: DiagramElement): ModdleElement | undefined {
  if (!element.businessObject.$instanceOf('bpmn:Activity')) return undefined;
  const loop = element.businessObject.get<ModdleElement | undefined>('loopCharacteristics');
  return loop?.$type === LOOP ? loop : undefined;
}

/** The file names a task-data variable where BPMN wants a reference; a stand-in with that id is written for it. */
export function variableReference(editor: Editor, name: string): ModdleElement {
  return editor.create('bpmn:DataObject', { id: name });
}

function referenceEntry(
  { element, editor }: PanelContext,
  loop: ModdleElement,
  name: string,
  label: string,
  description: string,
): PanelEntry {
  return textField({
    id: `zhida-${name}`,
    label,
    description,
    get: () => loop.get<ModdleElement | undefined>(name)?.id ?? '',
    set: (value) => {
      const text = value?.trim();
      editor.update(element, loop, { [name]: text ? variableReference(editor, text) : undefined });
    },
  });
}

function itemEntry(
  { element, editor }: PanelContext,
  loop: ModdleElement,
  name: 'inputDataItem' | 'outputDataItem',
  label: string,
): PanelEntry {
  const type = name === 'inputDataItem' ? 'bpmn:DataInput' : 'bpmn:DataOutput';
  return textField({
    id: `zhida-${name}`,
    label,
    get: () => loop.get<ModdleElement | undefined>(name)?.id ?? '',
    set: (value) => {
      const text = value?.trim();
      const item = text ? editor.create(type, { id: text, name: text }, loop) : undefined;
      editor.update(element, loop, { [name]: item });
    },
  });
}

function bodyEntry(
  { element, editor }: PanelContext,
  loop: ModdleElement,
  name: 'loopCardinality' | 'completionCondition',
  label: string,
  description: string,
): PanelEntry {
  const stored = (): string => loop.get<ModdleElement | undefined>(name)?.get<string | undefined>('body') ?? '';
  return feelField({
    id: `zhida-${name}`,
    label,
    description,
    feel: name === 'loopCardinality' ? 'optional' : 'required',
    get: () => (name === 'loopCardinality' ? stored() : toEditor(stored())),
    set: (value) => {
      const body = value?.trim();
      const expression = body ? editor.create('bpmn:FormalExpression', { body }, loop) : undefined;
      editor.update(element, loop, { [name]: expression });
    },
  });
}
