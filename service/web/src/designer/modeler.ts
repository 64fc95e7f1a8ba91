import Modeler from 'bpmn-js/lib/Modeler';
import { CreateAppendAnythingModule } from 'bpmn-js-create-append-anything';
import { BpmnPropertiesPanelModule, BpmnPropertiesProviderModule } from 'bpmn-js-properties-panel';
import minimapModule from 'diagram-js-minimap';
import { translateModule } from '../diagram/translate/translate';
import type { Catalogue } from './catalogue';
import { clipboardModule } from './clipboard/acrossDiagrams';
import { ExpressionServer } from './feel/expressionServer';
import { knowledgeModule } from './feel/knowledge';
import { togetherModule } from './fixes/together';
import type { Frame } from './frame';
import { menusModule } from './menus/module';
import spiffworkflow from './model/spiffworkflow.json';
import { propertiesModule } from './properties/provider';

/** The modeler with everything of ours in it. `expressionsUrl` missing: nothing is judged while it is typed. */
export function createModeler(frame: Frame, catalogue: Catalogue, expressionsUrl: string | undefined): Modeler {
  return new Modeler({
    container: frame.canvas,
    propertiesPanel: { parent: frame.panel, feelPopupContainer: document.body },
    zhidaCatalogue: catalogue,
    zhidaExpressions: expressionsUrl ? new ExpressionServer(expressionsUrl) : undefined,
    moddleExtensions: { spiffworkflow },
    additionalModules: [
      BpmnPropertiesPanelModule,
      BpmnPropertiesProviderModule,
      CreateAppendAnythingModule,
      minimapModule,
      propertiesModule,
      knowledgeModule,
      togetherModule,
      clipboardModule,
      menusModule,
      translateModule,
    ],
  });
}
