import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn.css';
import '@bpmn-io/properties-panel/dist/assets/properties-panel.css';
import 'diagram-js-minimap/assets/diagram-js-minimap.css';
import './designer.css';
import './findings/play.css';

import { mountIslands } from '../island/config';
import { openDesigner } from './openDesigner';

mountIslands('designer', openDesigner);
