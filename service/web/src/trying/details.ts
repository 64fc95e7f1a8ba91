import { button, labelled, make } from './dom';
import type { ElementFacts, Expectation, Result, Scenario, ServiceAnswer, Values } from './settings';
import { linesField } from './values';

const ON_THE_PATH = ['userTask', 'callActivity', 'endEvent'];

/** What a scenario is besides its steps: name, start, results of automatic steps, and what must hold at the end. */
export function showDetails(
  holder: HTMLElement,
  scenario: Scenario,
  elements: ElementFacts[],
  result: Result | null,
  changed: () => void,
): void {
  holder.replaceChildren(
    ...starting(scenario, changed),
    services(scenario, elements, changed),
    expectation(scenario, elements, result, changed),
  );
}

function starting(scenario: Scenario, changed: () => void): HTMLElement[] {
  const name = field('场景名称', scenario.name, (value) => (scenario.name = value || scenario.name), changed);
  const note = field('为什么有这个场景', scenario.note ?? '', (value) => (scenario.note = value), changed);
  const at = make('input', { class: 'form-control', type: 'datetime-local', value: scenario.at.slice(0, 16) });
  at.addEventListener('change', () => {
    if (!at.value) return;
    scenario.at = at.value;
    changed();
  });
  const variables = linesField('开始时的数据', scenario.variables, (values) => {
    scenario.variables = values;
    changed();
  });
  const anchors = linesField('计算期限的基准日期', scenario.anchors, (values) => {
    scenario.anchors = values as Record<string, string>;
    changed();
  });
  return [name, note, labelled('从什么时候开始', at), variables, anchors, children(scenario, changed)];
}

function children(scenario: Scenario, changed: () => void): HTMLElement {
  const select = make(
    'select',
    { class: 'form-select' },
    make('option', { value: 'stubbed' }, '由替身代替，直接给出结果'),
    make('option', { value: 'real' }, '真实运行，逐步办理'),
  );
  select.value = scenario.children ?? 'stubbed';
  select.addEventListener('change', () => {
    scenario.children = select.value;
    changed();
  });
  return labelled('子流程', select);
}

function field(label: string, value: string, set: (value: string) => void, changed: () => void): HTMLElement {
  const input = make('input', { class: 'form-control', value, maxlength: '1000' });
  input.addEventListener('change', () => {
    set(input.value.trim());
    changed();
  });
  return labelled(label, input);
}

/** Automatic steps do not run for real: the scenario says what they give. Several answers, one per run, stay as they are. */
function services(scenario: Scenario, elements: ElementFacts[], changed: () => void): HTMLElement {
  const tasks = elements.filter((each) => each.kind === 'serviceTask' && each.outputs.length);
  const parts = tasks.map((task) => {
    const given = scenario.services?.[task.id];
    if (Array.isArray(given)) {
      return make('p', { class: 'zd-hint' }, `${task.name}：逐次给出 ${given.length} 个结果，请在场景文件里修改。`);
    }
    const values = given?.outputs ?? blank(task);
    return linesField(`${task.name}的结果`, values, (next) => {
      const answer: ServiceAnswer = { ...given, outputs: withoutBlanks(next) };
      scenario.services = { ...scenario.services, [task.id]: answer };
      changed();
    });
  });
  const body = parts.length ? parts : [make('p', { class: 'zd-hint' }, '这个流程没有带结果的自动环节。')];
  return make('details', {}, make('summary', {}, '自动环节的结果'), ...body);
}

function blank(task: ElementFacts): Values {
  return Object.fromEntries(task.outputs.map((each) => [each.name, null]));
}

function withoutBlanks(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}

function expectation(
  scenario: Scenario,
  elements: ElementFacts[],
  result: Result | null,
  changed: () => void,
): HTMLElement {
  const expect: Expectation = (scenario.expect ??= {});
  const ends = elements.filter((each) => each.kind === 'endEvent');
  const end = make(
    'select',
    { class: 'form-select' },
    make('option', { value: '' }, '（不作要求）'),
    ...ends.map((each) => make('option', { value: each.id }, each.name)),
  );
  end.value = expect.end ?? '';
  end.addEventListener('change', () => {
    if (end.value) expect.end = end.value;
    else delete expect.end;
    changed();
  });
  const variables = linesField('最后的数据', expect.variables, (values) => {
    if (Object.keys(values).length) expect.variables = values;
    else delete expect.variables;
    changed();
  });
  return make(
    'details',
    { open: true },
    make('summary', {}, '期望'),
    labelled('应在哪里结束', end),
    pathPart(expect, elements, result, changed),
    neverPart(expect, elements, changed),
    variables,
  );
}

function pathPart(
  expect: Expectation,
  elements: ElementFacts[],
  result: Result | null,
  changed: () => void,
): HTMLElement {
  const names = new Map(elements.map((each) => [each.id, each.name]));
  const words = expect.path?.length
    ? `应依次经过：${expect.path.map((id) => names.get(id) ?? id).join(' → ')}`
    : '经过哪些环节不作要求。';
  const take = button('以本次运行的路径为期望', () => {
    expect.path = (result?.visits ?? []).filter((each) => ON_THE_PATH.includes(each.kind)).map((each) => each.id);
    if (result?.end) expect.end = result.end;
    changed();
  });
  const drop = button('不作要求', () => {
    delete expect.path;
    changed();
  });
  return make('div', {}, make('p', { class: 'zd-hint' }, words), make('div', { class: 'zd-actions' }, take, drop));
}

function neverPart(expect: Expectation, elements: ElementFacts[], changed: () => void): HTMLElement {
  const candidates = elements.filter((each) => !each.kind.endsWith('Gateway') && each.kind !== 'startEvent');
  const boxes = candidates.map((each) => {
    const box = make('input', { type: 'checkbox', class: 'form-check-input' });
    box.checked = expect.never?.includes(each.id) ?? false;
    box.addEventListener('change', () => {
      const rest = (expect.never ?? []).filter((id) => id !== each.id);
      expect.never = box.checked ? [...rest, each.id] : rest;
      if (!expect.never.length) delete expect.never;
      changed();
    });
    return make('label', { class: 'zd-never' }, box, ` ${each.name}`);
  });
  return make(
    'details',
    {},
    make('summary', {}, `不应经过的环节（${expect.never?.length ?? 0}）`),
    make('div', { class: 'zd-never-list' }, ...boxes),
  );
}
