import { isType } from '../../diagram/services';
import type { HandlerParameter } from '../catalogue';
import { fromEditor, toEditor } from '../model/expression';
import { chooseHandler, operatorOf, setParameter, setResultVariable } from '../model/operator';
import { choiceField, feelField, type PanelEntry, textField } from './entries';
import { group, type GroupBuilder, type PanelContext } from './group';

/** 自动办理: the handler, and one expression for each parameter it declares. */
export const serviceTaskGroup: GroupBuilder = (context) => {
  if (!isType(context.element, 'bpmn:ServiceTask')) return null;
  const parameters = declaredParameters(context);
  const entries = [handlerEntry(context), ...parameters.map((item) => parameterEntry(context, item))];
  if (operatorOf(context.element).id) entries.push(resultEntry(context));
  return group('zhida-service-task', '自动办理', entries);
};

/** The declared parameters; for a handler the catalogue lacks, those the file has, so that nothing is hidden. */
function declaredParameters({ element, catalogue }: PanelContext): HandlerParameter[] {
  const operator = operatorOf(element);
  const handler = catalogue.handlers.find((item) => item.kind === 'service_task' && item.name === operator.id);
  if (handler) return handler.parameters;
  return operator.parameters.map((item) => ({ name: item.id, label: item.id, type: item.type, required: false }));
}

function handlerEntry({ element, editor, catalogue }: PanelContext): PanelEntry {
  const handlers = catalogue.handlers.filter((item) => item.kind === 'service_task');
  return choiceField({
    id: 'zhida-operator',
    label: '办理动作',
    choices: handlers.map((item) => ({ value: item.name, label: item.title })),
    get: () => operatorOf(element).id,
    set: (id) => {
      const declared = handlers.find((item) => item.name === id)?.parameters ?? [];
      chooseHandler(editor, element, id ?? '', declared);
    },
  });
}

function parameterEntry({ element, editor }: PanelContext, declared: HandlerParameter): PanelEntry {
  const stored = (): string => operatorOf(element).parameters.find((item) => item.id === declared.name)?.value ?? '';
  return feelField({
    id: `zhida-parameter-${declared.name}`,
    label: declared.required ? `${declared.label}（必填）` : declared.label,
    feel: 'required',
    get: () => toEditor(stored()),
    set: (value) => setParameter(editor, element, declared, fromEditor(value, stored())),
  });
}

function resultEntry({ element, editor }: PanelContext): PanelEntry {
  return textField({
    id: 'zhida-result-variable',
    label: '结果存入变量（可不填）',
    get: () => operatorOf(element).resultVariable,
    set: (value) => setResultVariable(editor, element, value?.trim() ?? ''),
  });
}
