import { type DiagramElement, type ModdleElement } from '../../diagram/services';
import { nameField } from '../feel/nameField';
import {
  firstPlan,
  readTimer,
  SPAN_UNITS,
  type SpanUnit,
  type TimerPlan,
  timerRules,
  type TimerText,
  writeTimer,
} from '../model/timerPlan';
import { choiceField, dateTimeField, numberField, type PanelEntry } from './entries';
import type { PanelContext } from './group';

const WAYS: { value: TimerPlan['way']; label: string }[] = [
  { value: 'working', label: '几个工作日后' },
  { value: 'span', label: '过几天、几小时或几个月' },
  { value: 'moment', label: '到某年某月某日某时' },
  { value: 'name', label: '到数据中的时间' },
  { value: 'every', label: '每隔一段时间反复' },
  { value: 'rule', label: '按办理时限规则' },
];

/** How a stored timer is read and a new one stored. */
export interface TimerStore {
  text: TimerText | null;
  store: (text: TimerText) => void;
}

/** The timer asked in plain words: when it is up, and the numbers that way needs. */
export function timerWords(context: PanelContext, { text, store }: TimerStore): PanelEntry[] {
  const { deadlines } = context.catalogue;
  const plan = text && readTimer(text, deadlines);
  const keep = (changed: TimerPlan): void => store(writeTimer(changed, deadlines));
  const way = choiceField({
    id: 'zhida-timer-way',
    label: '什么时候到点',
    description: text && !plan ? '现在的时限是自己写的表达式，见下面。' : undefined,
    choices: WAYS,
    get: () => plan?.way ?? '',
    set: (value) => value && keep(firstPlan(value as TimerPlan['way'], deadlines)),
  });
  return plan ? [way, ...fieldsOf(context, plan, keep)] : [way];
}

type Keep = (plan: TimerPlan) => void;

function fieldsOf(context: PanelContext, plan: TimerPlan, keep: Keep): PanelEntry[] {
  switch (plan.way) {
    case 'working':
      return workingFields(plan, keep);
    case 'span':
      return [amountField(plan, keep), unitField(plan, keep)];
    case 'every':
      return [amountField(plan, keep, '每隔'), unitField(plan, keep), timesField(plan, keep)];
    case 'moment':
      return [momentField(plan, keep)];
    case 'name':
      return [namedField(plan, keep)];
    case 'rule':
      return [ruleField(context, plan, keep)];
  }
}

function workingFields(plan: TimerPlan & { way: 'working' }, keep: Keep): PanelEntry[] {
  const edge = choiceField({
    id: 'zhida-timer-edge',
    label: '到点的时刻',
    choices: [
      { value: 'end', label: '那个工作日结束时（24:00）' },
      { value: 'start', label: '那个工作日开始时（0:00）' },
    ],
    get: () => plan.edge,
    set: (value) => keep({ ...plan, edge: value === 'start' ? 'start' : 'end' }),
  });
  const from = nameField({
    id: 'zhida-timer-from',
    label: '从哪一天起算',
    none: '到达这里的当天',
    get: () => plan.from,
    set: (value) => keep({ ...plan, from: value ?? '' }),
  });
  return [amountField(plan, keep, '工作日数'), from, edge];
}

function amountField(plan: TimerPlan & { amount: number }, keep: Keep, label = '多少'): PanelEntry {
  return numberField({
    id: 'zhida-timer-amount',
    label,
    get: () => plan.amount,
    set: (value) => value && keep({ ...plan, amount: value } as TimerPlan),
  });
}

function unitField(plan: TimerPlan & { unit: SpanUnit }, keep: Keep): PanelEntry {
  return choiceField({
    id: 'zhida-timer-unit',
    label: '单位',
    choices: SPAN_UNITS,
    get: () => plan.unit,
    set: (value) => value && keep({ ...plan, unit: value } as TimerPlan),
  });
}

function timesField(plan: TimerPlan & { way: 'every' }, keep: Keep): PanelEntry {
  return numberField({
    id: 'zhida-timer-times',
    label: '共几次（不填表示一直反复）',
    get: () => plan.times ?? undefined,
    set: (value) => keep({ ...plan, times: value ?? null }),
  });
}

function momentField(plan: TimerPlan & { way: 'moment' }, keep: Keep): PanelEntry {
  return dateTimeField({
    id: 'zhida-timer-at',
    label: '日期和时间（北京时间）',
    get: () => plan.at,
    set: (value) => keep({ ...plan, at: value ?? '' }),
  });
}

function namedField(plan: TimerPlan & { way: 'name' }, keep: Keep): PanelEntry {
  return nameField({
    id: 'zhida-timer-name',
    label: '哪一项数据',
    none: '（未选择）',
    get: () => plan.name,
    set: (value) => keep({ ...plan, name: value ?? '' }),
  });
}

function ruleField({ catalogue }: PanelContext, plan: TimerPlan & { way: 'rule' }, keep: Keep): PanelEntry {
  const rules = timerRules(catalogue.deadlines);
  return choiceField({
    id: 'zhida-timer-rule',
    label: '哪条办理时限',
    description: rules.find((rule) => rule.id === plan.id)?.meaning,
    choices: rules.map((rule) => ({ value: rule.id, label: `${rule.id} ${rule.title}` })),
    get: () => plan.id,
    set: (value) => value && keep({ ...plan, id: value }),
  });
}

/** The timer definition of an event, if it has one. */
export function timerDefinition(element: DiagramElement): ModdleElement | undefined {
  if (!element.businessObject.$instanceOf('bpmn:Event')) return undefined;
  const definitions = element.businessObject.get<ModdleElement[] | undefined>('eventDefinitions') ?? [];
  return definitions.find((item) => item.$type === 'bpmn:TimerEventDefinition');
}
