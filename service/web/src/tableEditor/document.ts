import type EditingManager from 'dmn-js-shared/lib/base/EditingManager';
import type { TableServices } from './library';

/** The table being edited, as a file. While nothing is changed it is the file that was opened, byte for byte. */
export class TableDocument {
  private source = '';

  constructor(
    private readonly manager: EditingManager,
    private readonly decisionId: string,
  ) {}

  /** Opens the file at its decision. Raises when it was not read completely, or the decision is no table. */
  async open(source: string): Promise<void> {
    const { warnings } = await this.manager.importXML(source, { open: false });
    if (warnings.length) throw new Error('决策表没有完整读入，保存会丢失内容，所以不能在这里修改');
    const view = this.manager.getViews().find((each) => each.element.id === this.decisionId);
    if (!view) throw new Error('这个决策是表达式而不是表格，请下载文件修改');
    await this.manager.open(view);
    this.source = source;
  }

  services(): TableServices {
    const viewer = this.manager.getActiveViewer();
    if (!viewer) throw new Error('没有打开的决策表');
    return viewer as unknown as TableServices;
  }

  isChanged(): boolean {
    return this.services().get('commandStack')._stackIdx >= 0;
  }

  async text(): Promise<string> {
    return this.isChanged() ? (await this.manager.saveXML({ format: true })).xml : this.source;
  }
}
