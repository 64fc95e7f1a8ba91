import type { Addresses } from '../editing/publishing';

/** What a page says about the form it lets a process owner edit. */
export interface FormEditorSettings extends Addresses {
  key: string;
  draftUrl: string;
  previewUrl: string;
  /** The newest published file, or an empty form. */
  content: string;
  baseVersion: number | null;
}
