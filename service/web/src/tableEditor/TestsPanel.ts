import type { Analysis, OutputColumn } from './analysis';
import { expectedColumns, expectedPart, inputNames, readValue, shownValue, type TableTest, withExpected } from './tests';

/** The tests of the table as a table of their own: what goes in, what is to come out, and how it went. */
export class TestsPanel {
  private tests: TableTest[] = [];
  private analysis: Analysis | null = null;

  constructor(
    private readonly holder: HTMLElement,
    private readonly onChange: () => void,
  ) {}

  all(): TableTest[] {
    return this.tests;
  }

  replace(tests: TableTest[]): void {
    this.tests = tests;
    this.draw();
  }

  /** A new test with these inputs (one per input column), to be completed with what is expected. */
  add(inputs: Record<string, unknown>): void {
    const name = freeName(this.tests.map((each) => each.name));
    this.tests = [...this.tests, { name, inputs, expect: null }];
    this.draw();
    this.onChange();
    this.holder.querySelector<HTMLElement>('tbody tr:last-child input')?.focus();
  }

  /** Shows how the tests went. What is being typed stays untouched as long as the columns are the same. */
  tell(analysis: Analysis): void {
    const sameColumns = this.analysis !== null && columnsOf(this.analysis) === columnsOf(analysis);
    this.analysis = analysis;
    if (sameColumns) this.drawResults();
    else this.draw();
  }

  private draw(): void {
    const analysis = this.analysis;
    if (!analysis?.table) return;
    const table = document.createElement('table');
    table.className = 'zd-table is-stacked';
    const head = table.createTHead().insertRow();
    const labels = ['名称', ...inputNames(analysis).map((each) => each.name), ...expectedColumns(analysis).map((each) => `应得：${each.label || each.name}`), '结果', '操作'];
    for (const label of labels) head.append(Object.assign(document.createElement('th'), { scope: 'col', textContent: label }));
    const body = table.createTBody();
    this.tests.forEach((test, place) => this.row(body.insertRow(), test, place, analysis));
    const wrap = Object.assign(document.createElement('div'), { className: 'zd-table-wrap' });
    wrap.append(table);
    const add = button('加一条测试', () => this.add({}));
    const summary = Object.assign(document.createElement('p'), { className: 'zd-test-summary' });
    summary.setAttribute('role', 'status');
    this.holder.replaceChildren(summary, ...(this.tests.length ? [wrap] : []), add);
    this.drawResults();
  }

  private row(row: HTMLTableRowElement, test: TableTest, place: number, analysis: Analysis): void {
    const put = (label: string, value: unknown, type: string, change: (value: unknown) => TableTest): void => {
      cell(row, label).append(input(`第 ${place + 1} 条：${label}`, value, type, (next) => this.change(place, change(next))));
    };
    put('名称', test.name, 'string', (value) => ({ ...this.at(place), name: String(value ?? '').slice(0, 120) || this.at(place).name }));
    for (const { name, type } of inputNames(analysis)) {
      put(name, test.inputs[name], type, (value) => ({ ...this.at(place), inputs: { ...this.at(place).inputs, [name]: value } }));
    }
    const columns = expectedColumns(analysis);
    for (const column of columns) this.expected(put, test, place, column, columns.length);
    cell(row, '结果').dataset.testResult = '';
    cell(row, '操作').append(button('删除', () => this.remove(place)));
  }

  private expected(
    put: (label: string, value: unknown, type: string, change: (value: unknown) => TableTest) => void,
    test: TableTest,
    place: number,
    column: OutputColumn,
    count: number,
  ): void {
    const label = `应得${column.label || column.name}`;
    put(label, expectedPart(test, column, count), column.type, (value) => withExpected(this.at(place), column, count, value));
  }

  private at(place: number): TableTest {
    return this.tests[place] ?? { name: '', inputs: {}, expect: null };
  }

  private change(place: number, test: TableTest): void {
    this.tests = this.tests.map((each, index) => (index === place ? test : each));
    this.onChange();
  }

  private remove(place: number): void {
    this.tests = this.tests.filter((_, index) => index !== place);
    this.draw();
    this.onChange();
  }

  private drawResults(): void {
    const analysis = this.analysis;
    if (!analysis?.table) return;
    const went = new Map(analysis.tested.map((each) => [each.name, each]));
    const numbers = new Map(analysis.table.rules.map((each) => [each.id, each.number]));
    const places = this.holder.querySelectorAll<HTMLElement>('[data-test-result]');
    this.tests.forEach((test, index) => {
      const result = went.get(test.name);
      const rules = (result?.rules ?? []).map((id) => numbers.get(id)).filter(Boolean).join('、');
      places[index]?.replaceChildren(...(result ? outcome(result.difference, rules) : ['……']));
    });
    const summary = this.holder.querySelector<HTMLElement>('.zd-test-summary');
    if (summary) summary.textContent = summaryOf(this.tests.length, analysis);
  }
}

/** A cell that says what it is when the table is stacked on a phone. */
function cell(row: HTMLTableRowElement, label: string): HTMLTableCellElement {
  const made = row.insertCell();
  made.dataset.label = label;
  return made;
}

function summaryOf(count: number, analysis: Analysis): string {
  if (!count) return '还没有测试。测试和决策表一起保存、一起发布，不通过就不能发布。';
  const failed = analysis.tested.filter((each) => each.difference !== null).length;
  const reached = new Set(analysis.tested.flatMap((each) => each.rules));
  const rules = analysis.table?.rules ?? [];
  const missed = rules.filter((each) => !reached.has(each.id)).map((each) => each.number);
  const how = failed ? `${count} 条测试有 ${failed} 条不通过。` : `${count} 条测试全部通过。`;
  return `${how}走到 ${rules.length - missed.length} / ${rules.length} 行规则${missed.length ? `，没有走到第 ${missed.join('、')} 行` : ''}。`;
}

function outcome(difference: string | null, rules: string): (HTMLElement | string)[] {
  const badge = document.createElement('span');
  badge.className = `zd-badge ${difference === null ? 'is-good' : 'is-bad'}`;
  badge.textContent = difference === null ? '通过' : '不通过';
  const said = difference ?? (rules ? `第 ${rules} 行` : '没有一行适用');
  return [badge, ` ${said}`];
}

function columnsOf(analysis: Analysis): string {
  return JSON.stringify([inputNames(analysis), expectedColumns(analysis)]);
}

function freeName(taken: string[]): string {
  let number = taken.length + 1;
  while (taken.includes(`测试 ${number}`)) number += 1;
  return `测试 ${number}`;
}

function button(label: string, work: () => void): HTMLButtonElement {
  const made = Object.assign(document.createElement('button'), { type: 'button', className: 'btn btn-sm btn-outline-primary', textContent: label });
  made.addEventListener('click', work);
  return made;
}

function input(label: string, value: unknown, type: string, change: (value: unknown) => void): HTMLElement {
  const made = type === 'boolean' ? choice() : Object.assign(document.createElement('input'), { className: 'form-control' });
  made.value = shownValue(value);
  made.setAttribute('aria-label', label);
  made.addEventListener('change', () => {
    try {
      change(readValue(made.value, type));
      made.removeAttribute('aria-invalid');
      made.title = '';
    } catch (error) {
      made.setAttribute('aria-invalid', 'true');
      made.title = error instanceof Error ? error.message : String(error);
    }
  });
  return made;
}

function choice(): HTMLSelectElement {
  const select = Object.assign(document.createElement('select'), { className: 'form-select' });
  select.append(new Option('（空）', ''), new Option('是', 'true'), new Option('否', 'false'));
  return select;
}
