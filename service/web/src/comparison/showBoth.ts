import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import { fitWithMargins } from '../diagram/fit';
import type { ServiceLookup } from '../diagram/services';
import { translateModule } from '../diagram/translate/translate';
import type { Island } from '../island/config';
import { showMarks } from './marks';
import type { ComparisonSettings, Side } from './settings';
import { keepTogether } from './together';

/** Room for the marks above, and for the bpmn.io mark in the lower right corner. */
const MARGINS = { top: 28, right: 24, bottom: 44, left: 24 };

/** Shows two versions of a diagram side by side. Raises when a file cannot be read. */
export async function showBoth({ settings, target }: Island<ComparisonSettings>): Promise<void> {
  const all: ServiceLookup[] = [];
  for (const side of settings.sides) all.push(await showSide(side, target));
  for (const services of all) fitWithMargins(services, MARGINS);
  keepTogether(all);
}

async function showSide(side: Side, target: HTMLElement): Promise<ServiceLookup> {
  const section = document.createElement('section');
  const title = document.createElement('h2');
  const box = document.createElement('div');
  title.textContent = side.title;
  box.className = 'zd-diagram';
  section.append(title, box);
  target.append(section);
  const viewer = new NavigatedViewer({ container: box, additionalModules: [translateModule] });
  await viewer.importXML(side.xml);
  const services = viewer as unknown as ServiceLookup;
  showMarks(services, side);
  window.__viewers = [...(window.__viewers ?? []), viewer];
  return services;
}
