import { Group } from '@bpmn-io/properties-panel';
import type { DiagramElement } from '../../diagram/services';
import type { Catalogue } from '../catalogue';
import type { Editor } from '../model/editor';
import type { PanelEntry } from './entries';

/** What a group of the panel may use to build its inputs. */
export interface PanelContext {
  element: DiagramElement;
  editor: Editor;
  catalogue: Catalogue;
}

export interface PanelGroup {
  id: string;
  label: string;
  entries: PanelEntry[];
  component: unknown;
  shouldOpen?: boolean;
}

/** A group of inputs for one element, or nothing when it has none. */
export type GroupBuilder = (context: PanelContext) => PanelGroup | null;

export function group(id: string, label: string, entries: PanelEntry[], shouldOpen = true): PanelGroup {
  return { id, label, entries, component: Group, shouldOpen };
}
