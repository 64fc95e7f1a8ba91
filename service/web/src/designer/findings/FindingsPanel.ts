import type { ElementRegistry, Overlays, ServiceLookup } from '../../diagram/services';
import { topEdgeCentre } from '../../diagram/topEdge';
import type { Fix } from '../fixes';
import { type Finding, severityClass, severityWord } from './finding';
import { playButton } from './play';
import { countProblems } from './problemCounts';

const OVERLAY = 'zhida-finding';
const MARK = { width: 46, height: 20 };

interface Selection {
  select(element: unknown): void;
}

/** Shows findings as a list (`[data-findings]`) and as marks on the diagram; a click leads to the element. */
export class FindingsPanel {
  private readonly list = document.querySelector<HTMLElement>('[data-findings]');

  private isFolded = false;
  private redraw: () => void = () => undefined;

  /** `fixFor` knows the change that certainly removes a finding, if there is one. */
  constructor(
    private readonly services: ServiceLookup,
    private readonly fixFor: (finding: Finding) => Fix | null = () => null,
  ) {}

  /** Replaces what is shown by a sentence and these findings. `tone` is good, warning, bad or info. */
  show(summary: string, tone: string, findings: Finding[] = []): void {
    this.services.get<Overlays>('overlays').remove({ type: OVERLAY });
    this.mark(findings);
    if (!this.list) return;
    this.list.hidden = false;
    const line = this.summary(summary, tone);
    if (findings.length) line.append(this.foldButton());
    this.list.replaceChildren(line, ...(findings.length && !this.isFolded ? [this.items(findings)] : []));
    this.redraw = () => this.show(summary, tone, findings);
  }

  /** Shows what a check while drawing found: counts and the list. */
  showLive(findings: Finding[]): void {
    const { text, tone } = countProblems(findings);
    this.show(text, tone, findings);
  }

  private foldButton(): HTMLElement {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'zd-fold';
    button.textContent = this.isFolded ? '展开' : '收起';
    button.setAttribute('aria-expanded', String(!this.isFolded));
    button.addEventListener('click', () => {
      this.isFolded = !this.isFolded;
      this.redraw();
      this.list?.querySelector<HTMLElement>('.zd-fold')?.focus();
    });
    return button;
  }

  private summary(text: string, tone: string): HTMLElement {
    const line = document.createElement('div');
    line.className = `zd-findings-summary is-${tone}`;
    const words = document.createElement('span');
    words.setAttribute('role', 'status');
    words.textContent = text;
    line.append(words);
    return line;
  }

  private items(findings: Finding[]): HTMLElement {
    const list = document.createElement('ul');
    list.append(...findings.map((finding) => this.item(finding)));
    return list;
  }

  private item(finding: Finding): HTMLElement {
    const item = document.createElement('li');
    const severity = document.createElement('span');
    severity.className = `zd-badge ${severityClass(finding)}`;
    severity.textContent = severityWord(finding);
    item.append(severity, this.elementOf(finding) ? this.link(finding) : plain(finding));
    const play = playButton(this.services, finding);
    if (play) item.append(play);
    const fix = this.fixFor(finding);
    if (fix) item.append(fixButton(fix));
    return item;
  }

  private link(finding: Finding): HTMLElement {
    const link = document.createElement('button');
    link.type = 'button';
    link.textContent = finding.message;
    link.dataset.findingElement = finding.element_id ?? '';
    link.addEventListener('click', () => this.reveal(finding));
    return link;
  }

  private reveal(finding: Finding): void {
    const element = this.elementOf(finding);
    if (!element) return;
    this.services.get<Selection>('selection').select(element);
    this.services.get<{ scrollToElement(element: unknown, margin: number): void }>('canvas').scrollToElement(element, 120);
  }

  private elementOf(finding: Finding) {
    return this.services.get<ElementRegistry>('elementRegistry').get(finding.element_id ?? '');
  }

  private mark(findings: Finding[]): void {
    for (const [elementId, found] of byElement(findings)) {
      const element = this.services.get<ElementRegistry>('elementRegistry').get(elementId);
      const first = found[0];
      if (!element || !first || element.type === 'bpmn:Process' || element.type === 'bpmn:Collaboration') continue;
      const position = topEdgeCentre(element, MARK.width, MARK.height);
      this.services.get<Overlays>('overlays').add(elementId, OVERLAY, { position, html: markOf(first, found) });
    }
  }
}

function fixButton(fix: Fix): HTMLElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'zd-fix';
  button.textContent = fix.label;
  button.addEventListener('click', () => fix.apply());
  return button;
}

function byElement(findings: Finding[]): Map<string, Finding[]> {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    if (!finding.element_id) continue;
    groups.set(finding.element_id, [...(groups.get(finding.element_id) ?? []), finding]);
  }
  return groups;
}

function markOf(first: Finding, findings: Finding[]): HTMLElement {
  const worst = findings.find((finding) => finding.severity === 'error') ?? first;
  const mark = document.createElement('span');
  mark.className = `zd-finding-mark ${severityClass(worst)}`;
  mark.textContent = findings.length > 1 ? `${severityWord(worst)} ${findings.length}` : severityWord(worst);
  mark.title = findings.map((finding) => finding.message).join('\n');
  return mark;
}

function plain(finding: Finding): HTMLElement {
  const text = document.createElement('span');
  text.textContent = finding.message;
  return text;
}
