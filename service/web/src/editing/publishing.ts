import { type Finding, findingsIn } from '../designer/findings/finding';
import { postForm } from '../island/server';
import { askJson, refusal } from './api';

export interface Addresses {
  checksUrl: string;
  publicationsUrl: string;
}

/** A file as the checks and the publication take it. */
export interface NamedFile {
  name: string;
  content: string;
}

/** How asking for publication went: a sentence, its tone, and what stood in the way or remains to be thought of. */
export interface Outcome {
  isDone: boolean;
  sentence: string;
  tone: 'good' | 'warning' | 'bad';
  findings: Finding[];
}

/** What the server finds in the files, without storing anything. */
export async function findingsOf(addresses: Addresses, files: NamedFile[]): Promise<Finding[]> {
  const form = new FormData();
  for (const { name, content } of files) form.append('files', new Blob([content]), name);
  const { ok, status, body } = await postForm(addresses.checksUrl, form);
  const findings = findingsIn(body);
  if (!ok && !findings.length) throw new Error(refusal(body, status));
  return findings;
}

/** Asks for the publication of the files; where no second person has to agree, they are published at once. */
export async function askPublication(addresses: Addresses, files: NamedFile[]): Promise<Outcome> {
  const comment = document.querySelector<HTMLInputElement>('[data-publish-comment]')?.value.trim() ?? '';
  if (!comment) return { isDone: false, sentence: '请先写明这次修改的原因，再发布。', tone: 'warning', findings: [] };
  const { ok, status, body } = await askJson('POST', addresses.publicationsUrl, { files, comment });
  if (!ok) return { isDone: false, sentence: refusal(body, status), tone: 'bad', findings: findingsIn(body) };
  const assessment = (body.assessment ?? {}) as Record<string, unknown>;
  const sentence =
    body.state === 'published'
      ? '已发布新版本。已经打开的任务仍用原来的版本。'
      : '已提交发布申请，等另一位同事审批后生效；在“流程库”的发布申请里可以查看。';
  return { isDone: true, sentence, tone: 'good', findings: findingsIn(assessment) };
}
