import { downloadFile } from '../designer/download';
import type { Finding } from '../designer/findings/finding';
import { bindToolbar, enableActions } from '../designer/toolbar';
import { Draft } from '../editing/Draft';
import { checkSummary, FindingsList } from '../editing/findings';
import { askPublication, findingsOf, type NamedFile } from '../editing/publishing';
import { Unsaved } from '../editing/unsaved';
import type { Island } from '../island/config';
import { FormDocument } from './document';
import { bindViews, buildFrame, type Frame } from './frame';
import { type FormField, modules, type Services, SubsetEditor } from './library';
import { SettingsPanel } from './panel/SettingsPanel';
import { Preview } from './preview';
import type { FormEditorSettings } from './settings';

const PAUSE_MS = 700;

/** Opens the form for editing. Raises when it cannot be read completely. */
export async function openFormEditor({ settings, target }: Island<FormEditorSettings>): Promise<void> {
  const frame = buildFrame(target);
  const editor = new SubsetEditor({ container: frame.canvas, additionalModules: modules });
  const services = editor as unknown as Services;
  window.__formEditor = editor;
  const form = new FormDocument(editor, settings.content);
  await form.open();
  window.__formDocument = form;
  const session = new Session(settings, services, form, frame);
  await session.start(editor);
}

/** What happens on the page after the form was opened. */
class Session {
  private readonly list: FindingsList;
  private readonly panel: SettingsPanel;
  private readonly unsaved = new Unsaved();
  private readonly draft: Draft;
  private pause = 0;

  constructor(
    private readonly settings: FormEditorSettings,
    private readonly services: Services,
    private readonly form: FormDocument,
    private readonly frame: Frame,
  ) {
    this.list = new FindingsList((key) => this.reveal(key));
    this.panel = new SettingsPanel(frame.panel, services, () => this.root());
    this.draft = new Draft(settings.draftUrl, settings.baseVersion, () => form.text(), () => this.unsaved.mark(false));
  }

  async start(editor: SubsetEditor): Promise<void> {
    const kept = await this.draft.find();
    if (kept) await this.form.replace(kept.content);
    await this.draft.greet(kept, (content) => this.form.replace(content));
    this.panel.draw();
    this.bindActions();
    this.bindPreview();
    editor.on('changed', () => this.changed());
    this.showStack();
    void this.check(false);
  }

  private root(): FormField {
    return this.services.get('formFieldRegistry').getAll().find((each) => each.type === 'default') as FormField;
  }

  private files(): NamedFile[] {
    return [{ name: `${this.settings.key}.form`, content: this.form.text() }];
  }

  private bindActions(): void {
    const stack = this.services.get('commandStack');
    bindToolbar(
      {
        check: () => this.check(true),
        publish: () => this.publish(),
        undo: () => stack.undo(),
        redo: () => stack.redo(),
        download: () => downloadFile(`${this.settings.key.replace('/', '_')}.form`, this.form.text()),
      },
      (message) => this.list.show(message, 'bad'),
    );
  }

  private bindPreview(): void {
    const preview = new Preview(this.frame.preview, this.settings.previewUrl, () => this.form.text());
    bindViews((view) => {
      this.frame.editor.hidden = view !== 'edit';
      this.frame.preview.hidden = view === 'edit';
      if (view === 'desk' || view === 'phone') {
        preview.show(view).catch((error: Error) => this.list.show(error.message, 'bad'));
      }
    });
  }

  private changed(): void {
    this.showStack();
    this.unsaved.mark(true);
    this.draft.touch();
    window.clearTimeout(this.pause);
    this.pause = window.setTimeout(() => void this.check(false), PAUSE_MS);
  }

  private showStack(): void {
    const stack = this.services.get('commandStack');
    enableActions(['undo'], stack.canUndo());
    enableActions(['redo'], stack.canRedo());
  }

  /** Live checks speak up only when something is wrong; asked for, they always answer. */
  private async check(isAsked: boolean): Promise<void> {
    const findings = await findingsOf(this.settings, this.files());
    this.mark(findings);
    this.panel.tell(findings);
    this.list.show(...checkSummary(findings), findings);
    if (!isAsked && !findings.length) this.list.hide();
  }

  private mark(findings: Finding[]): void {
    const wrong = new Set(findings.map((each) => each.element_id));
    for (const field of this.services.get('formFieldRegistry').getAll()) {
      const element = this.frame.canvas.querySelector(`[data-id="${CSS.escape(field.id)}"]`);
      element?.classList.toggle('has-finding', wrong.has(keyOf(field)));
    }
  }

  private reveal(key: string): boolean {
    const field = this.services.get('formFieldRegistry').getAll().find((each) => keyOf(each) === key);
    if (field) this.services.get('selection').set(field);
    return field !== undefined;
  }

  private async publish(): Promise<void> {
    this.list.show('正在发布……', 'info');
    const { isDone, sentence, tone, findings } = await askPublication(this.settings, this.files());
    this.list.show(sentence, tone, findings);
    if (!isDone) return;
    await this.draft.drop();
    this.unsaved.mark(false);
  }
}

function keyOf(field: FormField): string {
  return String(field.key ?? field.path ?? '');
}
