import Modeler from 'bpmn-js/lib/Modeler';
import { BpmnPropertiesPanelModule, BpmnPropertiesProviderModule } from 'bpmn-js-properties-panel';
import { fitWithMargins } from '../diagram/fit';
import { onRowChosen } from '../diagram/rowLink';
import type { ElementRegistry, EventBus, ServiceLookup } from '../diagram/services';
import { translateTitles } from '../diagram/translate/titles';
import { translateModule } from '../diagram/translate/translate';
import type { Island } from '../island/config';
import { fetchText } from '../island/server';
import { checkDiagram, publishDiagram } from './actions';
import { type Catalogue, fetchCatalogue } from './catalogue';
import { downloadFile } from './download';
import { emptyDiagram } from './emptyDiagram';
import { ExpressionServer } from './feel/expressionServer';
import { knowledgeModule, learnFunctions } from './feel/knowledge';
import { FindingsPanel } from './findings/FindingsPanel';
import { buildFrame, type Frame } from './frame';
import { type ImportWarning, lossyWarnings } from './importGuard';
import { LiveChecks } from './live/liveChecks';
import { menusModule } from './menus/module';
import spiffworkflow from './model/spiffworkflow.json';
import { propertiesModule } from './properties/provider';
import { DiagramServer } from './server';
import type { DesignerSettings } from './settings';
import { bindToolbar, enableActions } from './toolbar';
import { UnsavedChanges } from './unsaved';

/** The palette lies over the left edge of the canvas: the diagram keeps clear of it. */
const MARGINS = { top: 30, right: 40, bottom: 50, left: 130 };

/** Opens the diagram for editing. Raises when the diagram or the catalogue cannot be fetched or read. */
export async function openDesigner({ settings, target }: Island<DesignerSettings>): Promise<void> {
  const [catalogue, xml] = await Promise.all([fetchCatalogue(settings.catalogueUrl), diagramText(settings)]);
  const modeler = createModeler(buildFrame(target), catalogue, settings);
  const services = modeler as unknown as ServiceLookup;
  window.__designer = modeler;
  translateTitles();
  const panel = new FindingsPanel(services);
  const { warnings } = await modeler.importXML(xml);
  const lossy = lossyWarnings(services, warnings as unknown as ImportWarning[]);
  fitWithMargins(services, MARGINS);
  followSelection(services);
  const live = bindActions(modeler, settings, panel);
  guardSaving(settings, panel, lossy);
  if (lossy.length) return;
  void live.ask();
  void learnFunctions(services).catch((error: unknown) => console.warn('no list of functions', error));
}

function diagramText(settings: DesignerSettings): string | Promise<string> {
  return settings.xmlUrl ? fetchText(settings.xmlUrl) : emptyDiagram(settings.processKey);
}

function createModeler(frame: Frame, catalogue: Catalogue, { expressionsUrl }: DesignerSettings): Modeler {
  return new Modeler({
    container: frame.canvas,
    propertiesPanel: { parent: frame.panel, feelPopupContainer: document.body },
    zhidaCatalogue: catalogue,
    zhidaExpressions: expressionsUrl ? new ExpressionServer(expressionsUrl) : undefined,
    moddleExtensions: { spiffworkflow },
    additionalModules: [
      BpmnPropertiesPanelModule,
      BpmnPropertiesProviderModule,
      propertiesModule,
      knowledgeModule,
      menusModule,
      translateModule,
    ],
  });
}

/** A row of a table on the page that names an element selects it. */
function followSelection(services: ServiceLookup): void {
  onRowChosen((id) => {
    const element = services.get<ElementRegistry>('elementRegistry').get(id);
    if (element) services.get<{ select(item: unknown): void }>('selection').select(element);
  });
}

function bindActions(modeler: Modeler, settings: DesignerSettings, panel: FindingsPanel): LiveChecks {
  const services = modeler as unknown as ServiceLookup;
  const stack = services.get<{ undo(): void; redo(): void; canUndo(): boolean; canRedo(): boolean }>('commandStack');
  const server = new DiagramServer(settings);
  const unsaved = new UnsavedChanges(services);
  const saveXml = async (): Promise<string> => (await modeler.saveXML({ format: true })).xml ?? '';
  const live = new LiveChecks(services, server, panel, saveXml);
  const publish = async (): Promise<void> => {
    live.giveUp();
    if (await publishDiagram(server, panel, saveXml, publicationComment())) unsaved.clear();
  };
  const showStack = (): void => {
    enableActions(['undo'], stack.canUndo());
    enableActions(['redo'], stack.canRedo());
  };
  bindToolbar(
    {
      check: () => {
        live.giveUp();
        return checkDiagram(server, panel, saveXml);
      },
      publish,
      undo: () => stack.undo(),
      redo: () => stack.redo(),
      'zoom-fit': () => fitWithMargins(services, MARGINS),
      download: async () => downloadFile(server.fileName(), await saveXml()),
    },
    (message) => panel.show(message, 'bad'),
  );
  services.get<EventBus>('eventBus').on('commandStack.changed', showStack);
  showStack();
  return live;
}

/** The reason for the change: a field of the page, or a question when the page has none. */
function publicationComment(): string {
  const field = document.querySelector<HTMLInputElement | HTMLTextAreaElement>('[data-publish-comment]');
  return field ? field.value : (window.prompt('这次修改的原因（会写进版本记录）：') ?? '');
}

/** A diagram that was not read completely must not be saved: what was not read would be lost. */
function guardSaving(settings: DesignerSettings, panel: FindingsPanel, lossy: ImportWarning[]): void {
  if (settings.readonly) enableActions(['publish'], false);
  if (!lossy.length) return;
  enableActions(['check', 'publish', 'download'], false);
  const findings = lossy.map((warning) => ({ severity: 'error', message: warning.message, element_id: null }));
  panel.show('这个流程图没有完整读入，保存会丢失内容，所以不能检查、发布和下载。请让系统管理员看下面的原因。', 'bad', findings);
}
