import { badge, button, make } from './dom';
import type { Result, Scenario } from './settings';

export interface RowActs {
  open(index: number): void;
  copy(index: number): void;
  remove(index: number): void;
}

/** The table of scenarios with their results: name, whether it passed, the first difference. */
export function showScenarios(body: HTMLElement, scenarios: Scenario[], results: Result[] | null, acts: RowActs): void {
  body.replaceChildren(...scenarios.map((scenario, index) => row(scenario, results?.[index] ?? null, index, acts)));
}

function row(scenario: Scenario, result: Result | null, index: number, acts: RowActs): HTMLElement {
  const state = result === null ? badge('未运行', 'is-neutral') : verdict(result);
  const said = result?.difference?.sentence ?? scenario.note ?? '';
  const steps = scenario.steps?.length ?? 0;
  return make(
    'tr',
    { 'data-scenario': scenario.name },
    make('th', { scope: 'row' }, scenario.name),
    make('td', { class: 'is-short' }, state),
    make('td', { class: 'is-number', 'data-label': '步数' }, String(steps)),
    make('td', {}, said),
    make(
      'td',
      { class: 'is-short text-end' },
      named(button('逐步看', () => acts.open(index)), scenario.name),
      ' ',
      named(button('复制', () => acts.copy(index)), scenario.name),
      ' ',
      named(button('删除', () => acts.remove(index), 'btn-outline-danger'), scenario.name),
    ),
  );
}

/** The buttons of every row are called alike: people who hear the page need to know whose they are. */
function named(control: HTMLButtonElement, name: string): HTMLButtonElement {
  control.append(make('span', { class: 'visually-hidden' }, `“${name}”`));
  return control;
}

export function verdict(result: Result): HTMLElement {
  return result.passed ? badge('通过', 'is-good') : badge('没有通过', 'is-bad');
}
