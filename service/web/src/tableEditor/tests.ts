import type { Analysis, InputColumn, OutputColumn } from './analysis';

/** One test of the table: data in, the expected result out. */
export interface TableTest {
  name: string;
  inputs: Record<string, unknown>;
  expect: unknown;
}

/** The file beside the table: the tests travel with its version. Null when there is none. */
export function testsFile(decision: string, tests: TableTest[]): string | null {
  return tests.length ? `${JSON.stringify({ decision, cases: tests }, null, 2)}\n` : null;
}

export function readTests(file: string | null): TableTest[] {
  if (!file) return [];
  const { cases } = JSON.parse(file) as { cases?: TableTest[] };
  return cases ?? [];
}

/** The data the tests give, with the kind of each: what the columns read, in their order. */
export function inputNames(analysis: Analysis): { name: string; type: string }[] {
  const found = new Map<string, string>();
  for (const column of analysis.table?.inputs ?? []) {
    for (const name of column.names) if (!found.has(name)) found.set(name, kindOf(column, name));
  }
  return [...found].map(([name, type]) => ({ name, type }));
}

/** A column that reads one thing has its kind; in a longer expression anything may stand. */
function kindOf(column: InputColumn, _name: string): string {
  return column.names.length === 1 ? column.type : '';
}

/** What a person typed, as a value of this kind; null for nothing. Raises an Error with a sentence. */
export function readValue(text: string, type: string): unknown {
  const typed = text.trim();
  if (typed === '') return null;
  if (type === 'number') {
    const number = Number(typed.replace(/,/g, ''));
    if (!Number.isFinite(number)) throw new Error('请填写数字');
    return number;
  }
  if (type === 'boolean') return typed === 'true' || typed === '是';
  if (type === 'string' || type === 'date') return typed.replace(/^"(.*)"$/, '$1');
  try {
    return JSON.parse(typed);
  } catch {
    return typed;
  }
}

export function shownValue(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** A result of one column is the value itself, of several a value per column; lists stay one JSON text. */
export function expectedColumns(analysis: Analysis): OutputColumn[] {
  const table = analysis.table;
  if (!table) return [];
  const givesList = ['COLLECT', 'RULE ORDER', 'OUTPUT ORDER'].includes(table.policy);
  return givesList ? [{ name: '', label: '结果', type: '' }] : table.outputs;
}

export function expectedPart(test: TableTest, column: OutputColumn, count: number): unknown {
  if (count === 1) return test.expect;
  return ((test.expect ?? {}) as Record<string, unknown>)[column.name];
}

export function withExpected(test: TableTest, column: OutputColumn, count: number, value: unknown): TableTest {
  if (count === 1) return { ...test, expect: value };
  return { ...test, expect: { ...((test.expect ?? {}) as Record<string, unknown>), [column.name]: value } };
}
