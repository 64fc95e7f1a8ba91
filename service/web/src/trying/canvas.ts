import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import { fitWithMargins } from '../diagram/fit';
import {
  type CanvasMarkers,
  type DiagramElement,
  type ElementRegistry,
  isType,
  type Overlays,
  type ServiceLookup,
} from '../diagram/services';
import { translateModule } from '../diagram/translate/translate';
import { make } from './dom';
import type { Coverage, OpenElement, Visit } from './settings';

const MARGINS = { top: 28, right: 28, bottom: 44, left: 28 };
const STATES = ['zd-covered', 'zd-missed', 'zd-walked', 'zd-here', 'zd-wrong'];
const MARKERS = STATES.flatMap((state) => [state, `${state}-room`]);
const NOTES = 'zhida-trying';

/** The diagram of a process with what a run did painted on it. The file is not touched. */
export class TryingCanvas {
  private constructor(private readonly services: ServiceLookup) {}

  static async open(target: HTMLElement, xml: string): Promise<TryingCanvas> {
    const viewer = new NavigatedViewer({ container: target, additionalModules: [translateModule] });
    await viewer.importXML(xml);
    const services = viewer as unknown as ServiceLookup;
    const fit = (): void => {
      services.get<{ resized(): void }>('canvas').resized();
      fitWithMargins(services, MARGINS);
    };
    fit();
    new ResizeObserver(fit).observe(target);
    window.__viewers = [...(window.__viewers ?? []), viewer];
    return new TryingCanvas(services);
  }

  /** Green what some scenario passed, with how often; red and dashed what none did. */
  showCoverage(coverage: Coverage): void {
    this.clear();
    for (const place of [...coverage.elements, ...coverage.flows]) {
      this.mark(place.id, place.passed ? 'zd-covered' : 'zd-missed');
      if (place.kind !== 'sequenceFlow') this.note(place.id, place.passed ? `${place.passed} 次` : '未经过', place.passed > 0);
    }
  }

  /** Blue the way so far; strong what is open now; red where the run differs from what was expected. */
  showWay(visits: Visit[], open: OpenElement[], wrong: string | null): void {
    this.clear();
    for (const visit of visits) this.mark(visit.id, 'zd-walked');
    for (const element of open) {
      this.mark(element.id, 'zd-here');
      this.note(element.id, element.kind === 'task' ? '待办' : '等待', true);
    }
    if (wrong) this.mark(wrong, 'zd-wrong');
  }

  clear(): void {
    const canvas = this.services.get<CanvasMarkers>('canvas');
    for (const element of this.registry.filter(() => true)) {
      for (const marker of MARKERS) canvas.removeMarker(element.id, marker);
    }
    this.services.get<Overlays>('overlays').remove({ type: NOTES });
  }

  private get registry(): ElementRegistry {
    return this.services.get<ElementRegistry>('elementRegistry');
  }

  private mark(id: string, marker: string): void {
    const element = this.registry.get(id);
    if (!element) return;
    const isRoom = isType(element, 'bpmn:SubProcess'); // painted at its wall only, so that its inside stays readable
    this.services.get<CanvasMarkers>('canvas').addMarker(id, isRoom ? `${marker}-room` : marker);
  }

  private note(id: string, text: string, good: boolean): void {
    const element: DiagramElement | undefined = this.registry.get(id);
    if (!element) return;
    const html = make('span', { class: `zd-trying-note${good ? '' : ' is-missing'}` }, text);
    this.services.get<Overlays>('overlays').add(id, NOTES, { position: { top: -10, left: -6 }, html });
  }
}
