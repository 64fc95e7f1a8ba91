import { type JsonAnswer, postForm } from '../island/server';
import type { DesignerSettings } from './settings';

/** The checks of one diagram file, as the server offers them. */
export class DiagramServer {
  constructor(private readonly settings: DesignerSettings) {}

  /** Checks the diagram without storing anything. */
  check(xml: string, signal?: AbortSignal): Promise<JsonAnswer> {
    return postForm(this.settings.checksUrl, this.form(xml), signal);
  }

  fileName(): string {
    return `${this.settings.processKey}.bpmn`;
  }

  /** The diagram as the one file of a request. */
  form(xml: string): FormData {
    const form = new FormData();
    form.append('files', new Blob([xml], { type: 'application/xml' }), this.fileName());
    return form;
  }
}
