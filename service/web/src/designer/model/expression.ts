/**
 * The FEEL editor of the panel works on texts that start with `=`. Properties that are always expressions (handler
 * parameters, departments) are stored without that sign unless the file already had it.
 */
export function toEditor(stored: string): string {
  return stored && !stored.startsWith('=') ? `=${stored}` : stored;
}

export function fromEditor(edited: string | undefined, storedBefore: string): string {
  const text = edited ?? '';
  return storedBefore.startsWith('=') ? text : text.replace(/^=\s*/, '');
}
