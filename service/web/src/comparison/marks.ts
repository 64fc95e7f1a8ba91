import type { CanvasMarkers, ElementRegistry, Overlays, ServiceLookup } from '../diagram/services';
import type { Side } from './settings';

/** Colours what changed and writes the word on it: colour never speaks alone. */
export function showMarks(services: ServiceLookup, side: Side): void {
  const canvas = services.get<CanvasMarkers>('canvas');
  const overlays = services.get<Overlays>('overlays');
  const registry = services.get<ElementRegistry>('elementRegistry');
  for (const mark of side.marks) {
    const element = registry.get(mark.elementId);
    if (!element || element.type === 'bpmn:Process' || element.type === 'bpmn:Collaboration') continue;
    canvas.addMarker(mark.elementId, `zd-${mark.kind}`);
    if (mark.kind === 'moved') continue;
    const html = note(side.words[mark.kind], mark.kind, mark.sentences);
    overlays.add(mark.elementId, 'zhida-change', { position: { top: -11, left: 0 }, html, scale: { min: 0.8 } });
  }
}

function note(word: string, kind: string, sentences: string[]): HTMLElement {
  const text = document.createElement('span');
  text.className = `zd-change-note is-${kind}`;
  text.textContent = word;
  text.title = sentences.join('\n');
  return text;
}
