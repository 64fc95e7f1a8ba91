import type { CanvasMarkers, DiagramElement, ElementRegistry, ServiceLookup } from '../../diagram/services';
import type { Finding } from './finding';
import { PlayBar } from './playBar';

const PASSED = 'zd-play-passed';
const HERE = 'zd-play-here';
const BLOCKED = 'zd-play-blocked';

interface MovingCanvas extends CanvasMarkers {
  scrollToElement(element: DiagramElement, padding: number): void;
}

/** A button that plays the counter-example of a finding on the diagram; null for a finding without one. */
export function playButton(services: ServiceLookup, finding: Finding): HTMLElement | null {
  if (!finding.path?.length) return null;
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'zd-play';
  button.textContent = '播放走法';
  button.addEventListener('click', () => new Walk(services, finding, button).open());
  return button;
}

/** One counter-example being shown: the steps so far are marked, the last one is where the run stands. */
class Walk {
  private readonly path: string[];
  private at = 0;
  private readonly bar: PlayBar;

  constructor(
    private readonly services: ServiceLookup,
    private readonly finding: Finding,
    private readonly opener: HTMLElement,
  ) {
    this.path = (finding.path ?? []).filter((id) => this.registry.get(id));
    this.bar = new PlayBar(this.path.length, { goTo: (step) => this.goTo(step), close: () => this.close() });
  }

  open(): void {
    PlayBar.closeOpen();
    this.bar.open(this.services.get<{ getContainer(): HTMLElement }>('canvas').getContainer());
    this.goTo(0);
    this.bar.play();
  }

  private goTo(step: number): void {
    this.clear();
    this.at = step;
    this.path.slice(0, step).forEach((id) => this.canvas.addMarker(id, PASSED));
    const here = this.path[step];
    const element = here === undefined ? undefined : this.registry.get(here);
    if (!here || !element) return;
    const isLast = step === this.path.length - 1;
    this.canvas.addMarker(here, isLast ? BLOCKED : HERE);
    this.canvas.scrollToElement(element, 80);
    this.bar.show(step, isLast ? this.finding.message : nameOf(element));
  }

  private close(): void {
    this.clear();
    this.opener.focus();
  }

  private clear(): void {
    for (const id of this.path.slice(0, this.at + 1)) {
      for (const marker of [PASSED, HERE, BLOCKED]) this.canvas.removeMarker(id, marker);
    }
  }

  private get canvas(): MovingCanvas {
    return this.services.get<MovingCanvas>('canvas');
  }

  private get registry(): ElementRegistry {
    return this.services.get<ElementRegistry>('elementRegistry');
  }
}

function nameOf(element: DiagramElement): string {
  if (element.businessObject.name) return element.businessObject.name;
  return element.waypoints ? '沿连线前进' : element.id;
}
