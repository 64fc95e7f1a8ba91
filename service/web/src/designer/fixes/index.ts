import type { ElementRegistry, ServiceLookup } from '../../diagram/services';
import type { Catalogue } from '../catalogue';
import type { Finding } from '../findings/finding';
import type { Fix, FixContext, Shape } from './fix';
import { appendEnd, dropCondition, dropDefault, makeDefault, splitByGateway } from './flowFixes';
import { dropQuickForm, makeInterrupting, renameId, suggestName } from './wordFixes';

export type { Fix } from './fix';

/** Codes of findings for which one change is certainly right, or suggested and easily taken back. */
const FIXES: Record<string, (context: FixContext) => Fix | null> = {
  NO_DEFAULT: makeDefault,
  NO_CONDITION: makeDefault,
  CONDITION_IGNORED: dropCondition,
  SINGLE_EXIT_CONDITION: dropCondition,
  DEFAULT_WITH_CONDITION: dropCondition,
  DEFAULT_UNKNOWN: dropDefault,
  SEVERAL_WAYS_OUT: splitByGateway,
  IMPLICIT_END: appendEnd,
  UNNAMED: suggestName,
  GENERATED_NAME: suggestName,
  RESERVED_ID: renameId,
  FORM_AND_OUTPUTS: dropQuickForm,
  BOUNDARY_ERROR_INTERRUPTS: makeInterrupting,
};

/** The fix of a finding, if there is one. Every fix is one step of undo. */
export function fixFor(services: ServiceLookup, catalogue: Catalogue, finding: Finding): Fix | null {
  const element = services.get<ElementRegistry>('elementRegistry').get(finding.element_id ?? '');
  const make = FIXES[finding.code ?? ''];
  return element && make ? make({ services, catalogue, element: element as Shape }) : null;
}
