import 'dmn-font/dist/css/dmn.css';
import 'dmn-js-shared/assets/css/dmn-js-shared.css';
import 'dmn-js-decision-table/assets/css/dmn-js-decision-table.css';
import 'dmn-js-decision-table/assets/css/dmn-js-decision-table-controls.css';
import '../editing/editing.css';
import './tableEditor.css';

import { mountIslands } from '../island/config';
import { openTableEditor } from './openTableEditor';

mountIslands('tableEditor', openTableEditor);
