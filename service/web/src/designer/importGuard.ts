import type { ModdleElement, ServiceLookup } from '../diagram/services';
import { Editor } from './model/editor';
import { variableReference } from './properties/multiInstance';

export interface ImportWarning {
  message: string;
  element?: ModdleElement;
  property?: string;
  value?: string;
}

const VARIABLE_PROPERTIES = new Set(['bpmn:loopDataInputRef', 'bpmn:loopDataOutputRef']);

/**
 * Warnings that mean part of the file was not read: saving would lose it, so saving must stay off.
 *
 * One kind is harmless: the engine reads a task-data variable where BPMN wants a reference to a data object. Those
 * references are put back here, so that they are written again.
 */
export function lossyWarnings(services: ServiceLookup, warnings: ImportWarning[]): ImportWarning[] {
  const editor = new Editor(services);
  return warnings.filter((warning) => {
    const { element, property, value } = warning;
    if (!element || !value || !VARIABLE_PROPERTIES.has(property ?? '')) return true;
    element.set(property ?? '', variableReference(editor, value));
    return false;
  });
}
