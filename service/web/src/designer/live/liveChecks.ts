import type { EventBus, ServiceLookup } from '../../diagram/services';
import type { Knowledge } from '../feel/knowledge';
import { findingsIn } from '../findings/finding';
import type { FindingsPanel } from '../findings/FindingsPanel';
import type { SaveXml } from '../actions';
import type { DiagramServer } from '../server';

/** Waited for after the last change before the server is asked (milliseconds). */
const PAUSE = 900;

/**
 * Checks the diagram a moment after every change, and learns the names at hand anew. A question that a newer change
 * has overtaken is given up.
 */
export class LiveChecks {
  private timer = 0;
  private asking = new AbortController();

  constructor(
    private readonly services: ServiceLookup,
    private readonly server: DiagramServer,
    private readonly panel: FindingsPanel,
    private readonly saveXml: SaveXml,
  ) {
    services.get<EventBus>('eventBus').on('commandStack.changed', () => {
      this.later();
    });
  }

  /** Asks at once. */
  async ask(): Promise<void> {
    this.giveUp();
    const asking = new AbortController();
    this.asking = asking;
    try {
      const xml = await this.saveXml();
      await Promise.all([this.learnNames(xml, asking.signal), this.check(xml, asking.signal)]);
    } catch (error) {
      // Given up for a newer question, or no connection: the next change asks again, publishing checks in any case.
      if (!asking.signal.aborted) console.warn('live check failed', error);
    }
  }

  /** Forgets what is being asked: the findings of an explicit check stay until the next change. */
  giveUp(): void {
    window.clearTimeout(this.timer);
    this.asking.abort();
  }

  private later(): void {
    this.giveUp();
    this.timer = window.setTimeout(() => void this.ask(), PAUSE);
  }

  private async learnNames(xml: string, signal: AbortSignal): Promise<void> {
    const knowledge = this.services.get<Knowledge>('zhidaKnowledge');
    const names = await knowledge.server?.names(this.server.form(xml), signal);
    if (names) knowledge.take(names);
  }

  private async check(xml: string, signal: AbortSignal): Promise<void> {
    const { ok, body } = await this.server.check(xml, signal);
    if (ok && !signal.aborted) this.panel.showLive(findingsIn(body));
  }
}
