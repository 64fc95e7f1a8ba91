// Evaluates the shared table with feelin. Usage: node ask_feelin.mjs <folder of feelin> < cases.json > answers.json
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const { evaluate, unaryTest } = await import(pathToFileURL(join(process.argv[2], 'dist', 'index.js')));
const table = JSON.parse(readFileSync(0, 'utf8'));

function written(value) {
  if (value === undefined || value === null) return null;
  if (typeof value === 'function') return '@function';
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(written);
  const kind = value[Symbol.toStringTag] || value.constructor?.name || '';
  if (kind === 'Object') return Object.fromEntries(Object.entries(value).map(([ key, each ]) => [ key, written(each) ]));
  return kind === 'Range' ? '@range' : '@' + String(value);
}

function answer(row) {
  try {
    const result = 'expression' in row
      ? evaluate(row.expression, table.context)
      : unaryTest(row.test, { ...table.context, '?': row.input });
    return { value: written(result.value) };
  } catch (error) {
    return { error: String(error.message).split('\n')[0] };
  }
}

process.stdout.write(JSON.stringify(table.cases.map(answer)));
