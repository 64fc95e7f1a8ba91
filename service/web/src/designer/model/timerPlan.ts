/** Which property of the timer definition holds the text. */
export type TimerKind = 'timeDuration' | 'timeDate' | 'timeCycle';

/** A timer in plain words, and how it is read from and written to the file. */
export type TimerPlan =
  | { way: 'working'; amount: number; from: string; edge: 'end' | 'start' }
  | { way: 'span'; amount: number; unit: SpanUnit }
  | { way: 'moment'; at: string }
  | { way: 'name'; name: string }
  | { way: 'every'; amount: number; unit: SpanUnit; times: number | null }
  | { way: 'rule'; id: string };

export type SpanUnit = 'D' | 'W' | 'M' | 'TH' | 'TM';

export interface TimerText {
  kind: TimerKind;
  body: string;
}

/** A deadline rule with the timer text that stands for it. */
export interface TimerRule {
  id: string;
  timer?: string | null;
}

export const SPAN_UNITS: { value: SpanUnit; label: string }[] = [
  { value: 'D', label: '天（自然日）' },
  { value: 'W', label: '周' },
  { value: 'M', label: '个月' },
  { value: 'TH', label: '小时' },
  { value: 'TM', label: '分钟' },
];

const WORKING =
  /^=\s*working days after\(\s*(today\(\)|date\(([\p{L}_][\p{L}\p{N}_]*)\)|([\p{L}_][\p{L}\p{N}_]*))\s*,\s*(\d+)\s*\)\s*(\+\s*duration\("P1D"\))?$/u;
const SPAN = /^P(?:(\d+)([DWM])|T(\d+)([HM]))$/;
const CYCLE = /^R(\d*)\/(P.+)$/;
const MOMENT = /^(\d{4}-\d\d-\d\dT\d\d:\d\d)(?::00)?\+08:00$/;
const NAME = /^=\s*([\p{L}_][\p{L}\p{N}_]*)?$/u;
const FIRST: Record<TimerPlan['way'], TimerPlan> = {
  working: { way: 'working', amount: 5, from: '', edge: 'end' },
  span: { way: 'span', amount: 5, unit: 'D' },
  moment: { way: 'moment', at: '' },
  name: { way: 'name', name: '' },
  every: { way: 'every', amount: 1, unit: 'D', times: 3 },
  rule: { way: 'rule', id: '' },
};

/** What a way begins with when it is chosen: something that is right already, where there is such a thing. */
export function firstPlan(way: TimerPlan['way'], rules: TimerRule[]): TimerPlan {
  if (way === 'rule') return { way, id: timerRules(rules)[0]?.id ?? '' };
  return FIRST[way];
}

/** The rules that can be chosen: a count from today on is asked as working days, not as a rule. */
export function timerRules<Rule extends TimerRule>(rules: Rule[]): Rule[] {
  return rules.filter((rule) => rule.timer && readWorking(rule.timer)?.from !== '');
}

/** The plan a stored text stands for; null when it is written freely. */
export function readTimer({ kind, body }: TimerText, rules: TimerRule[]): TimerPlan | null {
  const text = body.trim();
  if (kind === 'timeDuration') return readSpan(text);
  if (kind === 'timeCycle') return readCycle(text);
  const rule = text && timerRules(rules).find((each) => each.timer === text);
  if (rule) return { way: 'rule', id: rule.id };
  return readWorking(text) ?? readMoment(text);
}

/** The text the engine needs for a plan. A rule without a timer text gives an empty one. */
export function writeTimer(plan: TimerPlan, rules: TimerRule[]): TimerText {
  switch (plan.way) {
    case 'working': {
      const from = plan.from ? `date(${plan.from})` : 'today()';
      const end = plan.edge === 'end' ? ' + duration("P1D")' : '';
      return { kind: 'timeDate', body: `= working days after(${from}, ${plan.amount})${end}` };
    }
    case 'span':
      return { kind: 'timeDuration', body: span(plan.amount, plan.unit) };
    case 'every':
      return { kind: 'timeCycle', body: `R${plan.times ?? ''}/${span(plan.amount, plan.unit)}` };
    case 'moment':
      return { kind: 'timeDate', body: plan.at && `${plan.at}:00+08:00` };
    case 'name':
      return { kind: 'timeDate', body: plan.name ? `= ${plan.name}` : '=' };
    case 'rule':
      return { kind: 'timeDate', body: rules.find((each) => each.id === plan.id)?.timer ?? '' };
  }
}

function span(amount: number, unit: SpanUnit): string {
  return unit.startsWith('T') ? `PT${amount}${unit.slice(1)}` : `P${amount}${unit}`;
}

function readSpan(text: string): { way: 'span'; amount: number; unit: SpanUnit } | null {
  const [whole, days, unit, hours, part] = SPAN.exec(text) ?? [];
  if (!whole) return null;
  return { way: 'span', amount: Number(days ?? hours), unit: (unit ?? `T${part}`) as SpanUnit };
}

function readCycle(text: string): TimerPlan | null {
  const [whole, times, length = ''] = CYCLE.exec(text) ?? [];
  const read = whole ? readSpan(length) : null;
  return read && { way: 'every', amount: read.amount, unit: read.unit, times: times ? Number(times) : null };
}

function readWorking(text: string): (TimerPlan & { way: 'working' }) | null {
  const [whole, , dated, plain, amount, end] = WORKING.exec(text) ?? [];
  if (!whole) return null;
  return { way: 'working', amount: Number(amount), from: dated ?? plain ?? '', edge: end ? 'end' : 'start' };
}

function readMoment(text: string): TimerPlan | null {
  if (!text) return { way: 'moment', at: '' };
  const moment = MOMENT.exec(text);
  if (moment) return { way: 'moment', at: moment[1] ?? '' };
  const name = NAME.exec(text);
  return name && { way: 'name', name: name[1] ?? '' };
}
