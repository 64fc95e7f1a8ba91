/** One result of a check: what is wrong, where, and what to do. */
export interface Finding {
  code?: string;
  severity: string;
  element_id?: string | null;
  line?: number | null;
  message: string;
  /** The counter-example: ids of elements and flows in the order a run passes them. */
  path?: string[];
}

const SEVERITIES: Record<string, string> = { error: '错误', warning: '提醒', info: '说明', note: '说明' };

export function severityWord(finding: Finding): string {
  return SEVERITIES[finding.severity] ?? finding.severity;
}

/** The CSS class of a severity: is-bad, is-warning or is-info. */
export function severityClass(finding: Finding): string {
  if (finding.severity === 'error') return 'is-bad';
  return finding.severity === 'warning' ? 'is-warning' : 'is-info';
}

/** The findings in an answer of the server, wherever that kind of answer keeps them. */
export function findingsIn(body: Record<string, unknown>): Finding[] {
  const facts = (body.facts ?? {}) as Record<string, unknown>;
  const found = body.findings ?? facts.findings ?? [];
  return Array.isArray(found) ? (found as Finding[]) : [];
}
