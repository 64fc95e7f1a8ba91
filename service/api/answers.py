"""Rows as the API shows them. Lists read what they need in a fixed number of queries, however long they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from processes.actors import SYSTEM_ID, Actor
from service.permissions import sees_colleagues
from storage.instances import list_open_elements_of
from storage.models.instances import ProcessInstance, Task, Wait
from storage.people import logins_of

Answer = dict[str, Any]


def post_of(role: str | None, organisation: str | None) -> str | None:
    """A post as text: role@organisation; the role alone when any organisation will do; None without a post."""
    if role is None:
        return None
    return role if organisation is None else f"{role}@{organisation}"


def task_answers(session: Session, reader: Actor, tasks: Sequence[Task]) -> list[Answer]:
    """Tasks, with the login names of the people they mention, as far as the reader may know them."""
    people = {person for task in tasks for person in (task.assignee_id, task.completed_by) if person is not None}
    logins = _logins(session, reader, people)
    return [task_answer(task, logins) for task in tasks]


def task_answer(task: Task, logins: Mapping[UUID, str]) -> Answer:
    """One task; `logins` names the people in it."""
    return {
        "id": task.id,
        "process_instance_id": task.instance_id,
        "root_id": task.root_id,
        "process_key": task.process_key,
        "element_id": task.element_id,
        "name": task.name,
        "title": task.title,
        "state": task.state,
        "assignee": _login(task.assignee_id, logins),
        "post": post_of(task.role, task.organisation),
        "item": task.item,
        "due_at": _iso(task.due_at),
        "created_at": _iso(task.created_at),
        "ended_at": _iso(task.ended_at),
        "completed_by": _login(task.completed_by, logins),
    }


def _iso(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()


def _logins(session: Session, reader: Actor, people: set[UUID]) -> Mapping[UUID, str]:
    """Login names by id. Somebody outside the house learns the own one only (10.5)."""
    return logins_of(session, reader.district_id, people if sees_colleagues(reader) else people & {reader.id})


def opened_answers(session: Session, reader: Actor, opened: Sequence[Mapping[str, Any]]) -> list[Answer]:
    """The tasks that a completion opened, as they were then: the same key answers the same, whatever came later."""
    logins = _logins(session, reader, {UUID(each["assignee_id"]) for each in opened if each["assignee_id"]})
    return [
        {
            "id": each["id"],
            "process_instance_id": each["instance_id"],
            "root_id": each["root_id"],
            "process_key": each["process_key"],
            "element_id": each["element_id"],
            "name": each["name"],
            "title": each["title"],
            "state": each["state"],
            "assignee": _login(UUID(each["assignee_id"]) if each["assignee_id"] else None, logins),
            "post": post_of(each["role"], each["organisation"]),
            "item": each["item"],
            "due_at": each["due_at"],
            "created_at": each["created_at"],
            "ended_at": None,
            "completed_by": None,
        }
        for each in opened
    ]


def _login(user_id: UUID | None, logins: Mapping[UUID, str]) -> str | None:
    if user_id is None:
        return None
    return "system" if user_id == SYSTEM_ID else logins.get(user_id)


def instance_answers(session: Session, reader: Actor, rows: Sequence[ProcessInstance]) -> list[Answer]:
    """Instances with what each of them waits for. What the back office decides on the way is for its people."""
    tasks, waits = list_open_elements_of(session, reader.district_id, [row.id for row in rows])
    logins = _logins(session, reader, {row.started_by for row in rows})
    inside = sees_colleagues(reader)
    waiting: dict[UUID, list[Answer]] = {row.id: [] for row in rows}
    for task in tasks:
        waiting[task.instance_id].append(_waiting_task(task))
    for wait in waits:
        waiting[wait.instance_id].append(_waiting(wait))
    return [_instance(row, waiting[row.id], logins, inside or row.parent_id is None) for row in rows]


def _waiting_task(task: Task) -> Answer:
    return {
        "element_id": task.element_id,
        "name": task.name,
        "kind": "user_task",
        "since": task.created_at,
        "due_at": task.due_at,
        "task_id": task.id,
    }


def _waiting(wait: Wait) -> Answer:
    return {
        "element_id": wait.element_id,
        "name": wait.name,
        "kind": wait.kind,
        "since": wait.since,
        "due_at": wait.due_at,
        "message": wait.message,
        "child_id": wait.child_id,
    }


def _instance(row: ProcessInstance, waiting: list[Answer], logins: Mapping[UUID, str], told: bool) -> Answer:
    return {
        "id": row.id,
        "process_key": row.process_key,
        "version": row.version,
        "title": row.title,
        "state": row.state,
        "business_key": row.business_key,
        "variables": row.variables if told else {},
        "waiting": waiting,
        "parent_id": row.parent_id,
        "root_id": row.root_id,
        "started_by": _login(row.started_by, logins),
        "started_at": row.started_at,
        "ended_at": row.ended_at,
        "end_element_id": row.end_element_id,
        "suspended_reason": row.suspended_reason,
    }
