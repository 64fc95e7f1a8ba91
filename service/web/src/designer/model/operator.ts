import type { DiagramElement, ModdleElement } from '../../diagram/services';
import type { HandlerParameter } from '../catalogue';
import type { Editor } from './editor';
import { extensionOf, replaceExtension } from './extensions';

const OPERATOR = 'spiffworkflow:ServiceTaskOperator';

interface Parameter {
  id: string;
  type: string;
  value: string;
}

interface Operator {
  id: string;
  resultVariable: string;
  parameters: Parameter[];
}

/** The handler of a service task with its parameters. */
export function operatorOf(element: DiagramElement): Operator {
  const stored = extensionOf(element.businessObject, OPERATOR);
  const parameters = stored?.get<ModdleElement | undefined>('parameters')?.get<ModdleElement[]>('values') ?? [];
  return {
    id: stored?.get<string | undefined>('id') ?? '',
    resultVariable: stored?.get<string | undefined>('resultVariable') ?? '',
    parameters: parameters.map((item) => ({
      id: item.get<string>('id'),
      type: item.get<string | undefined>('type') ?? 'any',
      value: item.get<string | undefined>('value') ?? '',
    })),
  };
}

/** Chooses the handler. Parameters that the new handler declares too keep their expressions. */
export function chooseHandler(editor: Editor, element: DiagramElement, id: string, declared: HandlerParameter[]): void {
  const operator = operatorOf(element);
  const names = declared.map((parameter) => parameter.name);
  store(editor, element, { ...operator, id, parameters: operator.parameters.filter((item) => names.includes(item.id)) });
}

/** Names the variable that takes the handler's result; empty means none. */
export function setResultVariable(editor: Editor, element: DiagramElement, name: string): void {
  store(editor, element, { ...operatorOf(element), resultVariable: name });
}

/** Sets the expression of one parameter; an empty expression removes the parameter. */
export function setParameter(editor: Editor, element: DiagramElement, declared: HandlerParameter, value: string): void {
  const operator = operatorOf(element);
  const changed = { id: declared.name, type: declared.type, value };
  const isKnown = operator.parameters.some((item) => item.id === declared.name);
  const parameters = isKnown
    ? operator.parameters.map((item) => (item.id === declared.name ? changed : item))
    : [...operator.parameters, changed];
  store(editor, element, { ...operator, parameters: parameters.filter((item) => item.value) });
}

function store(editor: Editor, element: DiagramElement, operator: Operator): void {
  if (!operator.id) return replaceExtension(editor, element, OPERATOR, undefined);
  const values = operator.parameters.map((item) => editor.create('spiffworkflow:Parameter', { ...item }));
  const attributes: Record<string, unknown> = {
    id: operator.id,
    resultVariable: operator.resultVariable || undefined,
    parameters: editor.create('spiffworkflow:Parameters', { values }),
  };
  const retry = extensionOf(element.businessObject, OPERATOR)?.get<ModdleElement | undefined>('retry');
  if (retry) attributes.retry = retry;
  replaceExtension(editor, element, OPERATOR, editor.create(OPERATOR, attributes));
}
