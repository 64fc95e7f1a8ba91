"""Asking for a task to be done (催办): told to its assignee, its signers, or everybody on its post."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import exists, select

from processes.actors import Actor
from processes.clock import SHANGHAI, business_date
from processes.errors import BadRequest, UrgedRecently
from processes.vocabulary import TaskState
from service import permissions
from service.orchestration import tasks
from service.orchestration.copying import require_part
from service.orchestration.notices import tell
from service.orchestration.runtime import Runtime, Unit, transaction
from storage.models.applications import Application
from storage.models.instances import ProcessInstance, Task
from storage.models.records import HistoryRow
from storage.people import list_holders
from storage.signing import find_open_round, list_signers

#: One person urges a task again only after this time, and a task is urged so often a day by all together.
PAUSE = timedelta(hours=4)
MOST_PER_DAY = 3
_LONGEST = 300


def urge_task(runtime: Runtime, task_id: UUID, *, by: Actor, words: str = "") -> int:
    """Remind those for whom the case waits; how many were told. For who is involved in it, or applied for it.

    Raises UrgedRecently with the moment from which it may be urged again.
    """
    if len(words) > _LONGEST:
        raise BadRequest(f"催办留言不超过 {_LONGEST} 字。")

    def work(unit: Unit) -> int:
        task, instance = tasks.open_task(unit, task_id)
        if not _applied(unit, task):
            require_part(unit, instance, what=f"任务“{task.name}”", verb="催办")
        _check_pause(unit, task)
        people = _waited_for(unit, task)
        tasks.record(unit, instance, task, "task_urged", by, by, reason=words.strip() or None)
        _tell(unit, task, instance, people, words)
        return len(people)

    return transaction(runtime, by, work)


def _applied(unit: Unit, task: Task) -> bool:
    """The actor's side applied in this case."""
    own = exists().where(Application.root_id == task.root_id, permissions.visible(unit.actor, Application))
    return unit.session.scalar(select(own)) or False


def _check_pause(unit: Unit, task: Task) -> None:
    query = select(HistoryRow.actor_id, HistoryRow.at).where(
        HistoryRow.district_id == unit.district_id,
        HistoryRow.root_id == task.root_id,
        HistoryRow.task_id == task.id,
        HistoryRow.kind == "task_urged",
        HistoryRow.at > unit.now - timedelta(days=1),
    )
    urged = [(actor_id, at) for actor_id, at in unit.session.execute(query)]
    own = [at for actor_id, at in urged if actor_id == unit.actor.id and at + PAUSE > unit.now]
    if own:
        again = (max(own) + PAUSE).astimezone(SHANGHAI)
        raise UrgedRecently(
            f"您刚催办过“{task.name}”，请在 {again:%m月%d日 %H:%M} 之后再催办。", again_at=again.isoformat()
        )
    if sum(business_date(at) == unit.today for _, at in urged) >= MOST_PER_DAY:
        again = _tomorrow(unit.now)
        raise UrgedRecently(
            f"“{task.name}”今天已被催办 {MOST_PER_DAY} 次，请在 {again:%m月%d日 %H:%M} 之后再催办。",
            again_at=again.isoformat(),
        )


def _tomorrow(now: datetime) -> datetime:
    return (now.astimezone(SHANGHAI) + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)


def _waited_for(unit: Unit, task: Task) -> Sequence[UUID]:
    """Signers who are asked now, else the assignee, else everybody on the post."""
    found = find_open_round(unit.session, unit.district_id, task.id)
    if found is not None:
        signers = list_signers(unit.session, unit.district_id, [found.id])
        return [each.user_id for each in signers if each.state == "asked"]
    if task.state == TaskState.CLAIMED and task.assignee_id is not None:
        return [task.assignee_id]
    holders = list_holders(unit.session, unit.district_id, task.role or "", task.organisation, on=unit.today)
    return [each.id for each in holders]


def _tell(unit: Unit, task: Task, instance: ProcessInstance, user_ids: Sequence[UUID], words: str) -> None:
    tell(
        unit,
        user_ids,
        kind="task_urged",
        title=f"催办：{task.name}（{task.title}）",
        body=f"{unit.actor.name}催办。{words.strip()}" if permissions.sees_colleagues(unit.actor) else words.strip(),
        key=f"urge:{task.id}:{instance.history_seq}",
        link=f"/tasks/{task.id}",
        instance=instance,
        task_id=task.id,
    )
