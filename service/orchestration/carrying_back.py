"""Take back that an instance was carried over to another version: what is kept for it, and how it is put back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Date, DateTime, Table, Uuid, delete, insert, select

from processes.errors import Conflict
from service.orchestration.migration_verdicts import Facts
from service.orchestration.runtime import Unit
from storage.db import Base, Instant, table_of
from storage.models.desk import TaskReturn
from storage.models.instances import Draft, ProcessInstance, Task, TaskSeparation, Wait
from storage.models.records import Deadline

#: What a move may change in a task's row.
_TASK_COLUMNS = (
    "element_id",
    "name",
    "lane",
    "role",
    "organisation",
    "form_key",
    "form_version",
    "excluded_organisation",
    "deadline_rule",
    "due_at",
    "state",
    "assignee_id",
    "claimed_at",
)


def keep(unit: Unit, instance: ProcessInstance, facts: Facts) -> dict[str, Any]:
    """What a move may change beside the state, as JSON."""
    task_ids = [each.id for each in facts.tasks]
    deadlines = select(Deadline.id).where(
        Deadline.district_id == unit.district_id, Deadline.task_id.in_(task_ids), Deadline.state == "open"
    )
    drafts = select(Draft).where(Draft.district_id == unit.district_id, Draft.task_id.in_(task_ids))
    separations = select(TaskSeparation).where(
        TaskSeparation.district_id == unit.district_id, TaskSeparation.task_id.in_(task_ids)
    )
    return {
        "version": instance.version,
        "definition_id": str(instance.definition_id),
        "due_at": _plain(instance.due_at),
        "tasks": {str(each.id): {name: _plain(getattr(each, name)) for name in _TASK_COLUMNS} for each in facts.tasks},
        "waits": [_row(Wait, each) for each in facts.waits],
        "deadlines": [str(each) for each in unit.session.scalars(deadlines)],
        "drafts": {str(each.id): dict(each.answers) for each in unit.session.scalars(drafts)},
        "separations": [_row(TaskSeparation, each) for each in unit.session.scalars(separations)],
        "returns": {str(each.id): each.from_element_id for each in facts.returns.values() if each.task_id in task_ids},
    }


def carry_back(unit: Unit, instance: ProcessInstance, state: bytes, kept: Mapping[str, Any], *, reason: str) -> None:
    """Put the locked instance back as it was before its move. The caller has seen that nothing has happened since."""
    before = instance.version
    instance.definition_id, instance.version = UUID(kept["definition_id"]), kept["version"]
    instance.engine_state = state
    instance.due_at = None if kept["due_at"] is None else datetime.fromisoformat(kept["due_at"])
    for task_id, values in kept["tasks"].items():
        task = _got(unit, Task, task_id)
        for name, value in values.items():
            setattr(task, name, _typed(table_of(Task), name, value))
    for name, state_then in (("deadlines_opened", "cancelled"), ("deadlines", "open")):
        for deadline_id in kept[name]:
            _got(unit, Deadline, deadline_id).state = state_then
            unit.enqueue("check_deadline", {"deadline_id": deadline_id}, key=f"deadline:{deadline_id}:{unit.now}")
    for draft_id, answers in kept["drafts"].items():
        _got(unit, Draft, draft_id).answers = answers
    for return_id, element_id in kept["returns"].items():
        _got(unit, TaskReturn, return_id).from_element_id = element_id
    unit.session.flush()
    _put_back(unit, Wait, Wait.instance_id == instance.id, kept["waits"])
    _put_back(
        unit, TaskSeparation, TaskSeparation.task_id.in_([UUID(each) for each in kept["tasks"]]), kept["separations"]
    )
    if instance.due_at is not None:
        unit.enqueue("fire_timers", {"instance_id": str(instance.id)}, run_at=max(instance.due_at, unit.now))
    versions = f"第 {before} 版 → 第 {instance.version} 版"
    changes = {"version": [before, instance.version]}
    unit.record(instance, "instance_migration_undone", element_name=versions, changes=changes, reason=reason)


def _got(unit: Unit, model: type[Any], row_id: str) -> Any:
    found = unit.session.get(model, (unit.district_id, UUID(row_id)))
    if found is None:
        raise Conflict("迁移前的任务、期限或草稿已经变了，不能撤销迁移。")
    return found


def _put_back(unit: Unit, model: type[Any], here: Any, rows: list[dict[str, Any]]) -> None:
    gone = delete(model).where(model.district_id == unit.district_id, here)
    unit.session.execute(gone.execution_options(synchronize_session=False))
    unit.session.expire_all()
    if rows:
        table = table_of(model)
        values = [{name: _typed(table, name, value) for name, value in row.items()} for row in rows]
        unit.session.connection().execute(insert(table), values)


def _row(model: type[Base], row: Any) -> dict[str, Any]:
    return {column.name: _plain(getattr(row, column.name)) for column in table_of(model).columns}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def _typed(table: Table, name: str, value: Any) -> Any:
    """A kept value as its column wants it."""
    kind = table.columns[name].type
    if value is None or not isinstance(value, str):
        return value
    if isinstance(kind, Instant | DateTime):
        return datetime.fromisoformat(value)
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    return UUID(value) if isinstance(kind, Uuid) else value
