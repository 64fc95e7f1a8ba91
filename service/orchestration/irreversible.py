"""What was published, numbered or paid since a task was done: nobody goes back behind it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

from processes import engine
from processes.clock import SHANGHAI
from processes.errors import NotFound
from processes.vocabulary import DefinitionKind
from service.orchestration.runtime import Unit
from storage.instances import list_case
from storage.models.records import HistoryRow


def last_completion(rows: Sequence[HistoryRow], task_id: UUID) -> int:
    """The place of a task's completion in the history of its case. Raises NotFound when it has none."""
    for number in range(len(rows) - 1, -1, -1):
        if rows[number].kind == "task_completed" and rows[number].task_id == task_id:
            return number
    raise NotFound("没有找到这项任务的办结记录，不能退回或撤回。")


def why_irreversible(unit: Unit, rows: Sequence[HistoryRow], task_id: UUID, *, instance_id: UUID) -> str | None:
    """The sentence that names what cannot be undone since the task was completed; None when there is nothing.

    `rows` is the history of the whole case; what the instance and those below it did counts.
    """
    inside = _below(unit, rows[0].root_id, instance_id) if rows else set()
    for row in rows[last_completion(rows, task_id) :]:
        if row.instance_id not in inside:
            continue
        for name in _irreversible(unit, row):
            day = row.at.astimezone(SHANGHAI).date().isoformat()
            return (
                f"“{name}”已于 {day} 完成，已经对外公开或通知、正式编号或办理资金，不能退回或撤回到它之前。"
                "确需更正的，请走政策变更（调整、废止）；当事人有不同意见的，请登记异议。"
            )
    return None


def _irreversible(unit: Unit, row: HistoryRow) -> Iterator[str]:
    """Names of the elements passed with this row whose handler cannot be undone."""
    passed = row.changes.get("passed") or ()
    if not passed:
        return
    stored = unit.runtime.definitions.get(
        unit.session, unit.district_id, DefinitionKind.PROCESS, row.process_key, row.version
    )
    definition = engine.parse(stored.content)
    for element_id, kind, name in passed:
        if kind == "sequenceFlow":
            continue
        declared = unit.runtime.handlers.handlers.get(definition.handler_of(element_id) or "")
        if (declared is not None and declared.irreversible) or definition.sends(element_id):
            yield name


def _below(unit: Unit, root_id: UUID, instance_id: UUID) -> set[UUID]:
    """The instance and all instances below it."""
    found = {instance_id}
    for each in list_case(unit.session, unit.district_id, root_id):  # parents start before their children
        if each.parent_id in found:
            found.add(each.id)
    return found
