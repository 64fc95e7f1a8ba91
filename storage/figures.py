"""Figures about a whole district, for those who watch the service. Nothing here commits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from processes.vocabulary import InstanceState, TaskState
from storage.jobs import JobBackend, ProcrastinateJobs
from storage.models.instances import Incident, ProcessInstance, Task
from storage.models.records import Job

_PROCRASTINATE_DUE = text(
    "SELECT count(*), min(coalesce(scheduled_at, now())) FROM procrastinate_jobs"
    " WHERE status = 'todo' AND queue_name = 'zhida' AND (scheduled_at IS NULL OR scheduled_at <= now())"
)


def count_tasks_by_state(session: Session, district_id: str) -> dict[str, int]:
    """How many user tasks are in each state; every state is named."""
    query = select(Task.state, func.count()).where(Task.district_id == district_id).group_by(Task.state)
    return {**{str(state): 0 for state in TaskState}, **dict(session.execute(query).all())}


def count_instances_by_state(session: Session, district_id: str) -> dict[str, int]:
    """How many process instances are in each state; every state is named."""
    query = (
        select(ProcessInstance.state, func.count())
        .where(ProcessInstance.district_id == district_id)
        .group_by(ProcessInstance.state)
    )
    return {**{str(state): 0 for state in InstanceState}, **dict(session.execute(query).all())}


def count_open_incidents(session: Session, district_id: str) -> int:
    """How many incidents wait for an analyst."""
    query = select(func.count()).select_from(Incident)
    return session.scalar(query.where(Incident.district_id == district_id, Incident.state == "open")) or 0


def waiting_jobs(session: Session, district_id: str, backend: JobBackend, *, now: datetime) -> tuple[int, float]:
    """(how many jobs are due and not begun, for how many seconds the oldest has been due)."""
    if isinstance(backend, ProcrastinateJobs):
        count, since = session.execute(_PROCRASTINATE_DUE).one()
    else:
        due = select(func.count(), func.min(Job.run_at)).where(
            Job.district_id == district_id, Job.state == "todo", Job.run_at <= now
        )
        count, since = session.execute(due).one()
    return count, max(0.0, (now - since).total_seconds()) if since is not None else 0.0
