import type { Finding } from './finding';

/** How many problems there are, in words, and the tone to say it in. */
export function countProblems(findings: Finding[]): { text: string; tone: string } {
  const errors = findings.filter((finding) => finding.severity === 'error').length;
  const rest = findings.length - errors;
  if (!findings.length) return { text: '没有发现问题，可以发布。', tone: 'good' };
  if (!errors) return { text: `提醒 ${rest} 条，可以发布。`, tone: 'warning' };
  const more = rest ? `，提醒 ${rest} 条` : '';
  return { text: `错误 ${errors} 处${more}，改正错误后才能发布。`, tone: 'bad' };
}
