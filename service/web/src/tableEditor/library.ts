import Editor from 'dmn-js-decision-table/lib/Editor';
import EditingManager from 'dmn-js-shared/lib/base/EditingManager';
import { translateTable } from './translate';

/** How the parts of the library are asked for here. */
export interface TableServices {
  get(name: 'commandStack'): { undo(): void; redo(): void; canUndo(): boolean; canRedo(): boolean; _stackIdx: number };
  get(name: 'eventBus'): { on(event: string, listener: () => void): void };
  get(name: 'modeling'): { addRow(row: object): TableRow; editCell(cell: object, text: string): void };
  get(name: 'sheet'): { getRoot(): { rows: TableRow[] } };
}

export interface TableRow {
  id: string;
  cells: { id: string; businessObject: { $type: string; text: string } }[];
}

interface DrgElement {
  $type: string;
  decisionLogic?: { $type: string };
}

/** Only decision tables: our decisions are one table (or one expression) each, without a requirements diagram. */
class TableManager extends EditingManager {
  override _getViewProviders(): object[] {
    const opens = (element: DrgElement): boolean =>
      element.$type === 'dmn:Decision' && element.decisionLogic?.$type === 'dmn:DecisionTable';
    return [{ id: 'decisionTable', constructor: Editor, opens }];
  }
}

/** The kinds of values our expressions know. */
const DATA_TYPES = ['string', 'boolean', 'number', 'date'];

export function createManager(container: HTMLElement): EditingManager {
  return new TableManager({
    container,
    width: '100%',
    height: '100%',
    common: {
      expressionLanguages: { options: [{ value: 'feel', label: 'FEEL' }], defaults: { editor: 'feel' } },
      dataTypes: DATA_TYPES,
    },
    decisionTable: {
      additionalModules: [
        { translate: ['value', translateTable] },
        // There is one expression language here, so there is nothing to choose per cell.
        { expressionLanguage: ['value', null] },
      ],
    },
  });
}
