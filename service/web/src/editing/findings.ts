import { type Finding, severityClass, severityWord } from '../designer/findings/finding';

/** The list of findings of a page (`[data-findings]`); a finding that names a part leads to it. */
export class FindingsList {
  private readonly list = document.querySelector<HTMLElement>('[data-findings]');

  constructor(private readonly reveal: (partId: string) => boolean) {}

  /** Replaces what is shown by a sentence and these findings. `tone` is good, warning, bad or info. */
  show(summary: string, tone: string, findings: Finding[] = []): void {
    if (!this.list) return;
    const line = document.createElement('p');
    line.className = `zd-findings-summary is-${tone}`;
    line.setAttribute('role', 'status');
    line.textContent = summary;
    const items = document.createElement('ul');
    items.append(...findings.map((finding) => this.item(finding)));
    this.list.hidden = false;
    this.list.replaceChildren(line, ...(findings.length ? [items] : []));
  }

  hide(): void {
    if (this.list) this.list.hidden = true;
  }

  private item(finding: Finding): HTMLElement {
    const item = document.createElement('li');
    const severity = document.createElement('span');
    severity.className = `zd-badge ${severityClass(finding)}`;
    severity.textContent = severityWord(finding);
    item.append(severity, finding.element_id ? this.link(finding) : plain(finding.message));
    return item;
  }

  private link(finding: Finding): HTMLElement {
    const link = document.createElement('button');
    link.type = 'button';
    link.textContent = finding.message;
    link.dataset.findingElement = finding.element_id ?? '';
    link.addEventListener('click', () => this.reveal(finding.element_id ?? ''));
    return link;
  }
}

function plain(text: string): HTMLElement {
  const span = document.createElement('span');
  span.textContent = text;
  return span;
}

/** One sentence over the findings of a check. */
export function checkSummary(findings: Finding[]): [string, string] {
  const errors = findings.filter((each) => each.severity === 'error').length;
  if (errors) return [`检查发现 ${errors} 处错误，改正后才能发布。`, 'bad'];
  if (findings.length) return [`有 ${findings.length} 条提醒，可以发布。`, 'warning'];
  return ['没有发现问题，可以发布。', 'good'];
}
