import 'htmx.org/dist/htmx.esm.js';
import { csrfToken } from '../island/server';

interface ConfigRequestDetail {
  ctx: { request: { headers: Record<string, string> } };
}

/**
 * Starts htmx: every request it sends carries the anti-forgery token. Conditional form parts need nothing more: the
 * form posts itself (`hx-post`, `hx-trigger="change"`) and the server answers with the parts that now apply.
 */
export function startHtmx(): void {
  document.addEventListener('htmx:config:request', (event) => {
    const detail = (event as CustomEvent<ConfigRequestDetail>).detail;
    detail.ctx.request.headers['X-CSRFToken'] = csrfToken();
  });
}
