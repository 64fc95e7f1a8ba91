import { type DiagramElement, isType, type ModdleElement } from '../../diagram/services';
import { toEditor } from '../model/expression';
import { conditionBuilder } from './conditionBuilder';
import { feelField } from './entries';
import { group, type GroupBuilder } from './group';

/** 流转条件: when a sequence flow that leaves an exclusive or inclusive gateway is taken. */
export const conditionGroup: GroupBuilder = ({ element, editor }) => {
  if (!isType(element, 'bpmn:SequenceFlow') || !leavesChoice(element) || isDefault(element)) return null;
  const flow = element.businessObject;
  const stored = {
    get: () => toEditor(flow.get<ModdleElement | undefined>('conditionExpression')?.get<string>('body') ?? ''),
    set: (value: string | undefined) => {
      const expression = value ? editor.create('bpmn:FormalExpression', { body: value }, flow) : undefined;
      editor.update(element, flow, { conditionExpression: expression });
    },
  };
  const builder = conditionBuilder({ id: 'zhida-condition-rows', label: '满足什么条件走这条线', ...stored });
  const expression = feelField({
    id: 'zhida-condition',
    label: '条件表达式',
    description: '如 decision = "通过" and amount > 0',
    feel: 'required',
    ...stored,
  });
  return group('zhida-condition', '流转条件', [builder, expression]);
};

function leavesChoice(element: DiagramElement): boolean {
  return !!element.source && isType(element.source, 'bpmn:ExclusiveGateway', 'bpmn:InclusiveGateway');
}

function isDefault(element: DiagramElement): boolean {
  return element.source?.businessObject.get('default') === element.businessObject;
}
