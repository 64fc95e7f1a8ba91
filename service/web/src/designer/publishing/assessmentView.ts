import { element, sentences } from '../dialogs/dialog';
import { countProblems } from '../findings/problemCounts';
import type { Assessment } from './publicationServer';

/** An assessment in sentences: problems, whom it meets, what it does for the first time. */
export function assessmentView(assessment: Assessment): HTMLElement[] {
  const { text, tone } = countProblems(assessment.findings);
  const lead = element('p', text);
  lead.className = `zd-dialog-lead is-${tone}`;
  const novelties = assessment.novelties.map((novelty) => novelty.sentence);
  return [
    lead,
    element('h3', '影响'),
    sentences(assessment.impact.flatMap(impactSentences)),
    ...(novelties.length ? [element('h3', '第一次用到'), sentences(novelties)] : []),
  ];
}

function impactSentences(impact: Assessment['impact'][number]): string[] {
  if (impact.newest === null) return [`“${impact.title}”是新流程，还没有在办的件。`];
  if (!impact.instances) return [`“${impact.title}”现在没有在办的件。`];
  const all = `“${impact.title}”有 ${impact.instances} 件在办，发布后仍按原来的版本办理。`;
  const gone = impact.versions.flatMap((version) => version.elements.filter((item) => !item.kept));
  const lost = [...new Set(gone.map((item) => item.name))];
  return lost.length ? [all, `其中有件停在新版没有的环节：${lost.join('、')}。`] : [all];
}
