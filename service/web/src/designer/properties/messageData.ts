import { type DiagramElement, isType, type ModdleElement } from '../../diagram/services';
import { extensionText, setExtensionText } from '../model/extensions';
import { fromEditor, toEditor } from '../model/expression';
import { feelField, textField } from './entries';
import { group, type GroupBuilder } from './group';

const VARIABLE = 'spiffworkflow:MessageVariable';
const PAYLOAD = 'spiffworkflow:MessagePayload';

/** 消息内容: what a sent message carries, or the variable that takes what a received one carried. */
export const messageDataGroup: GroupBuilder = ({ element, editor }) => {
  const owner = messageOwner(element);
  if (!owner) return null;
  const payload = feelField({
    id: 'zhida-message-payload',
    label: '发出的内容（表达式）',
    feel: 'required',
    get: () => toEditor(extensionText(owner, PAYLOAD)),
    set: (value) => {
      const text = fromEditor(value, extensionText(owner, PAYLOAD));
      setExtensionText(editor, element, PAYLOAD, text, owner);
    },
  });
  const variable = textField({
    id: 'zhida-message-variable',
    label: '收到的内容存入变量',
    get: () => extensionText(owner, VARIABLE),
    set: (value) => setExtensionText(editor, element, VARIABLE, value?.trim(), owner),
  });
  return group('zhida-message-data', '消息内容', [sends(element) ? payload : variable]);
};

function sends(element: DiagramElement): boolean {
  return isType(element, 'bpmn:ThrowEvent', 'bpmn:SendTask');
}

/** The element of the file that carries the message: the event's definition, or the task itself. */
function messageOwner(element: DiagramElement): ModdleElement | undefined {
  if (isType(element, 'bpmn:SendTask', 'bpmn:ReceiveTask')) return element.businessObject;
  if (!isType(element, 'bpmn:Event')) return undefined;
  const definitions = element.businessObject.get<ModdleElement[] | undefined>('eventDefinitions') ?? [];
  return definitions.find((item) => item.$type === 'bpmn:MessageEventDefinition');
}
