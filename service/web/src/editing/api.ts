import { csrfToken, type JsonAnswer } from '../island/server';

/** Asks the JSON API. A refusal is an answer; only a broken line raises. */
export async function askJson(method: string, url: string, body?: unknown): Promise<JsonAnswer> {
  const response = await fetch(url, {
    method,
    credentials: 'same-origin',
    headers: {
      Accept: 'application/json',
      'X-CSRFToken': csrfToken(),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text(); // a 204 says json and says nothing
  const isJson = text !== '' && (response.headers.get('content-type') ?? '').includes('json');
  const said = isJson ? (JSON.parse(text) as Record<string, unknown>) : {};
  return { status: response.status, ok: response.ok, body: said };
}

/** The sentence with which the server refused. */
export function refusal(body: Record<string, unknown>, status: number): string {
  const sentence = body.detail ?? body.message ?? body.title;
  return typeof sentence === 'string' && sentence ? sentence : `服务器没有接受（${status}），请稍后再试。`;
}
