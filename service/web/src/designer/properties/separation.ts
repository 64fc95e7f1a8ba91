import { type DiagramElement, isType } from '../../diagram/services';
import { fromEditor, toEditor } from '../model/expression';
import { property, setProperty } from '../model/properties';
import { checkField, feelField, type PanelEntry, textField } from './entries';
import { group, type GroupBuilder, type PanelContext } from './group';

const PROPERTY = 'separate_from';

/** 受审分离: whoever did one of the ticked tasks may not do this one. */
export const separationGroup: GroupBuilder = (context) => {
  if (!isType(context.element, 'bpmn:UserTask', 'bpmn:ManualTask')) return null;
  const others = otherTasks(context);
  const entries = [...others.map((task) => taskEntry(context, task)), elsewhereEntry(context, others)];
  return group('zhida-separation', '受审分离', [...entries, organisationEntry(context), approvalEntry(context)], false);
};

/** An approval: neither the starter of the case nor whoever made the approval just before may do it. */
function approvalEntry({ element, editor }: PanelContext): PanelEntry {
  return checkField({
    id: 'zhida-approval',
    label: '审批环节：发起人不得审批，同一人不得连续审批',
    get: () => property(element, 'approval') === 'true',
    set: (isTicked) => setProperty(editor, element, 'approval', isTicked ? 'true' : ''),
  });
}

function otherTasks({ element, editor }: PanelContext): DiagramElement[] {
  return editor.shapes(
    (shape) => !shape.labelTarget && shape.id !== element.id && isType(shape, 'bpmn:UserTask', 'bpmn:ManualTask'),
  );
}

function separated(element: DiagramElement): string[] {
  const ids = property(element, PROPERTY).split(',');
  return ids.map((id) => id.trim()).filter(Boolean);
}

function taskEntry({ element, editor }: PanelContext, task: DiagramElement): PanelEntry {
  return checkField({
    id: `zhida-separate-${task.id}`,
    label: `办过“${task.businessObject.name ?? task.id}”的人不得办理本环节`,
    get: () => separated(element).includes(task.id),
    set: (isTicked) => {
      const kept = separated(element).filter((id) => id !== task.id);
      setProperty(editor, element, PROPERTY, (isTicked ? [...kept, task.id] : kept).join(','));
    },
  });
}

/** Ids of tasks in other diagrams of the same case: they cannot be ticked here, so they are written. */
function elsewhereEntry({ element, editor }: PanelContext, here: DiagramElement[]): PanelEntry {
  const localIds = new Set(here.map((task) => task.id));
  return textField({
    id: 'zhida-separate-elsewhere',
    label: '其他流程图中的环节标识',
    description: '用英文逗号隔开。',
    get: () => separated(element).filter((id) => !localIds.has(id)).join(','),
    set: (text) => {
      const kept = separated(element).filter((id) => localIds.has(id));
      const written = (text ?? '').split(',').map((id) => id.trim()).filter(Boolean);
      setProperty(editor, element, PROPERTY, [...new Set([...kept, ...written])].join(','));
    },
  });
}

function organisationEntry({ element, editor }: PanelContext): PanelEntry {
  const name = 'exclude_organisation';
  return feelField({
    id: 'zhida-exclude-organisation',
    label: '回避的单位（表达式，可不填）',
    description: '这个单位的人不得办理本环节，如 applicant_organisation。',
    feel: 'required',
    get: () => toEditor(property(element, name)),
    set: (value) => setProperty(editor, element, name, fromEditor(value, property(element, name))),
  });
}
