/** One comparison of a condition: a name, how it is compared, and the FEEL literal or name it is compared with. */
export interface ConditionRow {
  name: string;
  operator: Operator;
  value: string;
}

/** A condition of plain comparisons that all hold (`and`) or of which one holds (`or`). */
export interface Condition {
  join: 'and' | 'or';
  rows: ConditionRow[];
}

export type Operator = '=' | '!=' | '>' | '>=' | '<' | '<=' | 'empty' | 'filled';

export const OPERATORS: { value: Operator; label: string }[] = [
  { value: '=', label: '等于' },
  { value: '!=', label: '不等于' },
  { value: '>', label: '大于' },
  { value: '>=', label: '大于等于' },
  { value: '<', label: '小于' },
  { value: '<=', label: '小于等于' },
  { value: 'empty', label: '没有填' },
  { value: 'filled', label: '已经填了' },
];

const NAME = '[\\p{L}_][\\p{L}\\p{N}_]*(?:\\.[\\p{L}_][\\p{L}\\p{N}_]*)*';
const LITERAL = `"[^"\\\\]*"|-?\\d+(?:\\.\\d+)?|date\\("[^"\\\\]*"\\)|${NAME}`;
const ROW = new RegExp(`^(${NAME})\\s*(=|!=|>=|<=|>|<)\\s*(${LITERAL})$`, 'u');
const WORDS = new Set(['and', 'or', 'not', 'if', 'then', 'else', 'for', 'in', 'some', 'every', 'between']);

/** The rows of a condition (with or without `=` in front); null when it is more than plain comparisons. */
export function readCondition(text: string): Condition | null {
  const expression = text.replace(/^=/, '').trim();
  if (!expression) return { join: 'and', rows: [] };
  const { parts, joins } = split(expression);
  if (new Set(joins).size > 1) return null;
  const rows = parts.map(readRow);
  if (rows.some((row) => row === null)) return null;
  return { join: joins[0] ?? 'and', rows: rows as ConditionRow[] };
}

/** The condition as FEEL, without `=` in front; rows that are not filled in yet are left out. */
export function writeCondition({ join, rows }: Condition): string {
  return rows.map(writeRow).filter(Boolean).join(` ${join} `);
}

/** True when the row says something already. */
export function isComplete(row: ConditionRow): boolean {
  return writeRow(row) !== '';
}

function writeRow({ name, operator, value }: ConditionRow): string {
  if (!name) return '';
  if (operator === 'empty') return `${name} = null`;
  if (operator === 'filled') return `${name} != null`;
  return value ? `${name} ${operator} ${value}` : '';
}

function readRow(part: string): ConditionRow | null {
  const [, name = '', operator = '', value = ''] = ROW.exec(part) ?? [];
  if (!name || WORDS.has(name) || WORDS.has(value)) return null;
  if (value !== 'null') return { name, operator: operator as Operator, value };
  if (operator !== '=' && operator !== '!=') return null;
  return { name, operator: operator === '=' ? 'empty' : 'filled', value: '' };
}

/** Cuts at the words `and` and `or` that stand outside of texts. (Brackets never read as a row, so they need no care.) */
function split(expression: string): { parts: string[]; joins: Condition['join'][] } {
  const pieces = expression.split(/("(?:[^"\\]|\\.)*")/);
  const parts = [''];
  const joins: Condition['join'][] = [];
  for (const piece of pieces) {
    const cut = piece.startsWith('"') ? [piece] : piece.split(/\s+(and|or)\s+/);
    cut.forEach((text, index) => {
      if (index % 2) {
        joins.push(text as Condition['join']);
        parts.push('');
      } else parts[parts.length - 1] += text;
    });
  }
  return { parts: parts.map((part) => part.trim()), joins };
}

/** A literal as a person types it: texts without their quotes. */
export function shownValue(literal: string): string {
  const text = /^"([^"\\]*)"$/.exec(literal);
  const day = /^date\("([^"\\]*)"\)$/.exec(literal);
  return text?.[1] ?? day?.[1] ?? literal;
}

/** What a person typed as a FEEL literal: by the type of the name, else by its look. A text keeps no quotes of its own. */
export function literalOf(typed: string, type: string): string {
  const text = typed.trim();
  if (!text) return '';
  if (type === 'date' || (!type && /^\d{4}-\d\d-\d\d$/.test(text))) return `date("${text}")`;
  if (type === 'text') return quoted(text);
  if (/^-?\d+(\.\d+)?$/.test(text) || text === 'true' || text === 'false') return text;
  return quoted(text);
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '')}"`;
}
