import { isType } from '../../diagram/services';
import { fromEditor, toEditor } from '../model/expression';
import { formatPost, parsePost } from '../model/post';
import { property, setProperty } from '../model/properties';
import { choiceField, feelField, type PanelEntry, textField } from './entries';
import { group, type GroupBuilder, type PanelContext } from './group';

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
  if (property(element, 'form')) return [form];
  const quick = textField({
    id: 'zhida-outputs',
    label: '快速表单栏目',
    description: '不选表单时可直接写栏目，如：decision:text, amount:integer, ok:boolean, when:date',
    get: () => property(element, 'outputs'),
    set: (value) => setProperty(editor, element, 'outputs', value?.trim()),
    validate: quickFormFault,
  });
  return [form, quick];
}

const QUICK_FORM = /^\s*[\p{L}_][\p{L}\p{N}_]*\s*:\s*(text|integer|boolean|date)\s*$/u;

/** What is wrong with a quick form, in words; null when nothing is. */
export function quickFormFault(text: string | undefined): string | null {
  if (!text?.trim()) return null;
  const wrong = text.split(',').find((part) => !QUICK_FORM.test(part));
  if (wrong === undefined) return null;
  return `“${wrong.trim()}”写法不对：每项写成“名称:类型”，类型是 text、integer、boolean、date 之一，用英文逗号隔开。`;
}

function postEntries({ element, editor, catalogue }: PanelContext): PanelEntry[] {
  const post = parsePost(property(element, 'post'));
  const store = (changed: typeof post): void => setProperty(editor, element, 'post', formatPost(changed));
  const role = choiceField({
    id: 'zhida-role',
    label: '办理岗位',
    description: post.role ? undefined : '不选岗位时，由发起流程的人办理。',
    choices: catalogue.roles.map((item) => ({ value: item.key, label: item.title })),
    get: () => post.role,
    set: (value) => store({ ...parsePost(property(element, 'post')), role: value ?? '' }),
  });
  if (!post.role) return [role];
  const department = feelField({
    id: 'zhida-department',
    label: '所在部门（表达式，可不填）',
    description: '算出部门的表达式，如 drafting_department。不填表示该岗位任何部门都可以办理。',
    feel: 'required',
    get: () => toEditor(parsePost(property(element, 'post')).department),
    set: (value) => store({ ...post, department: fromEditor(value, post.department) }),
  });
  return [role, department];
}

function deadlineEntry({ element, editor, catalogue }: PanelContext): PanelEntry {
  return choiceField({
    id: 'zhida-deadline',
    label: '办理时限',
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
