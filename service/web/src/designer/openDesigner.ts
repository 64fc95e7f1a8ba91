import type Modeler from 'bpmn-js/lib/Modeler';
import { fitWithMargins } from '../diagram/fit';
import { onRowChosen } from '../diagram/rowLink';
import type { ElementRegistry, EventBus, ServiceLookup } from '../diagram/services';
import { translateTitles } from '../diagram/translate/titles';
import type { Island } from '../island/config';
import { fetchText } from '../island/server';
import { checkDiagram, publishDiagram } from './actions';
import { fetchCatalogue } from './catalogue';
import { DiagramText } from './diagramText';
import { showShortcuts } from './dialogs/shortcuts';
import { downloadFile } from './download';
import { Drafting } from './drafts/Drafting';
import { type Draft, DraftServer } from './drafts/draftServer';
import { emptyDiagram } from './emptyDiagram';
import { learnFunctions } from './feel/knowledge';
import { FindingsPanel } from './findings/FindingsPanel';
import { fixFor } from './fixes';
import { buildFrame } from './frame';
import type { ImportWarning } from './importGuard';
import { LiveChecks } from './live/liveChecks';
import { createModeler } from './modeler';
import { PublicationServer } from './publishing/publicationServer';
import { DiagramServer } from './server';
import type { DesignerSettings } from './settings';
import { bindToolbar, enableActions } from './toolbar';

/** The palette lies over the left edge of the canvas: the diagram keeps clear of it. */
const MARGINS = { top: 30, right: 40, bottom: 50, left: 130 };

/** Opens the person's draft, else the published diagram. Raises when it or the catalogue cannot be fetched or read. */
export async function openDesigner({ settings, target }: Island<DesignerSettings>): Promise<void> {
  const drafts = new DraftServer(settings.draftUrl);
  const [catalogue, draft] = await Promise.all([fetchCatalogue(settings.catalogueUrl), drafts.read()]);
  const xml = draft?.content ?? (await publishedText(settings));
  const modeler = createModeler(buildFrame(target), catalogue, settings.expressionsUrl);
  const services = modeler as unknown as ServiceLookup;
  window.__designer = modeler;
  translateTitles();
  const panel = new FindingsPanel(services, (finding) => fixFor(services, catalogue, finding));
  const diagram = new DiagramText(modeler);
  const lossy = await diagram.open(xml);
  fitWithMargins(services, MARGINS);
  followSelection(services);
  if (lossy.length) return refuseSaving(panel, lossy);
  new Session(modeler, settings, panel, diagram).begin(drafts, draft);
}

function publishedText(settings: DesignerSettings): string | Promise<string> {
  return settings.xmlUrl ? fetchText(settings.xmlUrl) : emptyDiagram(settings.processKey);
}

/** A row of a table on the page that names an element selects it. */
function followSelection(services: ServiceLookup): void {
  onRowChosen((id) => {
    const element = services.get<ElementRegistry>('elementRegistry').get(id);
    if (element) services.get<{ select(item: unknown): void }>('selection').select(element);
  });
}

/** A diagram that was not read completely must not be saved: what was not read would be lost. */
function refuseSaving(panel: FindingsPanel, lossy: ImportWarning[]): void {
  enableActions(['check', 'publish', 'download', 'undo', 'redo', 'search'], false);
  const findings = lossy.map((warning) => ({ severity: 'error', message: warning.message, element_id: null }));
  panel.show('这个流程图没有完整读入，保存会丢失内容，所以不能检查、发布和下载。请让系统管理员看下面的原因。', 'bad', findings);
}

/** What happens on the page after the diagram was opened. */
class Session {
  private readonly services: ServiceLookup;
  private readonly server: DiagramServer;
  private readonly live: LiveChecks;
  private readonly saveXml = (): Promise<string> => this.diagram.text();

  constructor(
    modeler: Modeler,
    private readonly settings: DesignerSettings,
    private readonly panel: FindingsPanel,
    private readonly diagram: DiagramText,
  ) {
    this.services = modeler as unknown as ServiceLookup;
    this.server = new DiagramServer(settings);
    this.live = new LiveChecks(this.services, this.server, panel, this.saveXml);
  }

  begin(drafts: DraftServer, draft: Draft | null): void {
    const drafting = new Drafting(drafts, this.drafted(), draft);
    this.bindActions(drafting);
    if (this.settings.readonly) enableActions(['publish'], false);
    void this.live.ask();
    const quietly = (error: unknown): void => console.warn('the designer works without', error);
    void drafting.begin().catch(quietly);
    void learnFunctions(this.services).catch(quietly);
  }

  private drafted(): ConstructorParameters<typeof Drafting>[1] {
    return {
      services: this.services,
      saveXml: this.saveXml,
      newest: this.settings.version ?? null,
      replace: async (xml) => {
        const lossy = await this.diagram.open(xml);
        fitWithMargins(this.services, MARGINS);
        if (lossy.length) refuseSaving(this.panel, lossy);
        else void this.live.ask();
      },
    };
  }

  private bindActions(drafting: Drafting): void {
    const stack = this.services.get<{ undo(): void; redo(): void; canUndo(): boolean; canRedo(): boolean }>('commandStack');
    const publications = new PublicationServer(this.settings.publicationUrl, this.server.fileName());
    const showStack = (): void => {
      enableActions(['undo'], stack.canUndo());
      enableActions(['redo'], stack.canRedo());
    };
    bindToolbar(
      {
        check: () => {
          this.live.giveUp();
          return checkDiagram(this.server, this.panel, this.saveXml);
        },
        publish: async () => {
          this.live.giveUp();
          if (await publishDiagram(publications, this.panel, this.saveXml)) drafting.published();
        },
        undo: () => stack.undo(),
        redo: () => stack.redo(),
        'zoom-fit': () => fitWithMargins(this.services, MARGINS),
        // After this click, which would close the search again.
        search: () => void window.setTimeout(() => this.services.get<{ toggle(): void }>('searchPad').toggle()),
        shortcuts: showShortcuts,
        download: async () => downloadFile(this.server.fileName(), await this.saveXml()),
      },
      (message) => this.panel.show(message, 'bad'),
    );
    this.services.get<EventBus>('eventBus').on('commandStack.changed', showStack);
    showStack();
  }
}
