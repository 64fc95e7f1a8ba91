/** The page's anti-forgery token, sent with every request that changes something. */
export function csrfToken(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? '';
}

/** Fetches text (a diagram). Raises an Error with a Chinese sentence when the server refuses. */
export async function fetchText(url: string): Promise<string> {
  const response = await fetch(url, { credentials: 'same-origin' });
  if (!response.ok) throw new Error(`服务器没有给出所需内容（${response.status}）`);
  return response.text();
}

/** Fetches JSON. Raises an Error with a Chinese sentence when the server refuses. */
export async function fetchJson<T>(url: string): Promise<T> {
  const response = await fetch(url, { credentials: 'same-origin', headers: { Accept: 'application/json' } });
  if (!response.ok) throw new Error(`服务器没有给出所需内容（${response.status}）`);
  return (await response.json()) as T;
}

export interface JsonAnswer {
  status: number;
  ok: boolean;
  body: Record<string, unknown>;
}

/** Posts a multipart form. The answer may be a refusal with findings, so only a broken or given-up line raises. */
export async function postForm(url: string, form: FormData, signal?: AbortSignal): Promise<JsonAnswer> {
  const headers = { 'X-CSRFToken': csrfToken(), Accept: 'application/json' };
  return answerOf(await fetch(url, { method: 'POST', body: form, credentials: 'same-origin', headers, signal }));
}

/** Sends JSON (or nothing) with any method. The answer may be a refusal, so only a broken or given-up line raises. */
export async function sendJson(
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  url: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<JsonAnswer> {
  const headers: Record<string, string> = { 'X-CSRFToken': csrfToken(), Accept: 'application/json' };
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  const text = body === undefined ? undefined : JSON.stringify(body);
  return answerOf(await fetch(url, { method, body: text, credentials: 'same-origin', headers, signal }));
}

async function answerOf(response: Response): Promise<JsonAnswer> {
  const isJson = response.status !== 204 && (response.headers.get('content-type') ?? '').includes('json');
  const body = isJson ? ((await response.json()) as Record<string, unknown>) : {};
  return { status: response.status, ok: response.ok, body };
}
