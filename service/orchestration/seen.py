"""Noting that somebody has opened a task: a list shows what was never opened as unread."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import exists, select

from processes.actors import Actor
from service.orchestration.runtime import Runtime, Unit, transaction
from storage.db import new_id
from storage.models.desk import TaskSeen


def mark_seen(runtime: Runtime, task_id: UUID, *, by: Actor) -> None:
    """Note it once; a later opening costs one look and writes nothing. The caller has checked who may see the task."""
    known = exists().where(
        TaskSeen.district_id == by.district_id, TaskSeen.user_id == by.id, TaskSeen.task_id == task_id
    )
    if runtime.session().scalar(select(known)):
        return

    def work(unit: Unit) -> None:
        if not unit.session.scalar(select(known)):
            row = TaskSeen(district_id=unit.district_id, id=new_id(), user_id=by.id, task_id=task_id, seen_at=unit.now)
            unit.session.add(row)

    transaction(runtime, by, work)
