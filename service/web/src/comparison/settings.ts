/** What happened to an element between two versions, as the server tells it. */
export type ChangeKind = 'added' | 'removed' | 'changed' | 'moved';

export interface Mark {
  elementId: string;
  kind: ChangeKind;
  sentences: string[];
}

/** One version: its file, and the marks on its elements. */
export interface Side {
  title: string;
  xml: string;
  marks: Mark[];
  words: Record<ChangeKind, string>;
}

/** The older version first, then the newer one. */
export interface ComparisonSettings {
  sides: Side[];
}
