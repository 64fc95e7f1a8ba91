"""Queries on process instances and their open elements."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from processes.errors import NotFound
from processes.vocabulary import InstanceState, TaskState
from storage.models.instances import Incident, KeptMessage, ProcessInstance, Task, Wait

OPEN_TASK = (TaskState.READY, TaskState.CLAIMED)
ALIVE = (InstanceState.RUNNING, InstanceState.SUSPENDED)

#: Built once: every completion runs it.
_TASK_AND_INSTANCE = (
    select(Task, ProcessInstance)
    .join(
        ProcessInstance,
        (ProcessInstance.district_id == Task.district_id) & (ProcessInstance.id == Task.instance_id),
    )
    .where(Task.district_id == bindparam("district"), Task.id == bindparam("task"))
    .with_for_update()
    .execution_options(populate_existing=True)
)


def lock_instance(session: Session, district_id: str, instance_id: UUID) -> ProcessInstance:
    """The instance row, locked until the transaction ends; raises NotFound."""
    query = select(ProcessInstance).where(ProcessInstance.district_id == district_id, ProcessInstance.id == instance_id)
    instance = session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if instance is None:
        raise NotFound("没有找到这个流程实例。它可能不存在，或者您无权查看。")
    return instance


def lock_task(session: Session, district_id: str, task_id: UUID) -> tuple[Task, ProcessInstance]:
    """A task and its instance, both locked, in one statement; raises NotFound.

    Both rows are locked so that a client that waited for the other sees the task as the winner left it.
    """
    row = session.execute(_TASK_AND_INSTANCE, {"district": district_id, "task": task_id}).one_or_none()
    if row is None:
        raise NotFound("没有找到这项任务。它可能不存在，或者您无权查看。")
    return row[0], row[1]


def get_instance(session: Session, district_id: str, instance_id: UUID) -> ProcessInstance:
    """The instance, for reading; raises NotFound."""
    instance = session.get(ProcessInstance, (district_id, instance_id))
    if instance is None:
        raise NotFound("没有找到这个流程实例。它可能不存在，或者您无权查看。")
    return instance


def get_task(session: Session, district_id: str, task_id: UUID) -> Task:
    """The task, for reading; raises NotFound."""
    task = session.get(Task, (district_id, task_id))
    if task is None:
        raise NotFound("没有找到这项任务。它可能不存在，或者您无权查看。")
    return task


def list_open_tasks(session: Session, district_id: str, instance_id: UUID) -> Sequence[Task]:
    query = select(Task).where(
        Task.district_id == district_id, Task.instance_id == instance_id, Task.state.in_(OPEN_TASK)
    )
    return session.scalars(query.order_by(Task.created_at, Task.id)).all()


def list_tasks_of_case(session: Session, district_id: str, root_id: UUID) -> Sequence[Task]:
    """All user tasks of a case, ended ones included, in the order in which they opened."""
    query = select(Task).where(Task.district_id == district_id, Task.root_id == root_id)
    return session.scalars(query.order_by(Task.created_at, Task.id)).all()


def list_waits(session: Session, district_id: str, instance_id: UUID) -> Sequence[Wait]:
    query = select(Wait).where(Wait.district_id == district_id, Wait.instance_id == instance_id)
    return session.scalars(query.order_by(Wait.since, Wait.id)).all()


def find_wait(session: Session, district_id: str, instance_id: UUID, token: str) -> Wait | None:
    query = select(Wait).where(Wait.district_id == district_id, Wait.instance_id == instance_id, Wait.token == token)
    return session.scalar(query)


def find_listener(
    session: Session, district_id: str, name: str, *, instance_id: UUID | None, business_key: str | None
) -> Wait | None:
    """The oldest wait for this message at the addressed instance (or any alive one with the business key)."""
    query = (
        select(Wait)
        .join(
            ProcessInstance,
            (ProcessInstance.district_id == Wait.district_id) & (ProcessInstance.id == Wait.instance_id),
        )
        .where(Wait.district_id == district_id, Wait.message == name, ProcessInstance.state == InstanceState.RUNNING)
    )
    if instance_id is not None:
        query = query.where(Wait.instance_id == instance_id)
    else:
        query = query.where(ProcessInstance.business_key == business_key)
    return session.scalars(query.order_by(Wait.since, Wait.id).limit(1)).first()


def list_kept_messages(
    session: Session, district_id: str, names: Collection[str], *, instance_id: UUID, business_key: str | None
) -> Sequence[KeptMessage]:
    """Messages still waiting for a listener that this instance may be."""
    query = select(KeptMessage).where(
        KeptMessage.district_id == district_id,
        KeptMessage.name.in_(names),
        KeptMessage.delivered_at.is_(None),
        (KeptMessage.instance_id == instance_id)
        | (KeptMessage.instance_id.is_(None) & (KeptMessage.business_key == business_key)),
    )
    return session.scalars(query.order_by(KeptMessage.sent_at, KeptMessage.id)).all()


def delete_waits(session: Session, district_id: str, instance_id: UUID, tokens: Collection[str]) -> None:
    """Forget waits that have ended."""
    session.execute(
        delete(Wait)
        .where(Wait.district_id == district_id, Wait.instance_id == instance_id, Wait.token.in_(tokens))
        .execution_options(synchronize_session=False)
    )


def cancel_tasks(
    session: Session, district_id: str, instance_id: UUID, *, at: datetime, tokens: Collection[str] | None = None
) -> None:
    """Cancel the open tasks with these tokens (all open ones when None)."""
    query = update(Task).where(
        Task.district_id == district_id, Task.instance_id == instance_id, Task.state.in_(OPEN_TASK)
    )
    if tokens is not None:
        query = query.where(Task.token.in_(tokens))
    session.execute(query.values(state=TaskState.CANCELLED, ended_at=at).execution_options(synchronize_session=False))


def list_children(session: Session, district_id: str, parent_id: UUID) -> Sequence[ProcessInstance]:
    query = select(ProcessInstance).where(
        ProcessInstance.district_id == district_id, ProcessInstance.parent_id == parent_id
    )
    return session.scalars(query.order_by(ProcessInstance.started_at, ProcessInstance.id)).all()


def lock_children(
    session: Session, district_id: str, parent_id: UUID, tokens: Collection[str] | None = None
) -> Sequence[ProcessInstance]:
    """The alive children of an instance (those started by these tokens), locked."""
    query = select(ProcessInstance).where(
        ProcessInstance.district_id == district_id,
        ProcessInstance.parent_id == parent_id,
        ProcessInstance.state.in_(ALIVE),
    )
    if tokens is not None:
        query = query.where(ProcessInstance.parent_token.in_(tokens))
    return session.scalars(query.order_by(ProcessInstance.id).with_for_update()).all()


def list_case(session: Session, district_id: str, root_id: UUID) -> Sequence[ProcessInstance]:
    """The whole tree of a case, root first."""
    query = select(ProcessInstance).where(
        ProcessInstance.district_id == district_id, ProcessInstance.root_id == root_id
    )
    return session.scalars(query.order_by(ProcessInstance.started_at, ProcessInstance.id)).all()


def list_open_incidents(session: Session, district_id: str) -> Sequence[Incident]:
    query = select(Incident).where(Incident.district_id == district_id, Incident.state == "open")
    return session.scalars(query.order_by(Incident.created_at, Incident.id)).all()


def list_open_elements_of(
    session: Session, district_id: str, instance_ids: Collection[UUID]
) -> tuple[Sequence[Task], Sequence[Wait]]:
    """Open tasks and waits of these instances, oldest first."""
    if not instance_ids:
        return (), ()
    tasks = select(Task).where(
        Task.district_id == district_id, Task.instance_id.in_(instance_ids), Task.state.in_(OPEN_TASK)
    )
    waits = select(Wait).where(Wait.district_id == district_id, Wait.instance_id.in_(instance_ids))
    return (
        session.scalars(tasks.order_by(Task.created_at, Task.id)).all(),
        session.scalars(waits.order_by(Wait.since, Wait.id)).all(),
    )


def list_assigned_tasks(session: Session, district_id: str, user_id: UUID) -> Sequence[Task]:
    """Open tasks that a person has claimed or was given, oldest first."""
    query = select(Task).where(Task.district_id == district_id, Task.assignee_id == user_id, Task.state.in_(OPEN_TASK))
    return session.scalars(query.order_by(Task.created_at, Task.id)).all()
