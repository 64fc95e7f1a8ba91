import { isType } from '../../diagram/services';
import { extensionText, setExtensionText } from '../model/extensions';
import { choiceField } from './entries';
import { group, type GroupBuilder } from './group';

const DECISION = 'spiffworkflow:CalledDecisionId';

/** 规则判定: which decision table a business rule task asks. */
export const decisionGroup: GroupBuilder = ({ element, editor, catalogue }) => {
  if (!isType(element, 'bpmn:BusinessRuleTask')) return null;
  const entry = choiceField({
    id: 'zhida-decision',
    label: '决策表',
    choices: catalogue.decisions.map((item) => ({ value: item.id, label: item.title })),
    get: () => extensionText(element.businessObject, DECISION),
    set: (value) => setExtensionText(editor, element, DECISION, value),
  });
  return group('zhida-decision', '规则判定', [entry]);
};
