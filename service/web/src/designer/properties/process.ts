import { type DiagramElement, isType, type ModdleElement } from '../../diagram/services';
import { STARTER } from '../model/post';
import { property, setProperty } from '../model/properties';
import { checkField, type PanelEntry } from './entries';
import { group, type GroupBuilder, type PanelContext, type PanelGroup } from './group';
import { quickFormField } from './quickFormRows';

/** 流程设置: what the process is started with, who may start it, and what holds for its approvals. */
export const processGroup: GroupBuilder = (context): PanelGroup | null => {
  const owner = processOf(context.element);
  if (!owner) return null;
  return group('zhida-process', '流程设置', [
    inputsEntry(context, owner),
    refusal(context, owner, 'self_approval', '发起人也可以审批自己的件'),
    refusal(context, owner, 'repeat_approval', '同一人可以连续审批两个环节'),
  ]);
};

/** 谁可以发起: the roles whose holders may start the process; none ticked means everybody signed in. */
export const startersGroup: GroupBuilder = (context): PanelGroup | null => {
  const owner = processOf(context.element);
  if (!owner) return null;
  const roles = context.catalogue.roles.filter((role) => role.key !== STARTER);
  const entries = roles.map((role) => starterEntry(context, owner, role));
  return group('zhida-starters', '谁可以发起', entries, false);
};

/** The process a shape stands for: the root of a diagram without pools, or the process in a pool. */
function processOf(element: DiagramElement): ModdleElement | undefined {
  if (isType(element, 'bpmn:Process')) return element.businessObject;
  if (!isType(element, 'bpmn:Participant')) return undefined;
  return element.businessObject.get<ModdleElement | undefined>('processRef');
}

function inputsEntry({ element, editor }: PanelContext, owner: ModdleElement): PanelEntry {
  return quickFormField({
    id: 'zhida-process-inputs',
    label: '启动时带入的数据',
    description: '发起人或上级流程给的数据。没有列出的名称，表达式里不认识。',
    get: () => property(element, 'inputs', owner),
    set: (value) => setProperty(editor, element, 'inputs', value, owner),
  });
}

/** `allowed` is stored when ticked; refused is what holds without a word. */
function refusal({ element, editor }: PanelContext, owner: ModdleElement, name: string, label: string): PanelEntry {
  return checkField({
    id: `zhida-${name}`,
    label,
    get: () => property(element, name, owner) === 'allowed',
    set: (isTicked) => setProperty(editor, element, name, isTicked ? 'allowed' : '', owner),
  });
}

function starterEntry(
  { element, editor }: PanelContext,
  owner: ModdleElement,
  role: { key: string; title: string },
): PanelEntry {
  const starters = (): string[] => property(element, 'starters', owner).split(',').map((key) => key.trim()).filter(Boolean);
  return checkField({
    id: `zhida-starter-${role.key}`,
    label: role.title,
    get: () => starters().includes(role.key),
    set: (isTicked) => {
      const kept = starters().filter((key) => key !== role.key);
      setProperty(editor, element, 'starters', (isTicked ? [...kept, role.key] : kept).join(','), owner);
    },
  });
}
