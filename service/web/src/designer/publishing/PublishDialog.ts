import type { JsonAnswer } from '../../island/server';
import { button, element, newDialog } from '../dialogs/dialog';
import { refusal } from '../drafts/draftServer';
import { type Finding, findingsIn } from '../findings/finding';
import { assessmentView } from './assessmentView';
import type { PublicationServer, Wish } from './publicationServer';

/** How a request for publication went. */
export interface Outcome {
  sentence: string;
  tone: 'good' | 'info' | 'bad';
  findings: Finding[];
  /** True when the text is a version now, false when it waits or was refused. */
  isPublished: boolean;
}

const MOST = { comment: 500, note: 2000 };

/** Asks why, what people will notice and from which day; shows what the publication means; hands the request in. */
export class PublishDialog {
  private readonly dialog = newDialog('发布这个流程图');
  private readonly comment = field('修改原因（写进版本记录）', 'textarea', MOST.comment);
  private readonly note = field('给使用者的说明（可不填）', 'textarea', MOST.note);
  private readonly day = field('从哪一天起生效（不填表示立即）', 'date');
  private readonly override = field('场景没有通过仍要发布的理由', 'textarea', MOST.comment);
  private readonly fault = element('p', '');
  private readonly meaning = document.createElement('section');

  constructor(
    private readonly server: PublicationServer,
    private readonly xml: string,
  ) {}

  /** Opens the dialog; answers how it went, null when it was closed without asking. */
  open(): Promise<Outcome | null> {
    this.fault.className = 'zd-fault';
    this.fault.setAttribute('role', 'alert');
    this.meaning.append(element('p', '正在评估……'));
    const row = document.createElement('div');
    row.className = 'zd-dialog-buttons';
    this.override.hidden = true;
    this.dialog.append(this.comment, this.note, this.day, this.override, this.fault, this.meaning, row);
    this.dialog.showModal();
    void this.assess();
    return new Promise((resolve) => {
      const submit = button('提交发布', () => void this.submit(submit, resolve), true);
      row.append(submit, button('取消', () => this.dialog.close()));
      this.dialog.addEventListener('close', () => resolve(null));
    });
  }

  private async assess(): Promise<void> {
    try {
      const assessment = await this.server.assess(this.xml);
      this.meaning.replaceChildren(...(assessment ? assessmentView(assessment) : []));
    } catch {
      this.meaning.replaceChildren(element('p', '没有评估成：连不上服务器。'));
    }
  }

  private async submit(submit: HTMLButtonElement, done: (outcome: Outcome) => void): Promise<void> {
    const comment = valueOf(this.comment).trim();
    if (!comment) {
      this.fault.textContent = '请先写明这次修改的原因，再发布。';
      this.comment.querySelector<HTMLElement>('textarea')?.focus();
      return;
    }
    submit.disabled = true;
    try {
      const answer = await this.server.ask(this.xml, this.wish(comment));
      if (answer.ok) done(agreed(answer.body));
      else if (this.asksForReason(answer)) return;
      else done({ sentence: refusal(answer), tone: 'bad', findings: findingsIn(answer.body), isPublished: false });
      this.dialog.close();
    } catch {
      this.fault.textContent = '没有提交成：连不上服务器。请检查网络后再试一次。';
    } finally {
      submit.disabled = false;
    }
  }

  private wish(comment: string): Wish {
    return {
      comment,
      release_note: valueOf(this.note).trim(),
      effective_on: valueOf(this.day) || null,
      override: valueOf(this.override).trim(),
    };
  }

  /** Scenarios that fail may be passed with a reason: the first refusal for them asks for it and stays open. */
  private asksForReason(answer: JsonAnswer): boolean {
    const failed = findingsIn(answer.body).filter((finding) => finding.code?.startsWith('SCENARIO_'));
    if (!failed.length || !this.override.hidden) return false;
    this.override.hidden = false;
    this.fault.textContent = failed.map((finding) => finding.message).join('');
    this.override.querySelector<HTMLElement>('textarea')?.focus();
    return true;
  }
}

function agreed(body: Record<string, unknown>): Outcome {
  const findings = findingsIn((body.assessment ?? {}) as Record<string, unknown>);
  if (body.state === 'published') {
    const sentence = `已发布：${versionsIn(body)}。已经在办的仍按原来的版本办理。`;
    return { sentence, tone: 'good', findings, isPublished: true };
  }
  const sentence =
    body.state === 'approved' ? `已登记，${String(body.effective_on)} 起生效。` : '已提交发布申请，等另一位发布人同意后生效。';
  return { sentence, tone: 'info', findings, isPublished: false };
}

/** "key 第 3 版" for each file of a request that was published. */
function versionsIn(body: Record<string, unknown>): string {
  const files = (body.files ?? []) as { key: string; based_on: Record<string, number> }[];
  return files.map(({ key, based_on }) => `${key} 第 ${(based_on[key] ?? 0) + 1} 版`).join('，');
}

function field(label: string, kind: 'textarea' | 'date', maxLength?: number): HTMLElement {
  const wrapper = document.createElement('label');
  wrapper.className = 'zd-dialog-field';
  const input = document.createElement(kind === 'date' ? 'input' : 'textarea');
  if (input instanceof HTMLInputElement) input.type = 'date';
  else input.rows = 2;
  if (maxLength) input.maxLength = maxLength;
  input.className = 'form-control';
  wrapper.append(element('span', label), input);
  return wrapper;
}

function valueOf(wrapper: HTMLElement): string {
  return wrapper.querySelector<HTMLInputElement | HTMLTextAreaElement>('input, textarea')?.value ?? '';
}
