import { csrfToken, type JsonAnswer, sendJson } from '../../island/server';

/** Who is editing, and until when without another save. */
export interface Lock {
  holder: string;
  holder_name: string;
  since: string;
  until: string;
  mine: boolean;
}

/** A draft as it was saved last. */
export interface Draft {
  content: string;
  base_version: number | null;
  revision: number;
  edited_at: string;
  lock: Lock | null;
}

/** What a draft and a newer version give together. */
export interface Merged {
  content: string;
  base_version: number;
  conflicts: { element_id: string; sentence: string }[];
}

/** The draft of one diagram, as the server keeps it. */
export class DraftServer {
  constructor(private readonly url: string) {}

  /** The own draft; null when there is none. Raises when the server refuses. */
  async read(): Promise<Draft | null> {
    const answer = await sendJson('GET', this.url);
    return answer.status === 404 ? null : (fine(answer) as unknown as Draft);
  }

  /** Who is editing; null when nobody is. */
  async lock(): Promise<Lock | null> {
    return fine(await sendJson('GET', `${this.url}/lock`)).lock as Lock | null;
  }

  async takeOver(): Promise<void> {
    fine(await sendJson('POST', `${this.url}/lock`, { take_over: true }));
  }

  /** Keeps the content. The answer may be a refusal with the code DRAFT_CHANGED or DRAFT_LOCKED. */
  save(content: string, baseVersion: number | null, revision: number): Promise<JsonAnswer> {
    return sendJson('PUT', this.url, { content, base_version: baseVersion, revision });
  }

  async discard(): Promise<void> {
    fine(await sendJson('DELETE', this.url));
  }

  async merge(): Promise<Merged> {
    return fine(await sendJson('POST', `${this.url}/merge`, {})) as unknown as Merged;
  }

  /** Lets the lock go while the page is being left; nobody waits for the answer. */
  release(): void {
    const headers = { 'X-CSRFToken': csrfToken() };
    void fetch(`${this.url}/lock`, { method: 'DELETE', keepalive: true, credentials: 'same-origin', headers });
  }
}

/** The sentence with which the server refused. */
export function refusal({ body, status }: JsonAnswer): string {
  const sentence = body.detail ?? body.message ?? body.title;
  return typeof sentence === 'string' && sentence ? sentence : `服务器没有接受（${status}），请稍后再试。`;
}

function fine(answer: JsonAnswer): Record<string, unknown> {
  if (!answer.ok) throw new Error(refusal(answer));
  return answer.body;
}
