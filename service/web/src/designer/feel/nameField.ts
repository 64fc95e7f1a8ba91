import { isSelectEntryEdited, SelectEntry } from '@bpmn-io/properties-panel';
import { type Bound, common, type Field, type PanelEntry } from '../properties/entries';
import { useKnowledge } from './hooks';

interface Named {
  /** What choosing no name means. */
  none: string;
}

/** A choice among the names at hand; a stored name that nothing brings stays visible. */
export function nameField(field: Field<string> & Named): PanelEntry {
  return { ...field, component: NameComponent, isEdited: isSelectEntryEdited };
}

function NameComponent(props: Bound<string> & Named): unknown {
  const names = useKnowledge().at(props.element.id);
  const stored = props.get(props.element);
  const isUnknown = stored && !names.some(({ name }) => name === stored);
  const options = [
    { value: '', label: props.none },
    ...names.map(({ name }) => ({ value: name, label: name })),
    ...(isUnknown ? [{ value: stored, label: stored }] : []),
  ];
  return SelectEntry({ ...common(props), getOptions: () => options });
}
