"""A remark on an open task, kept in the history of its case (批注)."""

from __future__ import annotations

from uuid import UUID

from processes.actors import Actor
from processes.errors import BadRequest
from service.orchestration import tasks
from service.orchestration.copying import require_part
from service.orchestration.runtime import Runtime, Unit, transaction

LONGEST_COMMENT = 1000


def comment_task(runtime: Runtime, task_id: UUID, text: str, *, by: Actor) -> None:
    """Write a remark that everybody in the case reads. Raises BadRequest, NotFound, Forbidden."""
    words = text.strip()
    if not words or len(words) > LONGEST_COMMENT:
        raise BadRequest(f"请填写批注，不超过 {LONGEST_COMMENT} 字。")

    def work(unit: Unit) -> None:
        task, instance = tasks.open_task(unit, task_id)
        require_part(unit, instance, what=f"任务“{task.name}”", verb="批注")
        tasks.record(unit, instance, task, "task_commented", by, by, reason=words)

    transaction(runtime, by, work)
