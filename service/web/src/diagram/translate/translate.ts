import { menus } from './menus';
import { elementTypes } from './elementTypes';
import { panel } from './panel';

type Replacements = Record<string, string | number>;

const DICTIONARY: Record<string, string> = { ...menus, ...elementTypes, ...panel };
const CHINESE = /[\u3400-\u9fff]/;
const WORD = /[A-Za-z]{2}/;

/** Chinese text for a text of the diagram libraries; texts the dictionary lacks are remembered for the tests. */
export function translate(template: string, replacements: Replacements = {}): string {
  const known = DICTIONARY[template];
  if (known === undefined) remember(template);
  return (known ?? template).replace(/{([^}]+)}/g, (_, name: string) => String(replacements[name] ?? `{${name}}`));
}

function remember(template: string): void {
  window.__missingTranslations ??= [];
  const isOurOwn = CHINESE.test(template) || !WORD.test(template);
  if (!isOurOwn && !window.__missingTranslations.includes(template)) window.__missingTranslations.push(template);
}

window.__missingTranslations ??= [];

/** The diagram-js module that replaces the libraries' own (English) translation service. */
export const translateModule = { translate: ['value', translate] };
