import { button, make } from './dom';
import { realForm } from './server';
import type { TryingSettings, Values } from './settings';

/** The form of a task as people meet it, drawn by the server; conditions are applied again whenever a field changes. */
export class RealForm {
  private readonly form = make('form', { class: 'zd-real-form' });
  private turn = 0;
  private readonly said = make('p', { class: 'zd-message', role: 'status' });

  constructor(
    private readonly settings: TryingSettings,
    private readonly key: string,
    holder: HTMLElement,
    private readonly take: (answers: Values) => void,
  ) {
    const send = button('按表单办结', () => void this.submit(), 'btn-primary');
    holder.replaceChildren(this.form, this.said, make('div', { class: 'zd-actions' }, send));
    this.form.addEventListener('submit', (event) => event.preventDefault());
    this.form.addEventListener('change', () => void this.show());
  }

  async show(): Promise<void> {
    await this.ask(false);
  }

  private async submit(): Promise<void> {
    const answer = await this.ask(true);
    if (answer?.accepted) this.take(answer.answers);
  }

  private async ask(check: boolean): Promise<{ accepted?: boolean; answers: Values } | null> {
    const data = new FormData(this.form);
    data.set('form-key', this.key);
    if (check) data.set('form-checked', '1');
    const turn = (this.turn += 1);
    try {
      const answer = await realForm(this.settings, data);
      if (turn !== this.turn) return null; // something newer was asked meanwhile
      this.redraw(answer.html);
      this.said.textContent = answer.accepted === false ? '表单还有内容需要修改，见各栏目下的提示。' : '';
      return answer;
    } catch (error) {
      this.said.textContent = error instanceof Error ? error.message : String(error);
      return null;
    }
  }

  /** Keeps the place of the keyboard: the field that had it gets it again. */
  private redraw(html: string): void {
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.id : '';
    const parsed = new DOMParser().parseFromString(html, 'text/html');
    this.form.replaceChildren(...parsed.body.childNodes);
    if (focused) document.getElementById(focused)?.focus();
  }
}
