import type { ElementRegistry, Overlays, ServiceLookup } from '../diagram/services';
import { topEdgeCentre } from '../diagram/topEdge';
import type { StuckElement } from './settings';

const BADGE = { width: 64, height: 22 };

/** Puts a red badge on the middle of the top edge of each element where work does not move on. */
export function showStuck(services: ServiceLookup, stuck: StuckElement[]): void {
  const registry = services.get<ElementRegistry>('elementRegistry');
  const overlays = services.get<Overlays>('overlays');
  for (const [elementId, messages] of messagesByElement(stuck)) {
    const element = registry.get(elementId);
    if (!element) continue;
    const position = topEdgeCentre(element, BADGE.width, BADGE.height);
    overlays.add(elementId, 'zhida-stuck', { position, html: stuckBadge(messages) });
  }
}

function messagesByElement(stuck: StuckElement[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const item of stuck) groups.set(item.elementId, [...(groups.get(item.elementId) ?? []), item.message]);
  return groups;
}

function stuckBadge(messages: string[]): HTMLElement {
  const badge = document.createElement('span');
  badge.className = 'zd-stuck';
  badge.style.width = `${BADGE.width}px`;
  badge.style.height = `${BADGE.height}px`;
  badge.textContent = messages.length > 1 ? `停住 ${messages.length}` : '停住';
  badge.title = [...new Set(messages)].join('\n');
  return badge;
}
