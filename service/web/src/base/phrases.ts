let lastField: HTMLTextAreaElement | null = null;

/** `[data-phrase]` buttons put their sentence where the cursor was last: an opinion of the form, else its first one. */
export function insertPhrases(): void {
  document.addEventListener('focusin', (event) => {
    if (event.target instanceof HTMLTextAreaElement && !event.target.closest('[data-no-phrase]')) lastField = event.target;
  });
  document.addEventListener('click', (event) => {
    const button = (event.target as HTMLElement).closest<HTMLElement>('[data-phrase]');
    if (button) insert(button.dataset.phrase ?? '');
  });
}

function insert(words: string): void {
  const field = lastField?.isConnected ? lastField : firstOpinion();
  if (!field) return;
  field.setRangeText(words, field.selectionStart, field.selectionEnd, 'end');
  field.focus();
  field.dispatchEvent(new Event('change', { bubbles: true }));
}

function firstOpinion(): HTMLTextAreaElement | null {
  const form = document.querySelector('#form-fields');
  return form?.querySelector<HTMLTextAreaElement>('textarea[name*="opinion"], textarea') ?? null;
}
