import type { DiagramElement, OverlayPosition } from './services';

/** Where a badge of this width sits when centred on the top edge: boundary events live on the corners. */
export function topEdgeCentre(element: DiagramElement, badgeWidth: number, badgeHeight: number): OverlayPosition {
  const middle = element.waypoints?.[Math.floor(element.waypoints.length / 2)];
  if (middle) return { top: -badgeHeight, left: -badgeWidth / 2 };
  return { top: -badgeHeight / 2, left: ((element.width ?? 0) - badgeWidth) / 2 };
}
