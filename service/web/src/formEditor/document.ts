import type { SubsetEditor } from './library';
import { FormShape, type Json } from './shape';

/** The form being edited, as a file. While nothing is changed it is the file that was opened, byte for byte. */
export class FormDocument {
  private shape: FormShape;
  private untouched = '';

  constructor(
    private readonly editor: SubsetEditor,
    private source: string,
  ) {
    this.shape = new FormShape(JSON.parse(source) as Json);
  }

  /** Reads the file into the editor. Raises when the editor cannot read it completely: then it must not be saved. */
  async open(): Promise<void> {
    const { warnings } = await this.editor.importSchema(this.shape.forEditor());
    if (warnings.length) throw new Error(`表单没有完整读入（${String(warnings[0])}）`);
    const exported = this.exported();
    this.shape.rememberBaseline(exported);
    this.untouched = JSON.stringify(exported);
  }

  /** Opens another text instead (a draft, a merged version). */
  async replace(source: string): Promise<void> {
    this.source = source;
    this.shape = new FormShape(JSON.parse(source) as Json);
    await this.open();
  }

  text(): string {
    const exported = this.exported();
    if (JSON.stringify(exported) === this.untouched) return this.source;
    return `${JSON.stringify(this.shape.forFile(exported), null, 2)}\n`;
  }

  private exported(): Json {
    return this.editor.saveSchema() as Json;
  }
}
