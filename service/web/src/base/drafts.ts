const PREFIX = 'zhida-draft:';
const SAVE_DELAY_MS = 400;

type Draft = Record<string, string[]>;
type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

/**
 * Keeps what a person has typed in a `<form data-draft="KEY">` in this browser, and offers it again on the next visit
 * of the same page. Never kept: passwords, files, hidden fields. Removed when the form is sent.
 */
export function keepDrafts(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>('form[data-draft]')) keepDraft(form);
}

function keepDraft(form: HTMLFormElement): void {
  const key = PREFIX + (form.dataset.draft ?? '');
  const kept = readDraft(key);
  if (kept) form.prepend(offer(form, key, kept));
  let timer = 0;
  form.addEventListener('input', () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => saveDraft(key, form), SAVE_DELAY_MS);
  });
  form.addEventListener('submit', () => {
    window.clearTimeout(timer);
    sessionStorage.removeItem(key);
  });
}

function keepableFields(form: HTMLFormElement): Field[] {
  const fields = [...form.elements].filter((item): item is Field => item.matches('input, select, textarea'));
  return fields.filter((field) => field.name && !['password', 'file', 'hidden', 'submit'].includes(field.type));
}

function isChoice(field: Field): field is HTMLInputElement {
  return field.type === 'checkbox' || field.type === 'radio';
}

function saveDraft(key: string, form: HTMLFormElement): void {
  const draft: Draft = {};
  for (const field of keepableFields(form)) {
    draft[field.name] ??= [];
    if (!isChoice(field) || field.checked) draft[field.name]?.push(field.value);
  }
  sessionStorage.setItem(key, JSON.stringify(draft));
}

function readDraft(key: string): Draft | null {
  const text = sessionStorage.getItem(key);
  return text ? (JSON.parse(text) as Draft) : null;
}

function restoreDraft(form: HTMLFormElement, draft: Draft): void {
  const used: Record<string, number> = {};
  for (const field of keepableFields(form)) {
    const values = draft[field.name];
    if (!values) continue;
    if (isChoice(field)) {
      field.checked = values.includes(field.value);
    } else {
      const index = (used[field.name] = (used[field.name] ?? -1) + 1);
      field.value = values[index] ?? field.value;
    }
  }
  form.dispatchEvent(new Event('change', { bubbles: true }));
}

function offer(form: HTMLFormElement, key: string, draft: Draft): HTMLElement {
  const note = document.createElement('div');
  note.className = 'alert alert-info d-flex flex-wrap gap-2 align-items-center';
  note.setAttribute('role', 'status');
  note.append('您上次在这里填写的内容还没有提交。');
  note.append(button('恢复填写内容', () => (restoreDraft(form, draft), note.remove())));
  note.append(button('不要了', () => (sessionStorage.removeItem(key), note.remove())));
  return note;
}

function button(text: string, onClick: () => void): HTMLButtonElement {
  const item = document.createElement('button');
  item.type = 'button';
  item.className = 'btn btn-sm btn-outline-primary';
  item.textContent = text;
  item.addEventListener('click', onClick);
  return item;
}
