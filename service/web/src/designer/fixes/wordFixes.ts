import type { ElementRegistry, ServiceLookup } from '../../diagram/services';
import { Editor } from '../model/editor';
import { operatorOf } from '../model/operator';
import { property, setProperty } from '../model/properties';
import { extensionText } from '../model/extensions';
import { type Fix, type FixContext, modeling } from './fix';

/** A name that what the task does suggests: its form, handler, called process or decision table. */
export function suggestName({ services, catalogue, element }: FixContext): Fix | null {
  const name = suggestedName({ services, catalogue, element });
  if (!name) return null;
  return { label: `命名为“${name}”`, apply: () => modeling(services).updateLabel(element, name) };
}

function suggestedName({ catalogue, element }: FixContext): string | undefined {
  switch (element.type) {
    case 'bpmn:UserTask':
    case 'bpmn:ManualTask':
      return catalogue.forms.find((item) => item.key === property(element, 'form'))?.title;
    case 'bpmn:ServiceTask':
      return catalogue.handlers.find((item) => item.name === operatorOf(element).id)?.title;
    case 'bpmn:CallActivity':
      return catalogue.processes.find((item) => item.key === element.businessObject.get('calledElement'))?.title;
    case 'bpmn:BusinessRuleTask': {
      const asked = extensionText(element.businessObject, 'spiffworkflow:CalledDecisionId');
      return catalogue.decisions.find((item) => item.id === asked)?.title;
    }
    default:
      return undefined;
  }
}

/** An id that the engine uses itself becomes one that nothing else has. */
export function renameId({ services, element }: FixContext): Fix | null {
  const id = freeId(services, element.id);
  return { label: `编号改为 ${id}`, apply: () => modeling(services).updateProperties(element, { id }) };
}

function freeId(services: ServiceLookup, taken: string): string {
  const registry = services.get<ElementRegistry>('elementRegistry');
  const stem = `own_${taken.toLowerCase().replace(/[^a-z0-9_]/g, '_')}`;
  let id = stem;
  for (let number = 2; registry.get(id); number += 1) id = `${stem}_${number}`;
  return id;
}

/** With a form, the quick form never shows: it is taken away. */
export function dropQuickForm({ services, element }: FixContext): Fix | null {
  if (!property(element, 'form') || !property(element, 'outputs')) return null;
  return { label: '删除快速表单栏目', apply: () => setProperty(new Editor(services), element, 'outputs', undefined) };
}

/** An error always interrupts: the boundary event is drawn so. */
export function makeInterrupting({ services, element }: FixContext): Fix | null {
  if (element.type !== 'bpmn:BoundaryEvent') return null;
  return { label: '改为中断型', apply: () => modeling(services).updateProperties(element, { cancelActivity: true }) };
}
