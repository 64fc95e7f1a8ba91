import { button, labelled, make, moment } from './dom';
import { RealForm } from './realForm';
import type { ElementFacts, OpenElement, OutputFacts, Step, TryingSettings, Values } from './settings';
import { QuickValues } from './values';

export interface ChoiceActs {
  settings: TryingSettings;
  /** Called processes run for real: their tasks are offered, not their end. */
  realChildren: boolean;
  /** Makes the step and lets it happen; what cannot be made is told in a sentence. */
  take(step: () => Step): void;
}

const CLOCKS: [string, string][] = [
  ['+1 working day', '下一个工作日'],
  ['+3 working days', '三个工作日后'],
  ['+5 working days', '五个工作日后'],
  ['+10 days', '十天后'],
  ['+30 days', '三十天后'],
];

/** One card per thing that waits: what happens there is the next step. A move of the clock is always possible. */
export function showChoices(holder: HTMLElement, open: OpenElement[], acts: ChoiceActs): void {
  const seen = new Set<string>();
  const cards = open
    .filter((element) => !repeated(element, seen))
    .map((element) => card(element, acts))
    .filter((each): each is HTMLElement => each !== null);
  holder.replaceChildren(...cards, clockCard(acts));
}

/** Copies of one activity that differ in nothing are offered once. */
function repeated(element: OpenElement, seen: Set<string>): boolean {
  const key = JSON.stringify([element.kind, element.id, element.item, element.message]);
  if (seen.has(key)) return true;
  seen.add(key);
  return false;
}

function card(element: OpenElement, acts: ChoiceActs): HTMLElement | null {
  if (element.kind === 'task') return taskCard(element, acts);
  if (element.kind === 'call_activity') return acts.realChildren ? null : childCard(element, acts);
  if (element.message) return messageCard(element, acts);
  if (element.due_at) return timerCard(element, acts);
  return null;
}

function frame(element: OpenElement, facts: string[], ...parts: (HTMLElement | null)[]): HTMLElement {
  const item = element.item === null ? '' : `（${typeof element.item === 'string' ? element.item : JSON.stringify(element.item)}）`;
  return make(
    'fieldset',
    { class: 'zd-choice', 'data-choice': element.id },
    make('legend', {}, `${element.name}${item}`),
    make('p', { class: 'zd-hint' }, facts.filter(Boolean).join('　')),
    ...parts,
  );
}

function taskCard(element: OpenElement, acts: ChoiceActs): HTMLElement {
  const quick = new QuickValues(factsOf(acts, element));
  const by = make('input', { class: 'form-control', maxlength: '60' });
  const base = (): Step => ({
    task: element.id,
    ...(element.item === null ? {} : { item: element.item }),
    ...(by.value.trim() ? { by: by.value.trim() } : {}),
  });
  const done = button('办结', () => acts.take(() => ({ ...base(), ...said('outputs', quick.read()) })), 'btn-primary');
  const form = element.form === null ? null : realFormPart(element.form, acts, (answers) => acts.take(() => ({ ...base(), answers })));
  return frame(
    element,
    [element.post ?? '', element.due_on ? `期限 ${element.due_on}` : ''],
    quick.element,
    labelled('由谁办理（同名即同一人，不填由在岗人员办理）', by),
    make('div', { class: 'zd-actions' }, done),
    form,
  );
}

function realFormPart(key: string, acts: ChoiceActs, take: (answers: Values) => void): HTMLElement {
  const holder = make('div', {});
  const part = make('details', {}, make('summary', {}, '用真实表单填写'), holder);
  let form: RealForm | null = null;
  part.addEventListener('toggle', () => {
    if (part.open && !form) {
      form = new RealForm(acts.settings, key, holder, take);
      void form.show();
    }
  });
  return part;
}

function childCard(element: OpenElement, acts: ChoiceActs): HTMLElement {
  const quick = new QuickValues(factsOf(acts, element));
  const done = button(
    '子流程结束',
    () => acts.take(() => ({ child: element.id, ...said('outputs', quick.read()) })),
    'btn-primary',
  );
  return frame(element, ['子流程由替身代替，填它带回的结果'], quick.element, make('div', { class: 'zd-actions' }, done));
}

function messageCard(element: OpenElement, acts: ChoiceActs): HTMLElement {
  const outputs = element.outputs.map((name) => ({ name, label: name, type: 'text', choices: [] }));
  const quick = new QuickValues(outputs);
  const message = element.message ?? '';
  const done = button('收到消息', () => acts.take(() => ({ message, ...said('variables', quick.read()) })), 'btn-primary');
  return frame(element, [`等待消息 ${message}`], quick.element, make('div', { class: 'zd-actions' }, done));
}

function timerCard(element: OpenElement, acts: ChoiceActs): HTMLElement {
  const done = button('时间到', () => acts.take(() => ({ clock: `timer ${element.id}` })), 'btn-primary');
  return frame(element, [`定时 ${moment(element.due_at ?? '')}`], make('div', { class: 'zd-actions' }, done));
}

function clockCard(acts: ChoiceActs): HTMLElement {
  const own = make('input', { class: 'form-control', placeholder: '+3 working days 或 2026-10-09' });
  const moves = CLOCKS.map(([clock, words]) => button(words, () => acts.take(() => ({ clock }))));
  const go = button('拨时钟', () => own.value.trim() && acts.take(() => ({ clock: own.value.trim() })), 'btn-primary');
  return make(
    'fieldset',
    { class: 'zd-choice', 'data-choice': 'clock' },
    make('legend', {}, '拨时钟'),
    make('div', { class: 'zd-actions' }, ...moves),
    labelled('自定', own),
    make('div', { class: 'zd-actions' }, go),
  );
}

/** The outputs of an element with their labels and choices, where the page knows them; else only their names. */
function factsOf(acts: ChoiceActs, element: OpenElement): OutputFacts[] {
  const known: ElementFacts | undefined =
    element.process === acts.settings.key ? acts.settings.elements.find((each) => each.id === element.id) : undefined;
  return element.outputs.map(
    (name) => known?.outputs.find((each) => each.name === name) ?? { name, label: name, type: 'text', choices: [] },
  );
}

function said(name: 'outputs' | 'variables', values: Values): Partial<Step> {
  return Object.keys(values).length ? { [name]: values } : {};
}
