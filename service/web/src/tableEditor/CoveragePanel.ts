import type { Analysis, Region } from './analysis';

export interface CoverageActions {
  /** Puts a new row with these conditions into the table. */
  addRow(cells: string[]): void;
  /** Puts a new test with the example of the region beside the table. */
  addTest(region: Region): void;
  reveal(ruleId: string): void;
}

/** What the table leaves open and what it decides twice, each with what can be done about it. */
export class CoveragePanel {
  constructor(
    private readonly holder: HTMLElement,
    private readonly actions: CoverageActions,
  ) {}

  tell(analysis: Analysis): void {
    const coverage = analysis.coverage;
    if (!coverage) return this.holder.replaceChildren(line('表格有错误，改正后才能看空缺和重叠。', 'is-warning'));
    const items = [
      ...coverage.undecided.map((each) => item('无法判断', 'is-info', each.sentence, ...(each.rule_id ? [this.leadTo(each.rule_id)] : []))),
      ...(coverage.gaps ?? []).map((each) => this.gap(each)),
      ...coverage.overlaps.filter((each) => each.matters).map((each) => this.overlap(each)),
      ...coverage.hidden.map((each) => item('用不到', 'is-warning', `第 ${each.number} 行适用的输入，上面的行都已适用。`, this.leadTo(each.id))),
    ];
    const list = listOf(items);
    const allowed = coverage.overlaps.filter((each) => !each.matters).map((each) => this.overlap(each));
    const more = coverage.truncated ? [line('还有更多，改了这些再看。', 'is-info')] : [];
    this.holder.replaceChildren(...summary(coverage), ...(items.length ? [list] : []), ...folded(allowed), ...more);
  }

  private gap(region: Region): HTMLElement {
    return item(
      '空缺',
      'is-warning',
      `没有一行适用于${region.sentence}。`,
      button('补一行', () => this.actions.addRow(region.cells)),
      button('加成测试', () => this.actions.addTest(region)),
    );
  }

  private overlap(each: Overlap): HTMLElement {
    const [kind, tone] = each.matters ? ['冲突', 'is-bad'] : ['重叠', 'is-info'];
    return item(kind ?? '', tone ?? '', `第 ${each.first} 行和第 ${each.second} 行都适用于${each.sentence}。`, this.leadTo(each.second_id));
  }

  private leadTo(ruleId: string): HTMLElement {
    return button('看这一行', () => this.actions.reveal(ruleId));
  }
}

type Overlap = NonNullable<Analysis['coverage']>['overlaps'][number];

function listOf(items: HTMLElement[]): HTMLElement {
  const list = Object.assign(document.createElement('ul'), { className: 'zd-coverage' });
  list.append(...items);
  return list;
}

/** Overlaps that the hit policy allows: there for whoever asks. */
function folded(items: HTMLElement[]): HTMLElement[] {
  if (!items.length) return [];
  const details = document.createElement('details');
  const title = Object.assign(document.createElement('summary'), { textContent: `另有 ${items.length} 处重叠，按现在的命中策略不算冲突` });
  details.append(title, listOf(items));
  return [details];
}

function summary(coverage: NonNullable<Analysis['coverage']>): HTMLElement[] {
  if (coverage.gaps === null) return [];
  const clash = coverage.overlaps.some((each) => each.matters);
  if (coverage.gaps.length || clash) return [];
  return [line('每一种输入都有规则，没有冲突。', 'is-good')];
}

function line(text: string, tone: string): HTMLElement {
  return Object.assign(document.createElement('p'), { className: `zd-findings-summary ${tone}`, textContent: text });
}

function item(kind: string, tone: string, sentence: string, ...buttons: HTMLElement[]): HTMLElement {
  const made = document.createElement('li');
  made.append(Object.assign(document.createElement('span'), { className: `zd-badge ${tone}`, textContent: kind }), ` ${sentence} `, ...buttons);
  return made;
}

function button(label: string, work: () => void): HTMLButtonElement {
  const made = Object.assign(document.createElement('button'), { type: 'button', className: 'btn btn-sm btn-outline-primary', textContent: label });
  made.addEventListener('click', work);
  return made;
}
