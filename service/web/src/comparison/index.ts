import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn.css';
import './comparison.css';

import { mountIslands } from '../island/config';
import { showBoth } from './showBoth';

mountIslands('comparison', showBoth);
