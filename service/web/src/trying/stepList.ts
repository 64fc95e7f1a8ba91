import { badge, button, labelled, make, moment } from './dom';
import type { Result, Scenario, Snapshot, Step, Values } from './settings';
import { linesField } from './values';

export interface StepActs {
  show(step: number): void;
  remove(index: number): void;
  changed(): void;
}

/** What happened so far, step by step. Each can be looked at, changed and taken out. */
export function showSteps(holder: HTMLElement, scenario: Scenario, result: Result, at: number, acts: StepActs): void {
  const steps = scenario.steps ?? [];
  const items = [startItem(result.snapshots[0], at === 0, acts)];
  steps.forEach((step, index) => {
    items.push(item(step, index, result, at === index + 1, acts));
  });
  holder.replaceChildren(...items);
}

function startItem(snapshot: Snapshot | undefined, isHere: boolean, acts: StepActs): HTMLElement {
  const words = snapshot ? `开始　${moment(snapshot.at)}` : '开始';
  return make('li', lineOf(isHere), look(words, () => acts.show(0)), refusal(snapshot));
}

function item(step: Step, index: number, result: Result, isHere: boolean, acts: StepActs): HTMLElement {
  const snapshot = result.snapshots[index + 1];
  const words = snapshot ? `${snapshot.words}　${moment(snapshot.at)}` : `${plain(step)}（没有走到）`;
  const wrong = result.difference?.step === index + 1 ? badge('在这一步不同', 'is-bad') : null;
  return make(
    'li',
    lineOf(isHere),
    look(words, () => acts.show(index + 1)),
    wrong,
    refusal(snapshot),
    make(
      'details',
      {},
      make('summary', {}, '改这一步'),
      editor(step, snapshot, acts),
      make('div', { class: 'zd-actions' }, button('删去这一步', () => acts.remove(index), 'btn-outline-danger')),
    ),
  );
}

function lineOf(isHere: boolean): Record<string, string> {
  return isHere ? { 'aria-current': 'step' } : {};
}

function look(words: string, act: () => void): HTMLButtonElement {
  return make('button', { type: 'button', class: 'zd-step', onclick: act }, words);
}

function refusal(snapshot: Snapshot | undefined): HTMLElement | null {
  const text = snapshot?.refused ?? snapshot?.note;
  return text ? make('p', { class: 'zd-hint' }, snapshot?.refused ? `被拒绝：${text}` : text) : null;
}

function editor(step: Step, snapshot: Snapshot | undefined, acts: StepActs): HTMLElement {
  const isMessage = step.message !== undefined;
  const fields: HTMLElement[] = [];
  if (step.clock !== undefined) fields.push(text('时钟', step.clock, (value) => (step.clock = value), acts));
  if (step.clock === undefined) {
    fields.push(
      linesField(isMessage ? '消息内容' : '留下的结果', isMessage ? step.variables : step.outputs, (values) => {
        setOrDrop(step, isMessage ? 'variables' : 'outputs', values);
        acts.changed();
      }),
    );
  }
  if (step.answers !== undefined) fields.push(linesField('表单内容', step.answers, (values) => change(step, values, acts)));
  if (step.task !== undefined) {
    fields.push(text('由谁办理', step.by ?? '', (value) => setText(step, 'by', value), acts));
    fields.push(text('以这个代码拒绝（走错误边界）', step.error ?? '', (value) => setText(step, 'error', value), acts));
    fields.push(text('应被拒绝（代码）', step.refused ?? '', (value) => setText(step, 'refused', value), acts));
  }
  return make('div', {}, ...fields, openExpectation(step, snapshot, acts));
}

function change(step: Step, values: Values, acts: StepActs): void {
  step.answers = values;
  acts.changed();
}

/** What must be open after the step, with deadlines: taken from the run, so that nobody types element ids. */
function openExpectation(step: Step, snapshot: Snapshot | undefined, acts: StepActs): HTMLElement {
  const expected = step.expect?.open;
  const words = expected
    ? `这一步之后应打开：${expected.map((each) => (typeof each === 'string' ? each : `${each.task}（期限 ${each.due_on}）`)).join('、') || '没有任务'}`
    : '这一步之后打开哪些任务不作要求。';
  const take = button('以本次运行为期望', () => {
    const open = (snapshot?.open ?? []).filter((each) => each.kind === 'task');
    step.expect = {
      ...step.expect,
      open: open.map((each) => (each.due_on ? { task: each.id, due_on: each.due_on } : each.id)),
    };
    acts.changed();
  });
  const drop = button('不作要求', () => {
    delete step.expect;
    acts.changed();
  });
  return make('div', {}, make('p', { class: 'zd-hint' }, words), make('div', { class: 'zd-actions' }, take, drop));
}

function text(label: string, value: string, set: (value: string) => void, acts: StepActs): HTMLElement {
  const input = make('input', { class: 'form-control', value });
  input.addEventListener('change', () => {
    set(input.value.trim());
    acts.changed();
  });
  return labelled(label, input);
}

function setText(step: Step, name: 'by' | 'error' | 'refused', value: string): void {
  if (value) step[name] = value;
  else delete step[name];
}

function setOrDrop(step: Step, name: 'outputs' | 'variables', values: Values): void {
  if (Object.keys(values).length) step[name] = values;
  else delete step[name];
}

function plain(step: Step): string {
  return step.task ?? step.message ?? step.child ?? step.clock ?? '';
}
