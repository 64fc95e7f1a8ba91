import type { DiagramElement, ModdleElement } from '../../diagram/services';
import { toEditor } from '../model/expression';
import { conditionBuilder } from './conditionBuilder';
import { feelField } from './entries';
import { group, type GroupBuilder } from './group';

/** 等待条件: what a conditional event waits for. */
export const conditionalGroup: GroupBuilder = ({ element, editor }) => {
  const definition = conditionalDefinition(element);
  if (!definition) return null;
  const stored = {
    get: () => toEditor(definition.get<ModdleElement | undefined>('condition')?.get<string>('body') ?? ''),
    set: (value: string | undefined) => {
      const condition = value ? editor.create('bpmn:FormalExpression', { body: value }, definition) : undefined;
      editor.update(element, definition, { condition });
    },
  };
  return group('zhida-conditional', '等待条件', [
    conditionBuilder({ id: 'zhida-conditional-rows', label: '等到什么成立', ...stored }),
    feelField({ id: 'zhida-conditional', label: '条件表达式', feel: 'required', ...stored }),
  ]);
};

function conditionalDefinition(element: DiagramElement): ModdleElement | undefined {
  if (!element.businessObject.$instanceOf('bpmn:Event')) return undefined;
  const definitions = element.businessObject.get<ModdleElement[] | undefined>('eventDefinitions') ?? [];
  return definitions.find((item) => item.$type === 'bpmn:ConditionalEventDefinition');
}
