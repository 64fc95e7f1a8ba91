import { type ComponentChild, h } from '@bpmn-io/properties-panel/preact';
import type { ServiceLookup } from '../../diagram/services';
import type { KnownName, Remark } from './expressionServer';
import { nameInfo } from './wording';

/** The remarks below a field; the place is told when the text has more than one line. */
export function RemarkList({ remarks }: { remarks: Remark[] }): ComponentChild {
  if (!remarks.length) return null;
  const items = remarks.map((remark) =>
    h('li', { class: remark.severity === 'error' ? 'is-bad' : 'is-warning' }, remark.message),
  );
  return h('ul', { class: 'zd-remarks', role: 'status' }, items);
}

interface NameListProps {
  services: ServiceLookup;
  names: KnownName[];
  onChoose: (name: string) => void;
}

/** The names at hand, folded; a click puts one into the text. */
export function NameList({ services, names, onChoose }: NameListProps): ComponentChild {
  if (!names.length) return null;
  const items = names.map((known) =>
    h(
      'button',
      { type: 'button', title: nameInfo(services, known), onClick: () => onChoose(known.name) },
      known.name,
    ),
  );
  return h('details', { class: 'zd-names' }, h('summary', null, `可用的名称（${names.length}）`), h('div', null, items));
}
