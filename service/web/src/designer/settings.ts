/** What a page says about the diagram it lets a process owner edit. */
export interface DesignerSettings {
  /** Address of the diagram. Without it, a new diagram with one start event is opened. */
  xmlUrl?: string;
  catalogueUrl: string;
  checksUrl: string;
  deploymentsUrl: string;
  processKey: string;
  readonly?: boolean;
}
