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

/** Posts a multipart form. The answer may be a refusal with findings, so only a broken line raises. */
export async function postForm(url: string, form: FormData): Promise<JsonAnswer> {
  const response = await fetch(url, {
    method: 'POST',
    body: form,
    credentials: 'same-origin',
    headers: { 'X-CSRFToken': csrfToken(), Accept: 'application/json' },
  });
  const isJson = (response.headers.get('content-type') ?? '').includes('json');
  const body = isJson ? ((await response.json()) as Record<string, unknown>) : {};
  return { status: response.status, ok: response.ok, body };
}
