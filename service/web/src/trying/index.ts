import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn.css';
import '../viewer/viewer.css';
import '../editing/editing.css';
import './trying.css';

import { mountIslands } from '../island/config';
import { openTrying } from './openTrying';

mountIslands('trying', openTrying);
