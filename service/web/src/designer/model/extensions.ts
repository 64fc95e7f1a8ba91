import type { DiagramElement, ModdleElement } from '../../diagram/services';
import type { Editor } from './editor';

/** The extension of this type (`spiffworkflow:Properties`) under an element of the file, if there is one. */
export function extensionOf(owner: ModdleElement, type: string): ModdleElement | undefined {
  return extensionValues(owner).find((value) => value.$type === type);
}

/** Sets, replaces or (without a replacement) removes the extension of this type. One step of undo. */
export function replaceExtension(
  editor: Editor,
  element: DiagramElement,
  type: string,
  replacement: ModdleElement | undefined,
  owner: ModdleElement = element.businessObject,
): void {
  const values = extensionValues(owner);
  const index = values.findIndex((value) => value.$type === type);
  const kept = values.filter((value) => value.$type !== type);
  if (replacement) kept.splice(index < 0 ? kept.length : index, 0, replacement);
  const holder = kept.length ? editor.create('bpmn:ExtensionElements', { values: kept }, owner) : undefined;
  editor.update(element, owner, { extensionElements: holder });
}

/** The text of a one-text extension, such as `spiffworkflow:CalledDecisionId`. */
export function extensionText(owner: ModdleElement, type: string): string {
  return extensionOf(owner, type)?.get<string | undefined>('body') ?? '';
}

/** Sets the text of a one-text extension; an empty text removes it. */
export function setExtensionText(
  editor: Editor,
  element: DiagramElement,
  type: string,
  text: string | undefined,
  owner: ModdleElement = element.businessObject,
): void {
  const replacement = text ? editor.create(type, { body: text }) : undefined;
  replaceExtension(editor, element, type, replacement, owner);
}

function extensionValues(owner: ModdleElement): ModdleElement[] {
  return owner.get<ModdleElement | undefined>('extensionElements')?.get<ModdleElement[]>('values') ?? [];
}
