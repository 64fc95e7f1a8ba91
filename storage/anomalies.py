"""What must never be true of a district's rows, looked for over all of them. Normally nothing is found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import Session

from processes.vocabulary import WaitKind
from storage.db import table_of
from storage.instances import ALIVE, OPEN_TASK
from storage.models.instances import Incident, ProcessInstance, Task, Wait
from storage.models.records import HistoryRow


@dataclass(frozen=True, slots=True)
class Anomaly:
    """A row that contradicts others. `code` is stable."""

    code: str
    message: str


def list_anomalies(session: Session, district_id: str) -> Iterator[Anomaly]:
    """Every contradiction between instances, tasks, waits and history."""
    yield from _standing_still(session, district_id)
    yield from _left_open(session, district_id)
    yield from _childless(session, district_id)
    yield from _uncounted(session, district_id)


def _named(instance: ProcessInstance) -> str:
    return f"“{instance.title}”（{instance.process_key}，{instance.id}）"


def _standing_still(session: Session, district_id: str) -> Iterator[Anomaly]:
    """An alive instance without open task, wait and incident can never go on."""
    task = exists().where(
        Task.district_id == district_id, Task.instance_id == ProcessInstance.id, Task.state.in_(OPEN_TASK)
    )
    wait = exists().where(Wait.district_id == district_id, Wait.instance_id == ProcessInstance.id)
    incident = exists().where(
        Incident.district_id == district_id, Incident.instance_id == ProcessInstance.id, Incident.state == "open"
    )
    query = select(ProcessInstance).where(
        ProcessInstance.district_id == district_id, ProcessInstance.state.in_(ALIVE), ~task, ~wait, ~incident
    )
    for instance in session.scalars(query):
        yield Anomaly("NOTHING_OPEN", f"流程{_named(instance)}还在运行，但没有待办、等待或异常事项，无法继续。")


def _left_open(session: Session, district_id: str) -> Iterator[Anomaly]:
    """An ended instance has nothing open."""
    tasks = select(Task, ProcessInstance).join(
        ProcessInstance,
        and_(ProcessInstance.district_id == Task.district_id, ProcessInstance.id == Task.instance_id),
    )
    ended = ProcessInstance.state.not_in(ALIVE)
    for task, instance in session.execute(
        tasks.where(Task.district_id == district_id, Task.state.in_(OPEN_TASK), ended)
    ):
        yield Anomaly("TASK_LEFT_OPEN", f"流程{_named(instance)}已经结束，但任务“{task.name}”还开着。")
    waits = select(Wait, ProcessInstance).join(
        ProcessInstance,
        and_(ProcessInstance.district_id == Wait.district_id, ProcessInstance.id == Wait.instance_id),
    )
    for wait, instance in session.execute(waits.where(Wait.district_id == district_id, ended)):
        yield Anomaly("WAIT_LEFT_OPEN", f"流程{_named(instance)}已经结束，但“{wait.name}”还在等待。")


def _childless(session: Session, district_id: str) -> Iterator[Anomaly]:
    """A running instance that waits for a called process has a child that still runs."""
    child = exists().where(
        ProcessInstance.district_id == district_id,
        ProcessInstance.parent_id == Wait.instance_id,
        ProcessInstance.parent_token == Wait.token,
        ProcessInstance.state.in_(ALIVE),
    )
    query = select(Wait).where(
        Wait.district_id == district_id, Wait.kind == WaitKind.CALL_ACTIVITY, ~child.correlate(Wait)
    )
    for wait in session.scalars(query):
        yield Anomaly("CHILD_MISSING", f"流程 {wait.instance_id} 的“{wait.name}”在等下级流程，但没有运行中的下级流程。")


def _uncounted(session: Session, district_id: str) -> Iterator[Anomaly]:
    """Every completed task has its row in the history."""
    told = exists().where(
        HistoryRow.district_id == district_id, HistoryRow.task_id == Task.id, HistoryRow.kind == "task_completed"
    )
    query = select(Task).where(Task.district_id == district_id, Task.state == "completed", ~told)
    for task in session.scalars(query):
        yield Anomaly("COMPLETION_UNTOLD", f"任务“{task.name}”（{task.id}）已办结，但历史中没有记录。")


def count_rows(session: Session, district_id: str) -> dict[str, int]:
    """How many instances, tasks and history rows were looked at."""
    tables = {"流程实例": table_of(ProcessInstance), "任务": table_of(Task), "历史记录": table_of(HistoryRow)}
    return {
        name: session.scalar(select(func.count()).select_from(table).where(table.c.district_id == district_id)) or 0
        for name, table in tables.items()
    }
