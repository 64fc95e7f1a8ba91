"""Examine a file and treat it: pure functions from bytes to bytes.

The symptoms are those the treatments know, then whatever the checks before publication still find. A fix may bring
new symptoms to light (a new gateway needs a default), so after each fix the file is examined again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from processes import engine
from processes.checks import Catalogue, Finding, FormInfo, check_files
from processes.checks.diagram import local
from processes.checks.words import BPMN
from processes.doctor.diagnosis import Diagnosis, Fix, Symptom, Treated
from processes.doctor.patient import Patient, Remedy, read
from processes.doctor.report import Source, account, remember
from processes.doctor.treatments import TREATMENTS
from processes.errors import BadRequest, DefinitionRefused

#: Fixes applied to one file at most: a bound, not a limit anybody meets.
MOST_FIXES = 2_000
#: Findings of the checks that a treatment already tells in words of its own.
_TOLD: dict[str, tuple[str, ...]] = {
    "POST_FOREIGN": ("NO_POST", "POST_UNKNOWN"),
    "POST_MISSING": ("NO_POST",),
    "FORM_FOREIGN": ("NO_FORM",),
    "FORM_FIELDS": ("NO_FORM",),
    "FORM_MISSING": ("NO_FORM",),
    "HANDLER_FOREIGN": ("HANDLER_MISSING", "EVENT_REFERENCE"),
    "DECISION_FOREIGN": ("DECISION_MISSING", "DECISION_UNKNOWN"),
    "SCRIPT_FOREIGN": ("SCRIPT_EMPTY", "SCRIPT_LINE"),
    "CALLED_FOREIGN": ("CALLED_MISSING", "CALLED_UNKNOWN"),
    "REPEAT_FOREIGN": ("MI_COLLECTION", "MI_ITEM"),
    "EXPRESSION_FOREIGN": ("EXPRESSION_INVALID", "TIMER_INVALID"),
    "LINK_EVENT": ("UNSUPPORTED_ELEMENT",),
    "NO_DRAWING": ("NOT_DRAWN",),
    "PROCESS_KEY": ("FILE_NAME_MISMATCH",),
}
#: The file gets its name from its process when it is stored.
_NOT_ASKED = frozenset({"FILE_NAME_MISMATCH"})


def examine(content: bytes, catalogue: Catalogue) -> Diagnosis:
    """What keeps a BPMN file from running, with fixes. Raises DefinitionRefused for what is no safe BPMN file."""
    patient = _admit(content, catalogue)
    return _diagnosis(remember(patient), patient, content)


def treat(
    content: bytes, wanted: Mapping[str, str | None], catalogue: Catalogue, *, all_certain: bool = False
) -> Treated:
    """Apply the named fixes with what was picked for each, and with `all_certain` every fix with one sensible way.

    A fix that is not offered is left out; without a fix the bytes come out as they are. Raises DefinitionRefused
    like `examine`, BadRequest for a choice that is not among those offered.
    """
    patient = _admit(content, catalogue)
    source = remember(patient)
    applied: list[str] = []
    while len(applied) < MOST_FIXES:
        remedy = next((one for one in _remedies(patient) if _is_due(one, wanted, applied, all_certain)), None)
        if remedy is None or remedy.fix is None or remedy.do is None:
            break
        remedy.do(_picked(remedy.fix, wanted.get(remedy.fix.id)))
        applied.append(remedy.fix.id)
    written = _written(patient) if applied else content
    return Treated(written, _diagnosis(source, patient, written), tuple(applied))


def _is_due(remedy: Remedy, wanted: Mapping[str, str | None], applied: list[str], all_certain: bool) -> bool:
    if remedy.fix is None or applied.count(remedy.fix.id) > 1:
        return False
    if remedy.fix.id in wanted:
        return remedy.fix.id not in applied
    return all_certain and remedy.fix.is_certain


def _picked(fix: Fix, value: str | None) -> str | None:
    if not value or fix.choice is None:
        return fix.choice.proposed if fix.choice is not None else None
    if fix.choice.options and value not in {key for key, _ in fix.choice.options}:
        raise BadRequest(f"“{fix.title}”没有“{value[:60]}”这个选项，请重新选择。")
    return value


def _admit(content: bytes, catalogue: Catalogue) -> Patient:
    patient = read(content, catalogue)
    if patient.root.tag != f"{{{BPMN}}}definitions":
        raise DefinitionRefused(
            (), "这不是 BPMN 2.0 流程图：根元素应为 definitions。请从原来的工具导出 BPMN 2.0 文件。"
        )
    return patient


def _remedies(patient: Patient) -> Iterator[Remedy]:
    for remedies in TREATMENTS:
        yield from remedies(patient)


def _written(patient: Patient) -> bytes:
    return etree.tostring(patient.root.getroottree(), xml_declaration=True, encoding="UTF-8")


def _diagnosis(source: Source, patient: Patient, content: bytes) -> Diagnosis:
    symptoms = _symptoms(patient)
    known = {(one.element_id, code) for one in symptoms for code in (one.code, *_TOLD.get(one.code, ()))}
    key = _process_key(patient)
    for finding in _findings(key, content, patient.catalogue):
        if (finding.element_id, finding.code) not in known and finding.code not in _NOT_ASKED:
            symptoms.append(_from_check(finding))
    blocking = {one.element_id for one in symptoms if one.severity == "error" and one.element_id}
    return Diagnosis(key, tuple(symptoms), account(source, patient, blocking=blocking))


def _symptoms(patient: Patient) -> list[Symptom]:
    """The remedies by what they are about: several ways to treat one thing are one symptom."""
    found: dict[tuple[str, str | None, str], Symptom] = {}
    for remedy in _remedies(patient):
        element = remedy.element
        key = (remedy.code, element.get("id") if element is not None else None, remedy.message)
        earlier = found.get(key)
        fixes = (*(earlier.fixes if earlier else ()), *([remedy.fix] if remedy.fix else ()))
        line = int(element.sourceline or 1) if element is not None else None
        found[key] = Symptom(remedy.code, remedy.severity, key[1], line, remedy.message, fixes)
    return list(found.values())


def _from_check(finding: Finding) -> Symptom:
    return Symptom(finding.code, finding.severity, finding.element_id, finding.line, finding.message)


def _process_key(patient: Patient) -> str | None:
    running = [one for one in patient.root if local(one) == "process" and one.get("isExecutable") in ("true", "1")]
    return running[0].get("id") if running else None


def _findings(key: str | None, content: bytes, catalogue: Catalogue) -> list[Finding]:
    """What the checks before publication say of the file under the name it would be stored by."""
    return check_files({f"{key or 'imported'}.bpmn": content}, catalogue, _no_forms, engine_reader=engine.element_ids)


def _no_forms(name: str, content: bytes) -> tuple[FormInfo | None, list[Finding]]:
    return None, []
