import { badge, make } from './dom';
import type { Coverage, CoveredPlace } from './settings';

/** The same as the colours on the diagram, as a table: what no scenario passed comes first. */
export function showCoverageTable(body: HTMLElement, coverage: Coverage): void {
  const places = [...coverage.elements, ...coverage.flows];
  const ordered = [...places.filter((each) => !each.passed), ...places.filter((each) => each.passed)];
  body.replaceChildren(...ordered.map(row));
}

function row(place: CoveredPlace): HTMLElement {
  const state = place.passed ? badge(`${place.passed} 次`, 'is-good') : badge('没有场景经过', 'is-bad');
  const kind = place.kind === 'sequenceFlow' ? '路径' : '环节';
  return make(
    'tr',
    { 'data-element-id': place.id },
    make('th', { scope: 'row' }, place.name || place.id),
    make('td', { class: 'is-short' }, kind),
    make('td', { class: 'is-short' }, state),
  );
}

export function coverageSentence(coverage: Coverage): string {
  const covered = (places: CoveredPlace[]): string => `${places.filter((each) => each.passed).length}/${places.length}`;
  return `经过路径 ${covered(coverage.flows)}，环节 ${covered(coverage.elements)}。`;
}
