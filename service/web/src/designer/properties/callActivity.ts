import { isType } from '../../diagram/services';
import { property, setProperty } from '../model/properties';
import { choiceField, type PanelEntry, scriptField, textField } from './entries';
import { group, type GroupBuilder, type PanelContext } from './group';

/** 调用流程: which process, what it is given, what it gives back. */
export const callActivityGroup: GroupBuilder = (context) => {
  if (!isType(context.element, 'bpmn:CallActivity')) return null;
  const entries = [processEntry(context), versionEntry(context), inputsEntry(context), outputsEntry(context)];
  return group('zhida-call-activity', '调用流程', entries);
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

function versionEntry({ element, editor, catalogue }: PanelContext): PanelEntry {
  const called = element.businessObject.get<string | undefined>('calledElement');
  const newest = catalogue.processes.find((item) => item.key === called)?.version ?? 0;
  const versions = Array.from({ length: newest }, (_, index) => newest - index);
  return choiceField({
    id: 'zhida-version',
    label: '用哪一版',
    description: property(element, 'version') ? '固定版本后，以后发布的新版不会自动用上。' : undefined,
    none: '调用时的最新版',
    choices: versions.map((version) => ({ value: String(version), label: `固定用第 ${version} 版` })),
    get: () => property(element, 'version'),
    set: (value) => setProperty(editor, element, 'version', value),
  });
}

function inputsEntry({ element, editor }: PanelContext): PanelEntry {
  return scriptField({
    id: 'zhida-inputs',
    label: '带入的数据',
    description: '每行一项：子流程变量 = 表达式，如 item_id = item.id；不填则带入全部数据。',
    get: () => property(element, 'inputs'),
    set: (value) => setProperty(editor, element, 'inputs', value?.trim()),
    validate: mappingFault,
  });
}

function outputsEntry({ element, editor }: PanelContext): PanelEntry {
  return textField({
    id: 'zhida-outputs',
    label: '带回的数据',
    description: '子流程变量的名称，用英文逗号隔开，如 conclusion, review_id。',
    get: () => property(element, 'outputs'),
    set: (value) => setProperty(editor, element, 'outputs', value?.trim()),
    validate: namesFault,
  });
}

const NAMES = /^\s*[\p{L}_][\p{L}\p{N}_]*(\s*,\s*[\p{L}_][\p{L}\p{N}_]*)*\s*$/u;

/** What is wrong with a list of names, in words; null when nothing is. */
export function namesFault(text: string | undefined): string | null {
  if (!text?.trim() || NAMES.test(text)) return null;
  return '这里写变量名称，用英文逗号隔开，不写表达式。';
}

const LINE = /^[\p{L}_][\p{L}\p{N}_]*\s*=\s*\S/u;

/** What is wrong with mapping lines, in words; null when nothing is. Plain names with commas pass data on by its name. */
export function mappingFault(text: string | undefined): string | null {
  if (!text?.includes('=')) return namesFault(text);
  const lines = text.split('\n').map((line) => line.trim()).filter(Boolean);
  const wrong = lines.find((line) => !LINE.test(line));
  return wrong === undefined ? null : `“${wrong}”写法不对：每行写成“变量 = 表达式”。`;
}
