import type { ModdleElement } from '../../diagram/services';
import type { TimerKind } from '../model/timerPlan';
import { choiceField, feelField, type PanelEntry } from './entries';
import { group, type GroupBuilder, type PanelContext } from './group';
import { timerDefinition, timerWords } from './timerWords';

const KINDS: { value: TimerKind; label: string; hint: string }[] = [
  { value: 'timeDuration', label: '过一段时间', hint: '如 P5D（5 天）、PT2H（2 小时）；按表达式算时先点 fx。' },
  { value: 'timeDate', label: '到某个时间', hint: '如 2026-11-30T17:30:00+08:00；按表达式算时先点 fx，如 working days after(today(), 5)' },
  { value: 'timeCycle', label: '反复', hint: '如 R3/P1D（每天一次，共三次）。' },
];

/** 时限: a literal ISO 8601 value, or an expression that starts with `=`. */
export const timerGroup: GroupBuilder = (context) => {
  const definition = timerDefinition(context.element);
  if (!definition) return null;
  const kind = KINDS.find((item) => definition.get(item.value) !== undefined);
  const words = timerWords(context, {
    text: kind ? { kind: kind.value, body: bodyOf(definition, kind.value) } : null,
    store: (text) => store(context, definition, text.kind, text.body),
  });
  const entries = [...words, kindEntry(context, definition, kind?.value ?? '')];
  if (kind) entries.push(valueEntry(context, definition, kind));
  return group('zhida-timer', '时限', entries);
};

function bodyOf(definition: ModdleElement, kind: string): string {
  return definition.get<ModdleElement | undefined>(kind)?.get<string | undefined>('body') ?? '';
}

function store({ element, editor }: PanelContext, definition: ModdleElement, kind: string, body: string): void {
  const properties: Record<string, unknown> = { timeDuration: undefined, timeDate: undefined, timeCycle: undefined };
  if (kind) properties[kind] = editor.create('bpmn:FormalExpression', { body: body || undefined }, definition);
  editor.update(element, definition, properties);
}

function kindEntry(context: PanelContext, definition: ModdleElement, kind: string): PanelEntry {
  return choiceField({
    id: 'zhida-timer-kind',
    label: '时限种类（自己写时选）',
    choices: KINDS.map(({ value, label }) => ({ value, label })),
    get: () => kind,
    set: (value) => store(context, definition, value ?? '', ''),
  });
}

function valueEntry(context: PanelContext, definition: ModdleElement, kind: (typeof KINDS)[number]): PanelEntry {
  return feelField({
    id: 'zhida-timer-value',
    label: '时限取值',
    description: kind.hint,
    feel: 'optional',
    kind: kind.value,
    get: () => bodyOf(definition, kind.value),
    set: (value) => store(context, definition, kind.value, value ?? ''),
  });
}
