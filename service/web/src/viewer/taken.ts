import type { CanvasMarkers, ServiceLookup } from '../diagram/services';

/** Draws the elements and flows already passed in thick blue. */
export function showTaken(services: ServiceLookup, ids: string[]): void {
  const canvas = services.get<CanvasMarkers>('canvas');
  for (const id of new Set(ids)) canvas.addMarker(id, 'zd-taken');
}
