/** What a page says about the diagram it lets a process owner edit. */
export interface DesignerSettings {
  /** Address of the diagram. Without it, a new diagram with one start event is opened. */
  xmlUrl?: string;
  catalogueUrl: string;
  checksUrl: string;
  /** Requests for publication. */
  publicationUrl: string;
  /** The person's own draft of this diagram. */
  draftUrl: string;
  /** The newest published version; missing for a new diagram. */
  version?: number | null;
  /** Where expressions are judged and names are told. Without it, nothing is judged while it is typed. */
  expressionsUrl?: string;
  processKey: string;
  readonly?: boolean;
}
