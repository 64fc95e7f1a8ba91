import type { Finding } from '../designer/findings/finding';
import { csrfToken } from '../island/server';

export interface InputColumn {
  id: string;
  label: string;
  type: string;
  /** The data that the column reads: what a test has to give. */
  names: string[];
}

export interface OutputColumn {
  name: string;
  label: string;
  type: string;
}

export interface Region {
  cells: string[];
  sentence: string;
  /** One value per input column. */
  example: unknown[];
}

/** What the server says of a table and its tests; `table` is null when the file does not read. */
export interface Analysis {
  findings: Finding[];
  table: { policy: string; inputs: InputColumn[]; outputs: OutputColumn[]; rules: { id: string; number: number }[] } | null;
  coverage: {
    gaps: Region[] | null;
    overlaps: { first: number; second: number; first_id: string; second_id: string; sentence: string; matters: boolean }[];
    hidden: { id: string; number: number }[];
    undecided: { sentence: string; rule_id: string | null }[];
    truncated: boolean;
  } | null;
  tested: { name: string; rules: string[]; difference: string | null }[];
}

/** Asks the server what the table leaves open, what it decides twice, and how its tests go. Nothing is stored. */
export async function askAnalysis(url: string, table: string, tests: string | null): Promise<Analysis> {
  const form = new FormData();
  form.append('content', table);
  if (tests !== null) form.append('tests', tests);
  const response = await fetch(url, {
    method: 'POST',
    body: form,
    credentials: 'same-origin',
    headers: { 'X-CSRFToken': csrfToken(), Accept: 'application/json' },
  });
  if (!response.ok) throw new Error(`服务器没有给出分析（${response.status}）`);
  return (await response.json()) as Analysis;
}
