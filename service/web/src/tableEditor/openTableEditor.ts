import { downloadFile } from '../designer/download';
import type { Finding } from '../designer/findings/finding';
import { bindToolbar, enableActions } from '../designer/toolbar';
import { Draft } from '../editing/Draft';
import { checkSummary, FindingsList } from '../editing/findings';
import { askPublication, type NamedFile } from '../editing/publishing';
import { Unsaved } from '../editing/unsaved';
import type { Island } from '../island/config';
import { type Analysis, askAnalysis, type Region } from './analysis';
import { CoveragePanel } from './CoveragePanel';
import { TableDocument } from './document';
import { createManager } from './library';
import { markCells, revealRow } from './marks';
import type { TableEditorSettings } from './settings';
import { TestsPanel } from './TestsPanel';
import { inputNames, readTests, testsFile } from './tests';

const PAUSE_MS = 600;

/** Opens the decision table for editing. Raises when it cannot be read completely. */
export async function openTableEditor({ settings, target }: Island<TableEditorSettings>): Promise<void> {
  target.classList.add('zd-table-editor');
  const manager = createManager(target);
  window.__tableEditor = manager;
  const table = new TableDocument(manager, settings.key);
  const session = new Session(settings, table, target);
  window.__tableSession = session;
  await session.start();
}

function part(name: string): HTMLElement {
  const found = document.querySelector<HTMLElement>(`[data-${name}]`);
  if (!found) throw new Error(`The page has no [data-${name}]`);
  return found;
}

/** What happens on the page around one table. */
class Session {
  private readonly list = new FindingsList((id) => this.reveal(id));
  private readonly tests = new TestsPanel(part('table-tests'), () => this.changed('tests'));
  private readonly coverage = new CoveragePanel(part('table-coverage'), {
    addRow: (cells) => this.addRow(cells),
    addTest: (region) => this.addTest(region),
    reveal: (id) => void this.reveal(id),
  });
  private readonly unsaved = new Unsaved();
  private readonly draft: Draft;
  private readonly testsDraft: Draft;
  private analysis: Analysis | null = null;
  private pause = 0;
  private asked = 0;

  constructor(
    private readonly settings: TableEditorSettings,
    private readonly table: TableDocument,
    private readonly target: HTMLElement,
  ) {
    this.draft = new Draft(settings.draftUrl, settings.baseVersion, () => this.table.text(), () => this.unsaved.mark(false));
    this.testsDraft = new Draft(settings.testsDraftUrl, settings.testsBaseVersion, () => this.testsText() ?? '{}', () => undefined);
  }

  async start(): Promise<void> {
    const [kept, keptTests] = await Promise.all([this.draft.find(), this.testsDraft.find()]);
    await this.table.open(kept?.content ?? this.settings.content);
    this.tests.replace(readTests(keptTests?.content ?? this.settings.tests));
    const tests = keptTests && { ...keptTests, base_version: this.settings.baseVersion };
    await this.draft.greet(kept ?? tests, (content) => this.reopen(content), [this.testsDraft]);
    this.bind();
    await this.analyse();
  }

  private async reopen(content: string): Promise<void> {
    await this.table.open(content);
    await this.analyse();
  }

  /** The files as they would be published now. */
  async files(): Promise<NamedFile[]> {
    const tests = this.testsText();
    const files = [{ name: `${this.settings.key}.dmn`, content: await this.table.text() }];
    return tests === null ? files : [...files, { name: `${this.settings.key}.scenarios`, content: tests }];
  }

  private testsText(): string | null {
    return testsFile(this.settings.key, this.tests.all());
  }

  private bind(): void {
    const stack = (): { undo(): void; redo(): void } => this.table.services().get('commandStack');
    bindToolbar(
      {
        check: () => this.analyse(),
        publish: () => this.publish(),
        undo: () => stack().undo(),
        redo: () => stack().redo(),
        download: async () => downloadFile(`${this.settings.key}.dmn`, await this.table.text()),
      },
      (message) => this.list.show(message, 'bad'),
    );
    this.table.services().get('eventBus').on('commandStack.changed', () => this.changed('table'));
    this.showStack();
  }

  private changed(what: 'table' | 'tests'): void {
    this.showStack();
    this.unsaved.mark(true);
    (what === 'table' ? this.draft : this.testsDraft).touch();
    window.clearTimeout(this.pause);
    this.pause = window.setTimeout(() => {
      this.analyse().catch((error: Error) => this.list.show(error.message, 'bad'));
    }, PAUSE_MS);
  }

  private showStack(): void {
    const stack = this.table.services().get('commandStack');
    enableActions(['undo'], stack.canUndo());
    enableActions(['redo'], stack.canRedo());
  }

  private async analyse(): Promise<void> {
    const mine = ++this.asked;
    const analysis = await askAnalysis(this.settings.analysisUrl, await this.table.text(), this.testsText());
    if (mine !== this.asked) return; // a later question will be answered
    this.analysis = analysis;
    markCells(this.target, analysis.findings);
    this.list.show(...this.summary(analysis.findings), analysis.findings);
    this.coverage.tell(analysis);
    this.tests.tell(analysis);
  }

  private summary(findings: Finding[]): [string, string] {
    const failed = this.analysis?.tested.filter((each) => each.difference !== null).length ?? 0;
    const [summary, tone] = checkSummary(findings);
    if (failed && tone !== 'bad') return [`有 ${failed} 条测试不通过，改正后才能发布。`, 'bad'];
    return [summary, tone];
  }

  private addRow(cells: string[]): void {
    const modeling = this.table.services().get('modeling');
    const row = modeling.addRow({ type: 'dmn:DecisionRule' });
    const conditions = row.cells.filter((each) => each.businessObject.$type === 'dmn:UnaryTests');
    cells.forEach((text, place) => {
      const cell = conditions[place];
      if (cell && text !== '-') modeling.editCell(cell.businessObject, text);
    });
    this.reveal(row.id);
  }

  private addTest(region: Region): void {
    const inputs: Record<string, unknown> = {};
    this.analysis?.table?.inputs.forEach((column, place) => {
      const name = column.names[0];
      if (column.names.length === 1 && name) inputs[name] = region.example[place];
    });
    for (const { name } of this.analysis ? inputNames(this.analysis) : []) inputs[name] ??= null;
    this.tests.add(inputs);
  }

  private reveal(id: string): boolean {
    return revealRow(this.target, id);
  }

  private async publish(): Promise<void> {
    this.list.show('正在发布……', 'info');
    const { isDone, sentence, tone, findings } = await askPublication(this.settings, await this.files());
    this.list.show(sentence, tone, findings);
    if (!isDone) return;
    await Promise.all([this.draft.drop(), this.testsDraft.drop()]);
    this.unsaved.mark(false);
  }
}
