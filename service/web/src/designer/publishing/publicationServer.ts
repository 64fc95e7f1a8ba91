import { type JsonAnswer, sendJson } from '../../island/server';
import type { Finding } from '../findings/finding';

/** What publishing the files would mean. */
export interface Assessment {
  ok: boolean;
  findings: Finding[];
  impact: {
    title: string;
    newest: number | null;
    instances: number;
    versions: { version: number; instances: number; elements: { name: string; count: number; kept: boolean }[] }[];
  }[];
  novelties: { sentence: string }[];
}

/** Why, what people will notice, from which day, and why although a scenario fails (empty: it must not). */
export interface Wish {
  comment: string;
  release_note: string;
  effective_on: string | null;
  override: string;
}

/** Requests for publication of one diagram file. */
export class PublicationServer {
  constructor(
    private readonly url: string,
    private readonly fileName: string,
  ) {}

  /** What publishing this text would mean; nothing is stored. */
  async assess(xml: string): Promise<Assessment | null> {
    const { ok, body } = await sendJson('POST', `${this.url}/assessments`, { files: [this.file(xml)] });
    return ok ? (body as unknown as Assessment) : null;
  }

  /** Asks for publication. The answer may be a refusal with findings. */
  ask(xml: string, wish: Wish): Promise<JsonAnswer> {
    return sendJson('POST', this.url, { files: [this.file(xml)], ...wish });
  }

  private file(xml: string): { name: string; content: string } {
    return { name: this.fileName, content: xml };
  }
}
