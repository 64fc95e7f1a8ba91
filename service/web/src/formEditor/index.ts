import '@bpmn-io/form-js-viewer/dist/assets/form-js.css';
import '@bpmn-io/form-js-editor/dist/assets/form-js-editor-base.css';
import '@bpmn-io/form-js-editor/dist/assets/dragula.css';
import '../editing/editing.css';
import './formEditor.css';

import { mountIslands } from '../island/config';
import { openFormEditor } from './openFormEditor';

mountIslands('formEditor', openFormEditor);
