import { isType } from '../../diagram/services';
import { property, setProperty } from '../model/properties';
import { choiceField, type PanelEntry, textArea } from './entries';
import { group, type GroupBuilder, type PanelContext } from './group';

/** 调用流程: which process, what it is given, what it gives back. */
export const callActivityGroup: GroupBuilder = (context) => {
  if (!isType(context.element, 'bpmn:CallActivity')) return null;
  const inputs = mappingEntry(context, 'inputs', '带入的数据', '每行一项：子流程变量 = 表达式，如 item_id = item.id');
  const outputs = mappingEntry(context, 'outputs', '带回的数据', '每行一项：本流程变量 = 表达式，如 accepted = decision = "accept"');
  return group('zhida-call-activity', '调用流程', [processEntry(context), inputs, outputs]);
};

function processEntry({ element, editor, catalogue }: PanelContext): PanelEntry {
  return choiceField({
    id: 'zhida-called-element',
    label: '被调用的流程',
    choices: catalogue.processes.map((item) => ({ value: item.key, label: item.title })),
    get: () => element.businessObject.get<string | undefined>('calledElement') ?? '',
    set: (value) => editor.update(element, element.businessObject, { calledElement: value || undefined }),
  });
}

function mappingEntry({ element, editor }: PanelContext, name: string, label: string, description: string): PanelEntry {
  return textArea({
    id: `zhida-${name}`,
    label,
    description,
    get: () => property(element, name),
    set: (value) => setProperty(editor, element, name, value?.trim()),
    validate: mappingFault,
  });
}

const LINE = /^[\p{L}_][\p{L}\p{N}_]*\s*=\s*\S/u;

/** What is wrong with mapping lines, in words; null when nothing is. */
export function mappingFault(text: string | undefined): string | null {
  const lines = (text ?? '').split('\n').map((line) => line.trim()).filter(Boolean);
  const wrong = lines.find((line) => !LINE.test(line));
  return wrong === undefined ? null : `“${wrong}”写法不对：每行写成“变量 = 表达式”。`;
}
