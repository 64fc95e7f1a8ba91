import { refusal } from '../editing/api';
import { csrfToken, postForm } from '../island/server';
import type { Report, Scenario, TryingSettings, Values } from './settings';

/** Sends JSON. Raises an Error with the server's sentence when it refuses. */
async function send<T>(method: string, url: string, body: unknown): Promise<T> {
  const response = await fetch(url, {
    method,
    credentials: 'same-origin',
    headers: { 'Content-Type': 'application/json', 'X-CSRFToken': csrfToken(), Accept: 'application/json' },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as Record<string, unknown>;
  if (!response.ok) throw new Error(refusal(answer, response.status));
  return answer as T;
}

/** Runs scenarios without storing anything; own drafts of the diagram, its forms and tables count. */
export function runScenarios(settings: TryingSettings, scenarios: Scenario[]): Promise<Report> {
  const content = JSON.stringify({ process: settings.key, scenarios });
  return send<Report>('POST', settings.runsUrl, { content, drafts: settings.drafts });
}

/** A scenario made of an ended case. */
export async function recordCase(settings: TryingSettings, instanceId: string, name: string): Promise<Scenario> {
  const body = { instance_id: instanceId, name };
  return (await send<{ scenario: Scenario }>('POST', settings.recordingsUrl, body)).scenario;
}

/** Keeps the file as the person's draft; the new revision. */
export async function saveDraft(settings: TryingSettings, content: string): Promise<number> {
  const body = { content, base_version: settings.baseVersion, revision: settings.revision };
  return (await send<{ revision: number }>('PUT', settings.draftUrl ?? '', body)).revision;
}

export interface FormAnswer {
  html: string;
  answers: Values;
  accepted?: boolean;
  outputs?: Values;
}

/** The real form of a task, drawn by the server; with `check`, checked. */
export async function realForm(settings: TryingSettings, form: FormData): Promise<FormAnswer> {
  const { ok, status, body } = await postForm(settings.formUrl, form);
  if (!ok) throw new Error(refusal(body, status));
  return body as unknown as FormAnswer;
}
