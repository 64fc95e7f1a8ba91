import type { DiagramElement, ModdleElement } from '../../diagram/services';
import type { Editor } from '../model/editor';
import { type PanelEntry, textField } from './entries';
import { group, type GroupBuilder, type PanelContext } from './group';

const LOOP = 'bpmn:MultiInstanceLoopCharacteristics';

/** 办理多份: over which list, under which name each item is seen, when to stop early. */
export const multiInstanceGroup: GroupBuilder = (context) => {
  const loop = loopOf(context.element);
  if (!loop) return null;
  return group('zhida-multi-instance', '办理多份', [
    referenceEntry(context, loop, 'loopDataInputRef', '清单变量', '每一项办理一份，如 item_ids'),
    itemEntry(context, loop),
    bodyEntry(context, loop, 'loopCardinality', '份数（没有清单时填）', '数字或 = 开头的表达式'),
    bodyEntry(context, loop, 'completionCondition', '提前结束的条件', '= 开头的表达式；不填表示全部办完'),
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

function itemEntry({ element, editor }: PanelContext, loop: ModdleElement): PanelEntry {
  return textField({
    id: 'zhida-input-item',
    label: '每一份看到的变量名',
    get: () => loop.get<ModdleElement | undefined>('inputDataItem')?.id ?? '',
    set: (value) => {
      const name = value?.trim();
      const item = name ? editor.create('bpmn:DataInput', { id: name, name }, loop) : undefined;
      editor.update(element, loop, { inputDataItem: item });
    },
  });
}

function bodyEntry(
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
    get: () => loop.get<ModdleElement | undefined>(name)?.get<string | undefined>('body') ?? '',
    set: (value) => {
      const body = value?.trim();
      const expression = body ? editor.create('bpmn:FormalExpression', { body }, loop) : undefined;
      editor.update(element, loop, { [name]: expression });
    },
  });
}
