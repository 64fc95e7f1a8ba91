import { csrfToken } from '../island/server';
import type { Finding } from '../designer/findings/finding';

/** What the server says about a form that is not published yet. */
interface Answer {
  ok: boolean;
  findings: Finding[];
  html?: string;
  accepted?: boolean;
  problems?: { label: string; message: string }[];
  outputs?: Record<string, unknown>;
  rules_left_out?: boolean;
}

const WIDTHS = { desk: '100%', phone: '390px' };

/**
 * The form as people will meet it: the server draws it with its own templates, in a frame as wide as a desk or a phone.
 * What is typed stays in the frame and decides what shows; a button has the sample checked as a task would.
 */
export class Preview {
  private readonly frame = document.createElement('iframe');
  private readonly outcome = document.createElement('div');
  private isReady = false;
  private asked = 0;

  constructor(
    holder: HTMLElement,
    private readonly url: string,
    private readonly content: () => string,
  ) {
    holder.classList.add('zd-preview');
    this.frame.title = '表单预览';
    const check = Object.assign(document.createElement('button'), { type: 'button', className: 'btn btn-primary', textContent: '校验填写的样例' });
    check.addEventListener('click', () => void this.refresh(true));
    this.outcome.setAttribute('role', 'status');
    const bar = document.createElement('div');
    bar.className = 'zd-preview-bar';
    bar.append(check, this.outcome);
    holder.append(bar, this.frame);
  }

  /** Draws the form as it is now, at this width. */
  async show(width: keyof typeof WIDTHS): Promise<void> {
    this.frame.style.width = WIDTHS[width];
    await this.prepare();
    await this.refresh(false);
  }

  /** The frame's own page: the styles and the row buttons of the house, around one form. */
  private async prepare(): Promise<void> {
    if (this.isReady) return;
    const links = [...document.querySelectorAll<HTMLLinkElement>('link[rel="stylesheet"]')].filter((each) => /\/base-/.test(each.href));
    const scripts = [...document.querySelectorAll<HTMLScriptElement>('script[type="module"][src]')].filter((each) => /\/base-/.test(each.src));
    const heads = [...links, ...scripts].map((each) => each.outerHTML).join('');
    await new Promise<void>((resolve) => {
      this.frame.addEventListener('load', () => resolve(), { once: true });
      this.frame.srcdoc = `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>表单预览</title><meta name="viewport" content="width=device-width, initial-scale=1">${heads}</head><body><main class="zd-main"><div class="zd-card"><div class="zd-card-body"><form novalidate><fieldset id="form-fields"></fieldset></form></div></div></main></body></html>`;
    });
    const form = this.form();
    form?.addEventListener('submit', (event) => event.preventDefault());
    form?.addEventListener('change', () => void this.refresh(false));
    this.isReady = true;
  }

  private form(): HTMLFormElement | null {
    return this.frame.contentDocument?.querySelector('form') ?? null;
  }

  /** What the sample holds now, to tell whether somebody went on filling it in. */
  private filledIn(): string {
    const form = this.form();
    return form ? JSON.stringify([...new FormData(form)].map(([name, value]) => [name, typeof value === 'string' ? value : value.name])) : '';
  }

  private async refresh(isChecked: boolean): Promise<void> {
    const mine = ++this.asked;
    const before = this.filledIn();
    const answer = await this.ask(isChecked);
    if (mine !== this.asked) return; // a later question will be answered
    if (before !== this.filledIn()) return this.refresh(isChecked); // somebody went on: that must not be wiped out
    if (!answer.ok) return this.say(`表单有 ${answer.findings.length} 处问题，改正后才能预览：${answer.findings[0]?.message ?? ''}`, 'bad');
    const fields = this.form()?.querySelector('#form-fields');
    if (fields && this.frame.contentDocument) {
      const typing = this.frame.contentDocument.activeElement?.id;
      fields.innerHTML = answer.html ?? '';
      if (typing) this.frame.contentDocument.getElementById(typing)?.focus();
    }
    if (isChecked) this.tell(answer);
    else this.outcome.replaceChildren();
  }

  private async ask(isChecked: boolean): Promise<Answer> {
    const data = new FormData();
    data.append('form-content', this.content());
    if (isChecked) data.append('form-checked', '1');
    const form = this.form();
    for (const [name, value] of form ? new FormData(form) : []) {
      data.append(name, typeof value === 'string' ? value : value.name); // a chosen file stays on this machine
    }
    const response = await fetch(this.url, { method: 'POST', body: data, credentials: 'same-origin', headers: { 'X-CSRFToken': csrfToken(), Accept: 'application/json' } });
    if (!response.ok) throw new Error(`服务器没有画出预览（${response.status}）`);
    return (await response.json()) as Answer;
  }

  private tell(answer: Answer): void {
    if (!answer.accepted) return this.say(`按现在填的不能提交，有 ${answer.problems?.length ?? 0} 处要改，已标在表单上。`, 'bad');
    const outputs = Object.entries(answer.outputs ?? {}).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
    const data = outputs.length ? `写入流程数据：${outputs.join('，')}。` : '这张表单不写入流程数据。';
    const rest = answer.rules_left_out ? '有的栏目由系统在办理时给出，跨栏目的规则要到那时核对。' : '';
    this.say(`样例可以提交。${data}${rest}`, 'good');
  }

  private say(text: string, tone: 'good' | 'bad'): void {
    const line = document.createElement('p');
    line.className = `zd-findings-summary is-${tone}`;
    line.textContent = text;
    this.outcome.replaceChildren(line);
  }
}
