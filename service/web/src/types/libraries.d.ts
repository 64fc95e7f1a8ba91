/* The bpmn.io panel packages ship no types; only what this project uses is declared. */

declare module '@bpmn-io/properties-panel' {
  type Entry = (props: Record<string, unknown>) => unknown;
  type IsEdited = (node: HTMLElement) => boolean;
  export const Group: unknown;
  export const TextFieldEntry: Entry;
  export const TextAreaEntry: Entry;
  export const SelectEntry: Entry;
  export const CheckboxEntry: Entry;
  export const FeelEntry: Entry;
  export const FeelLanguageContext: import('@bpmn-io/properties-panel/preact').Context<unknown>;
  export const isTextFieldEntryEdited: IsEdited;
  export const isTextAreaEntryEdited: IsEdited;
  export const isSelectEntryEdited: IsEdited;
  export const isCheckboxEntryEdited: IsEdited;
  export const isFeelEntryEdited: IsEdited;
}

declare module 'bpmn-js-create-append-anything' {
  export const CreateAppendAnythingModule: Record<string, unknown>;
}

declare module 'diagram-js-minimap' {
  const minimapModule: Record<string, unknown>;
  export default minimapModule;
}

declare module 'bpmn-js-properties-panel' {
  export const BpmnPropertiesPanelModule: Record<string, unknown>;
  export const BpmnPropertiesProviderModule: Record<string, unknown>;
  export function useService<T>(name: string): T;
}

declare module 'htmx.org/dist/htmx.esm.js';

/* dmn-js ships no types either. */
declare module 'dmn-js-shared/lib/base/EditingManager' {
  export default class EditingManager {
    constructor(options: Record<string, unknown>);
    importXML(xml: string, options?: { open: boolean }): Promise<{ warnings: unknown[] }>;
    saveXML(options: { format: boolean }): Promise<{ xml: string }>;
    getViews(): { element: { id: string; $type: string } }[];
    open(view: unknown): Promise<{ warnings: unknown[] }>;
    getActiveViewer(): { get<T>(name: string): T } | undefined;
    on(event: string, listener: (event: Record<string, unknown>) => void): void;
    _getViewProviders(): object[];
  }
}

declare module 'dmn-js-decision-table/lib/Editor' {
  export default class Editor {}
}
