import { type Finding, findingsIn } from '../designer/findings/finding';
import { type JsonAnswer, postForm } from '../island/server';

export interface Addresses {
  checksUrl: string;
  deploymentsUrl: string;
}

/** A file as the checks and the publication take it. */
export interface NamedFile {
  name: string;
  content: string;
}

/** What the server finds in the files, without storing anything. */
export async function findingsOf(addresses: Addresses, files: NamedFile[]): Promise<Finding[]> {
  const { ok, status, body } = await postForm(addresses.checksUrl, multipart(files));
  const findings = findingsIn(body);
  if (!ok && !findings.length) throw new Error(refusal(body, status));
  return findings;
}

/** Publishes the files as next versions, with the reason for the change. */
export function publishFiles(addresses: Addresses, files: NamedFile[], comment: string): Promise<JsonAnswer> {
  const form = multipart(files);
  form.append('comment', comment);
  return postForm(addresses.deploymentsUrl, form);
}

/** The sentence with which the server refused. */
export function refusal(body: Record<string, unknown>, status: number): string {
  const sentence = body.detail ?? body.message ?? body.title;
  return typeof sentence === 'string' && sentence ? sentence : `服务器没有接受（${status}），请稍后再试。`;
}

/** "key 第 3 版" for each definition of an answer to a publication. */
export function publishedVersions(body: Record<string, unknown>): string {
  const definitions = (body.definitions ?? []) as { key: string; version: number }[];
  return definitions.map((item) => `${item.key} 第 ${item.version} 版`).join('，');
}

/** The reason typed on the page. */
export function publicationComment(): string {
  return document.querySelector<HTMLInputElement>('[data-publish-comment]')?.value.trim() ?? '';
}

function multipart(files: NamedFile[]): FormData {
  const form = new FormData();
  for (const { name, content } of files) form.append('files', new Blob([content]), name);
  return form;
}
