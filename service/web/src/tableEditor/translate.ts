import { table } from './words';

type Replacements = Record<string, string | number>;

const CHINESE = /[\u3400-\u9fff]/;
const WORD = /[A-Za-z]{2}/;
/** Names that are said in English everywhere: hit policies, aggregations and the language itself. */
const NAMES = new Set(['FEEL', 'Unique', 'First', 'Any', 'Priority', 'Collect', 'Rule order', 'Output order']);

/** Chinese text for a text of the table library; texts the dictionary lacks are remembered for the tests. */
export function translateTable(template: string, replacements: Replacements = {}): string {
  const known = table[template];
  if (known === undefined) remember(template);
  return (known ?? template).replace(/{\s*([^}\s]+)\s*}/g, (_, name: string) => String(replacements[name] ?? `{${name}}`));
}

function remember(template: string): void {
  window.__missingTranslations ??= [];
  const isOurOwn = CHINESE.test(template) || !WORD.test(template) || NAMES.has(template);
  if (!isOurOwn && !window.__missingTranslations.includes(template)) window.__missingTranslations.push(template);
}

window.__missingTranslations ??= [];
