import type Modeler from 'bpmn-js/lib/Modeler';
import type { ServiceLookup } from '../diagram/services';
import { type ImportWarning, lossyWarnings } from './importGuard';

/** The text of the diagram: the very text that was opened, byte for byte, until something is really changed. */
export class DiagramText {
  private opened = '';

  constructor(private readonly modeler: Modeler) {}

  /** Shows this text. Answers the warnings that mean part of it was not read. */
  async open(xml: string): Promise<ImportWarning[]> {
    const { warnings } = await this.modeler.importXML(xml);
    this.opened = xml;
    return lossyWarnings(this.services, warnings as unknown as ImportWarning[]);
  }

  /** The text as it would be saved now. */
  async text(): Promise<string> {
    // Nothing to undo means nothing changed since the import, or everything taken back.
    if (!this.services.get<{ canUndo(): boolean }>('commandStack').canUndo()) return this.opened;
    return (await this.modeler.saveXML({ format: true })).xml ?? '';
  }

  private get services(): ServiceLookup {
    return this.modeler as unknown as ServiceLookup;
  }
}
