import type { DiagramElement, ModdleElement } from '../../diagram/services';
import type { Editor } from './editor';
import { extensionOf, replaceExtension } from './extensions';

const HOLDER = 'spiffworkflow:Properties';

/**
 * The value of one of our named properties (`form`, `post`, `deadline`, ...); empty when not set. `owner` is the element
 * of the file that carries it: the shape's own, or the process that a pool shows.
 */
export function property(element: DiagramElement, name: string, owner = element.businessObject): string {
  return entries(owner).find((entry) => entry.get('name') === name)?.get<string>('value') ?? '';
}

/** Sets one of our named properties; an empty value removes it. One step of undo. */
export function setProperty(
  editor: Editor,
  element: DiagramElement,
  name: string,
  value: string | undefined,
  owner = element.businessObject,
): void {
  const values = entries(owner)
    .filter((entry) => entry.get('name') !== name || value)
    .map((entry) => copy(editor, entry, name, value));
  const isNew = value && !values.some((entry) => entry.get('name') === name);
  if (isNew) values.push(editor.create('spiffworkflow:Property', { name, value }));
  replaceExtension(editor, element, HOLDER, values.length ? editor.create(HOLDER, { values }) : undefined, owner);
}

function copy(editor: Editor, entry: ModdleElement, name: string, value: string | undefined): ModdleElement {
  const kept = { name: entry.get('name'), value: entry.get('value') };
  return editor.create('spiffworkflow:Property', kept.name === name ? { name, value } : kept);
}

function entries(owner: ModdleElement): ModdleElement[] {
  return extensionOf(owner, HOLDER)?.get<ModdleElement[]>('values') ?? [];
}
