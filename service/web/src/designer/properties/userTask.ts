import { isType } from '../../diagram/services';
import { property, setProperty } from '../model/properties';
import { choiceField, type PanelEntry, textField } from './entries';
import { group, type GroupBuilder, type PanelContext } from './group';
import { postEntries } from './post';
import { quickFormField } from './quickFormRows';

/** 人工办理: which form, who, until when, by which handler. */
export const userTaskGroup: GroupBuilder = (context) => {
  if (!isType(context.element, 'bpmn:UserTask', 'bpmn:ManualTask')) return null;
  const entries = [...formEntries(context), ...postEntries(context), deadlineEntry(context), handlerEntry(context)];
  return group('zhida-user-task', '人工办理', entries);
};

function formEntries({ element, editor, catalogue }: PanelContext): PanelEntry[] {
  const form = choiceField({
    id: 'zhida-form',
    label: '办理表单',
    choices: catalogue.forms.map((item) => ({ value: item.key, label: item.title })),
    get: () => property(element, 'form'),
    set: (value) => setProperty(editor, element, 'form', value),
  });
  const chosen = catalogue.forms.find((item) => item.key === property(element, 'form'));
  if (property(element, 'form')) return [form, writableField(element, editor, chosen?.entries ?? [])];
  const quick = quickFormField({
    id: 'zhida-outputs',
    label: '快速表单栏目',
    description: '不选表单时，办理人只填这些栏目。',
    get: () => property(element, 'outputs'),
    set: (value) => setProperty(editor, element, 'outputs', value),
  });
  return [form, quick];
}

/** Several tasks may share a form, each filling in its part of it. */
function writableField(
  element: PanelContext['element'],
  editor: PanelContext['editor'],
  fields: { key: string; title: string }[],
): PanelEntry {
  const known = fields.map((each) => `${each.key}（${each.title}）`).join('、');
  return textField({
    id: 'zhida-writable',
    label: '本环节可填的栏目',
    description: `写栏目标识，用逗号隔开；其余栏目只显示。不填就全部可填。${known ? `栏目：${known}。` : ''}`,
    get: () => property(element, 'writable'),
    set: (value) => setProperty(editor, element, 'writable', value),
  });
}

function deadlineEntry({ element, editor, catalogue }: PanelContext): PanelEntry {
  return choiceField({
    id: 'zhida-deadline',
    label: '办理时限',
    description: catalogue.deadlines.find((item) => item.id === property(element, 'deadline'))?.meaning,
    choices: catalogue.deadlines.map((item) => ({ value: item.id, label: item.title })),
    get: () => property(element, 'deadline'),
    set: (value) => setProperty(editor, element, 'deadline', value),
  });
}

function handlerEntry({ element, editor, catalogue }: PanelContext): PanelEntry {
  const handlers = catalogue.handlers.filter((item) => item.kind === 'user_task');
  return choiceField({
    id: 'zhida-handler',
    label: '办结后的处理',
    description: property(element, 'handler') ? undefined : '不选时，用与本环节标识同名的处理。',
    choices: handlers.map((item) => ({ value: item.name, label: item.title })),
    get: () => property(element, 'handler'),
    set: (value) => setProperty(editor, element, 'handler', value),
  });
}
