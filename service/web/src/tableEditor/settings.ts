import type { Addresses } from '../editing/publishing';

/** What a page says about the decision table it lets a process owner edit. */
export interface TableEditorSettings extends Addresses {
  key: string;
  analysisUrl: string;
  draftUrl: string;
  testsDraftUrl: string;
  /** The newest published file, or an empty table; the tests beside it, if there are any. */
  content: string;
  tests: string | null;
  baseVersion: number | null;
  testsBaseVersion: number | null;
}
