import type { ElementRegistry, ServiceLookup } from '../../diagram/services';
import type { FeelFunction, KnownName } from './expressionServer';

const TYPES: Record<string, string> = {
  text: '文字',
  integer: '整数',
  number: '数字',
  money: '金额（分）',
  boolean: '是否',
  date: '日期',
};

/** What a name is, for lists of names: its type, its values, and the elements that bring it. */
export function nameInfo(services: ServiceLookup, known: KnownName): string {
  const values = known.values.length ? `取值：${known.values.map(valueWord).join('、')}` : '';
  const sources = [...new Set(known.sources.map((id) => sourceWord(services, id)))].join('、');
  return [TYPES[known.type] ?? '', values, sources ? `来自${sources}` : ''].filter(Boolean).join('；');
}

/** A value as people read it. */
export function valueWord(value: string | number | boolean): string {
  if (typeof value === 'boolean') return value ? '是' : '否';
  return String(value);
}

function sourceWord(services: ServiceLookup, id: string): string {
  const element = services.get<ElementRegistry>('elementRegistry').get(id);
  if (!element || element.type === 'bpmn:Process') return '流程的启动数据';
  return `“${element.businessObject.name ?? id}”`;
}

/** How a name completes in the FEEL editor. */
export function variable(services: ServiceLookup, known: KnownName): Record<string, unknown> {
  const info = nameInfo(services, known);
  return { name: known.name, detail: TYPES[known.type], ...(info && { info: () => note(info) }) };
}

/** How a function completes in the FEEL editor. */
export function functionVariable({ name, parameters, meaning }: FeelFunction): Record<string, unknown> {
  const params = parameters.map((each) => ({ name: each }));
  return { name, type: 'function', params, info: () => note(meaning) };
}

function note(text: string): HTMLElement {
  const element = document.createElement('div');
  element.textContent = text;
  return element;
}
