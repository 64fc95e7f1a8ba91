import type { DiagramElement, ServiceLookup } from '../../diagram/services';
import { translate } from '../../diagram/translate/translate';
import type { Catalogue } from '../catalogue';
import { Editor } from '../model/editor';
import { callActivityGroup } from './callActivity';
import { conditionGroup } from './condition';
import { conditionalGroup } from './conditional';
import { decisionGroup } from './decision';
import type { GroupBuilder, PanelGroup } from './group';
import { messageDataGroup } from './messageData';
import { multiInstanceGroup } from './multiInstance';
import { processGroup, startersGroup } from './process';
import { scriptTaskGroup } from './scriptTask';
import { separationGroup } from './separation';
import { serviceTaskGroup } from './serviceTask';
import { timerGroup } from './timer';
import { userTaskGroup } from './userTask';

const OURS: GroupBuilder[] = [
  processGroup,
  startersGroup,
  userTaskGroup,
  separationGroup,
  serviceTaskGroup,
  callActivityGroup,
  decisionGroup,
  scriptTaskGroup,
  conditionGroup,
  timerGroup,
  conditionalGroup,
  messageDataGroup,
  multiInstanceGroup,
];

/** Groups of the library that the engine does not carry out, or that ours replace. */
const LEFT_OUT = new Set(['compensation', 'link', 'adHocCompletion', 'timer', 'multiInstance']);

/** Later than the library's own groups, so that theirs are there to be ordered. */
const PRIORITY = 400;

interface PropertiesPanel {
  registerProvider(priority: number, provider: PropertiesProvider): void;
}

interface Injector extends ServiceLookup {}

/** Adds our groups to the properties panel, between the name and the documentation of an element. */
export class PropertiesProvider {
  static $inject = ['propertiesPanel', 'injector', 'config.zhidaCatalogue'];

  constructor(
    panel: PropertiesPanel,
    private readonly injector: Injector,
    private readonly catalogue: Catalogue,
  ) {
    panel.registerProvider(PRIORITY, this);
  }

  getGroups(element: DiagramElement): (groups: PanelGroup[]) => PanelGroup[] {
    const editor = new Editor(this.injector);
    return (groups) => {
      const kept = groups.filter((item) => !LEFT_OUT.has(item.id));
      const ours = OURS.map((build) => build({ element, editor, catalogue: this.catalogue }));
      const general = kept.filter((item) => item.id === 'general').map((item) => ({ ...item, shouldOpen: true }));
      const rest = kept.filter((item) => item.id !== 'general');
      const all = [...general, ...ours.filter((item): item is PanelGroup => item !== null), ...rest];
      return all.map((item) => ({ ...item, translate }));
    };
  }
}

export const propertiesModule = {
  __init__: ['zhidaPropertiesProvider'],
  zhidaPropertiesProvider: ['type', PropertiesProvider],
};
