"""Showing a case to somebody who has no duty in it (抄送)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, select

from processes.actors import Actor
from processes.errors import BadRequest, Forbidden, NotFound
from service import permissions
from service.orchestration import tasks
from service.orchestration.notices import tell
from service.orchestration.runtime import Runtime, Unit, transaction
from storage.db import new_id
from storage.instances import lock_instance
from storage.models.desk import CaseCopy
from storage.models.instances import ProcessInstance
from storage.people import load_actor

MOST_COPIES = 50
_LONGEST = 500


def copy_case(runtime: Runtime, task_id: UUID, user_ids: Sequence[UUID], *, by: Actor, note: str = "") -> None:
    """Let colleagues read the case of an open task; they never act in it. Who has a copy already keeps it.

    Raises Forbidden for who has no part in the case, and for receivers without a post of staff.
    """
    if not user_ids or len(user_ids) > MOST_COPIES or len(note) > _LONGEST:
        raise BadRequest(f"请选择抄送人，不超过 {MOST_COPIES} 人；附言不超过 {_LONGEST} 字。")

    def work(unit: Unit) -> None:
        task, instance = tasks.open_task(unit, task_id)
        require_part(unit, instance, what=f"任务“{task.name}”", verb="抄送")
        receivers = [_receiver(unit, each) for each in dict.fromkeys(user_ids)]
        known = set(unit.session.scalars(_copies(unit, instance.root_id)))
        for each in receivers:
            if each.id not in known:
                unit.session.add(
                    CaseCopy(
                        district_id=unit.district_id,
                        id=new_id(),
                        instance_id=instance.id,
                        root_id=instance.root_id,
                        task_id=task.id,
                        user_id=each.id,
                        note=note.strip(),
                        copied_by=by.id,
                        copied_at=unit.now,
                    )
                )
        changes = {"receivers": [each.name for each in receivers]}
        tasks.record(unit, instance, task, "case_copied", by, by, reason=note.strip() or None, changes=changes)
        _tell(unit, instance, [each.id for each in receivers], note)

    transaction(runtime, by, work)


def mark_copy_read(runtime: Runtime, root_id: UUID, *, by: Actor) -> None:
    """Note that the receiver has read the copy; a second reading changes nothing. Raises NotFound."""

    def work(unit: Unit) -> None:
        instance = lock_instance(unit.session, unit.district_id, root_id)
        query = select(CaseCopy).where(
            CaseCopy.district_id == unit.district_id, CaseCopy.root_id == root_id, CaseCopy.user_id == by.id
        )
        copy = unit.session.scalar(query)
        if copy is None:
            raise NotFound("没有找到抄送给您的这件事项。它可能不存在，或者您无权查看。")
        if copy.read_at is None:
            copy.read_at = unit.now
            unit.record(instance, "copy_read")

    transaction(runtime, by, work)


def mark_if_copied(runtime: Runtime, root_id: UUID, *, by: Actor) -> None:
    """Note the reading of a case that is opened, when it was copied to the reader and not read before."""
    unread = select(CaseCopy.id).where(
        CaseCopy.district_id == by.district_id,
        CaseCopy.root_id == root_id,
        CaseCopy.user_id == by.id,
        CaseCopy.read_at.is_(None),
    )
    if runtime.session().scalar(unread) is not None:
        mark_copy_read(runtime, root_id, by=by)


def require_part(unit: Unit, instance: ProcessInstance, *, what: str, verb: str) -> None:
    """Raise NotFound or Forbidden unless the actor has a part in the case; a copy is none."""
    if permissions.takes_part(unit.session, unit.actor, instance.root_id):
        return
    if not permissions.may_see_instance(unit.session, unit.actor, instance):
        raise NotFound("没有找到这项任务。它可能不存在，或者您无权查看。")
    raise Forbidden(f"您没有参与{what}所在事项的办理，不能{verb}。")


def _receiver(unit: Unit, user_id: UUID) -> Actor:
    receiver = load_actor(unit.session, unit.district_id, user_id, on=unit.today)
    if not permissions.is_staff(receiver):
        raise Forbidden(f"{receiver.name} 不在任何岗位上，不能接收抄送。请另选一人。")
    return receiver


def _copies(unit: Unit, root_id: UUID) -> Select[UUID]:
    return select(CaseCopy.user_id).where(CaseCopy.district_id == unit.district_id, CaseCopy.root_id == root_id)


def _tell(unit: Unit, instance: ProcessInstance, user_ids: Sequence[UUID], note: str) -> None:
    tell(
        unit,
        user_ids,
        kind="case_copied",
        title=f"抄送给您：{instance.title}",
        body=note,
        key=f"copy:{instance.root_id}",
        link=f"/instances/{instance.id}",
        instance=instance,
    )
