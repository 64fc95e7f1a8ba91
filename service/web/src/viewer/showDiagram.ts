import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import { fitWithMargins } from '../diagram/fit';
import type { DiagramElement, ElementRegistry, ServiceLookup } from '../diagram/services';
import { translateModule } from '../diagram/translate/translate';
import type { Island } from '../island/config';
import { fetchText } from '../island/server';
import { showHeat } from './heat';
import { linkRows } from './linkRows';
import type { ViewerSettings } from './settings';
import { showStuck } from './stuck';
import { showTaken } from './taken';
import { showTokens } from './tokens';

/** Room for badges above and below, and for the bpmn.io mark in the lower right corner. */
const MARGINS = { top: 28, right: 28, bottom: 44, left: 28 };

/** Pixels below which a box is too low to move a diagram in. */
const LOWEST_BOX = 200;

/** Shows one diagram with its tokens, taken path, stuck badges and heat. Raises when the file cannot be read. */
export async function showDiagram({ settings, target }: Island<ViewerSettings>): Promise<void> {
  const viewer = new NavigatedViewer({ container: target, additionalModules: [translateModule] });
  const services = viewer as unknown as ServiceLookup;
  await viewer.importXML(settings.xml ?? (await fetchText(settings.xmlUrl ?? '')));
  const known = knownIds(services);
  showHeat(services, (settings.heat ?? []).filter((item) => known.has(item.elementId)));
  showTaken(services, (settings.taken ?? []).filter((id) => known.has(id)));
  showTokens(services, (settings.tokens ?? []).filter((item) => known.has(item.elementId)));
  showStuck(services, (settings.stuck ?? []).filter((item) => known.has(item.elementId)));
  linkRows(services, target);
  keepFitted(services, target);
  window.__viewers = [...(window.__viewers ?? []), viewer];
}

function knownIds(services: ServiceLookup): Set<string> {
  const elements = services.get<ElementRegistry>('elementRegistry').filter(() => true);
  return new Set(elements.map((element: DiagramElement) => element.id));
}

/** A flat diagram gets a flat box: as high as the fitted diagram needs, within what the style sheet allows. */
function shapeBox(services: ServiceLookup, target: HTMLElement): void {
  const { inner } = services.get<{ viewbox(): { inner: { width: number; height: number } } }>('canvas').viewbox();
  if (!inner.width) return;
  const scale = Math.min((target.clientWidth - MARGINS.left - MARGINS.right) / inner.width, 1.2);
  const wanted = Math.ceil(inner.height * scale) + MARGINS.top + MARGINS.bottom;
  target.style.height = `${Math.min(Math.max(wanted, LOWEST_BOX), target.clientHeight)}px`;
}

/** The diagram is fitted when its box is first seen (a tab may hide it), and while the box changes size, until moved. */
function keepFitted(services: ServiceLookup, target: HTMLElement): void {
  let isMoved = false;
  let isShaped = false;
  const refit = (): void => {
    if (isMoved || !target.clientWidth) return;
    if (!isShaped) shapeBox(services, target);
    isShaped = true;
    services.get<{ resized(): void }>('canvas').resized();
    fitWithMargins(services, MARGINS);
  };
  target.addEventListener('pointerdown', () => (isMoved = true));
  target.addEventListener('wheel', () => (isMoved = true), { passive: true });
  new ResizeObserver(refit).observe(target);
  refit();
}
