import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn.css';
import './viewer.css';

import { mountIslands } from '../island/config';
import { showDiagram } from './showDiagram';

mountIslands('viewer', showDiagram);
