/** What a page says about the diagram it shows. Either `xml` or `xmlUrl` is given. */
export interface ViewerSettings {
  xml?: string;
  xmlUrl?: string;
  tokens?: TokenCount[];
  /** Ids of the elements and sequence flows already passed. */
  taken?: string[];
  stuck?: StuckElement[];
  /** Where the work piles up: `value` from 0 to 1, `label` in words (such as 平均 3 个工作日). */
  heat?: HeatValue[];
}

export interface TokenCount {
  elementId: string;
  count: number;
  state: string;
}

export interface StuckElement {
  elementId: string;
  message: string;
}

export interface HeatValue {
  elementId: string;
  value: number;
  label?: string;
}
