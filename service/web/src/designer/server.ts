import { type JsonAnswer, postForm } from '../island/server';
import type { DesignerSettings } from './settings';

/** The checks and the publication of one diagram file, as the server offers them. */
export class DiagramServer {
  constructor(private readonly settings: DesignerSettings) {}

  /** Checks the diagram without storing anything. */
  check(xml: string, signal?: AbortSignal): Promise<JsonAnswer> {
    return postForm(this.settings.checksUrl, this.form(xml), signal);
  }

  /** Publishes the diagram as the next version, with the reason for the change. */
  publish(xml: string, comment: string): Promise<JsonAnswer> {
    const form = this.form(xml);
    form.append('comment', comment);
    return postForm(this.settings.deploymentsUrl, form);
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
