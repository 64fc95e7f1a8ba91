"""What the work list is asked for and what it shows: tabs, filters, rows with their marks, counts, and neighbours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import ColumnElement

from processes.actors import Actor
from processes.clock import SHANGHAI, business_date
from service import permissions
from service.entrance import current_actor
from service.pages.due import NEAR, Due, due
from service.pages.form_view import as_id
from service.wiring import runtime, session
from storage import work_filters, worklists
from storage.models.instances import Task
from storage.models.policies import Policy
from storage.people import names_of

#: Tabs that list tasks; the others list cases.
TASK_TABS = ("mine", "claimable", "done", "department")
#: A task that arrived more than so many days ago.
AGES = (3, 7, 30)


@dataclass(frozen=True, slots=True)
class Asked:
    """The address of a list: its tab, its filters, its order; every value as text, "" when not asked for."""

    tab: str = ""
    q: str = ""
    stage: str = ""
    department: str = ""
    policy: str = ""
    age: str = ""
    due: str = ""
    since: str = ""
    sort: str = ""

    @classmethod
    def read(cls, values: Mapping[str, str]) -> Asked:
        return cls(**{each.name: values.get(each.name, "").strip()[:200] for each in fields(cls)})

    def query(self, **changes: str) -> str:
        """The address after its question mark, without what is not asked for."""
        asked = replace(self, **changes)
        pairs = [(each.name, getattr(asked, each.name)) for each in fields(asked)]
        return urlencode([(name, value) for name, value in pairs if value])

    @property
    def order(self) -> str:
        if self.sort in ("due", "age", "name"):
            return self.sort
        return "ended" if self.tab == "done" else "due"

    @property
    def is_narrowed(self) -> bool:
        """True when a filter is set, so that an empty list does not mean that there is nothing to do."""
        return any((self.q, self.stage, self.department, self.policy, self.age, self.due, self.since))


@dataclass(frozen=True, slots=True)
class WorkRow:
    """One line of the list: the task, its deadline, whether it was never opened, and why it is in these hands."""

    task: Task
    due: Due | None
    unread: bool = False
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Counts:
    """The figures above the list; `claimable` and `department` are counted up to a bound."""

    todo: int
    soon: int
    overdue: int
    done: int
    claimable: int
    copied: int
    department: int

    @staticmethod
    def words(number: int) -> str:
        return f"{number - 1}+" if number >= work_filters.MOST_COUNTED else str(number)


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The tasks before and after one in the list it was opened from; `query` is that list's address."""

    previous: UUID | None
    following: UUID | None
    query: str
    number: int


def hands(actor: Actor) -> list[UUID]:
    """The actor and the absent colleagues the actor stands in for."""
    return [actor.id, *(person.id for person in actor.principals)]


def headed_departments(actor: Actor) -> list[str]:
    """The departments whose head the actor is."""
    return sorted({post.organisation for post in actor.posts if post.role == "maker_head" and post.organisation != "*"})


def conditions(actor: Actor, asked: Asked) -> list[ColumnElement[bool]]:
    """The SQL conditions of a task tab with its filters."""
    return [_of_tab(actor, asked.tab), *_wanted(actor, asked).conditions(actor.district_id)]


def _of_tab(actor: Actor, tab: str) -> ColumnElement[bool]:
    if tab == "claimable":
        return permissions.offered(actor)
    if tab == "done":
        return work_filters.done_by(actor.id)
    if tab == "department":
        return work_filters.of_departments(headed_departments(actor))
    return work_filters.in_hands(hands(actor), actor.district_id)


def _wanted(actor: Actor, asked: Asked) -> work_filters.Wanted:
    now = runtime().clock.now()
    over, soon = asked.due == "over", asked.due == "soon"
    return work_filters.Wanted(
        text=asked.q,
        stage=asked.stage,
        organisation=asked.department,
        policy_id=as_id(asked.policy),
        created_before=now - timedelta(days=int(asked.age)) if asked.age in map(str, AGES) else None,
        due_from=now if soon else None,
        due_before=now if over else soon_before(actor, now) if soon else None,
        ended_from=month_begin(now) if asked.since == "month" else None,
    )


def soon_before(actor: Actor, now: datetime) -> datetime:
    """Tasks due before this instant are due soon: to the end of the working day that is `NEAR` days away."""
    day = runtime().calendars.current(session(), actor.district_id).forward(business_date(now), NEAR).date
    return datetime.combine(day + timedelta(days=1), time(), SHANGHAI)


def month_begin(now: datetime) -> datetime:
    return datetime.combine(business_date(now).replace(day=1), time(), SHANGHAI)


def count(actor: Actor) -> Counts:
    """The figures of the strip and of the tabs."""
    now, district, reading = runtime().clock.now(), actor.district_id, session()
    mine = work_filters.in_hands(hands(actor), district)
    todo, soon, overdue = work_filters.count_in_hands(
        reading, district, mine, now=now, soon_before=soon_before(actor, now)
    )
    month = work_filters.Wanted(ended_from=month_begin(now)).conditions(district)
    headed = headed_departments(actor)
    return Counts(
        todo=todo,
        soon=soon,
        overdue=overdue,
        done=work_filters.count_tasks(reading, district, [work_filters.done_by(actor.id), *month]),
        claimable=work_filters.count_tasks(reading, district, [permissions.offered(actor)]),
        copied=work_filters.count_unread_copies(reading, district, actor.id),
        department=work_filters.count_tasks(reading, district, [work_filters.of_departments(headed)]) if headed else 0,
    )


def with_deadlines(actor: Actor, found: Sequence[Task]) -> list[WorkRow]:
    """Tasks with their deadlines, all read in one query."""
    now = runtime().clock.now()
    calendar = runtime().calendars.current(session(), actor.district_id)
    deadlines = worklists.deadlines_of_tasks(session(), actor.district_id, [task.id for task in found])
    return [
        WorkRow(task, due(deadlines[task.id], now=now, calendar=calendar) if task.id in deadlines else None)
        for task in found
    ]


def with_marks(actor: Actor, rows: Sequence[WorkRow], tab: str) -> list[WorkRow]:
    """The rows with what is unread, to sign, delegated, put aside or taken over from somebody absent."""
    ids = [row.task.id for row in rows]
    seen = set(ids) if tab == "done" else work_filters.seen_tasks(session(), actor.district_id, actor.id, ids)
    signed = work_filters.tasks_to_sign(session(), actor.district_id, hands(actor), ids) if tab == "mine" else set()
    people = {each for row in rows for each in (row.task.owner_id, row.task.assignee_id) if each is not None}
    names = names_of(session(), actor.district_id, people)
    return [
        replace(row, unread=row.task.id not in seen, marks=_marks(actor, row.task, tab, row.task.id in signed, names))
        for row in rows
    ]


def _marks(actor: Actor, task: Task, tab: str, to_sign: bool, names: Mapping[UUID, str]) -> tuple[str, ...]:
    if tab not in ("mine", "department"):
        return ()
    found = [gettext("请您签署")] if to_sign else []
    if task.owner_id is not None:
        found.append(gettext("%(name)s 委派", name=names.get(task.owner_id, "")))
    elif task.assignee_id not in (None, actor.id):
        assert task.assignee_id is not None
        found.append(gettext("%(name)s 在办", name=names.get(task.assignee_id, "")))
    if task.held_at is not None:
        found.append(gettext("已挂起"))
    return tuple(found)


def neighbours(task_id: UUID, query: str) -> Neighbours | None:
    """Where the task stands in the list with this address; None when it was not opened from one or has left it."""
    asked = Asked.read(dict(parse_qsl(query)))
    if asked.tab not in TASK_TABS:
        return None
    actor = current_actor()
    ids = list(work_filters.list_task_ids(session(), actor.district_id, conditions(actor, asked), order=asked.order))
    if task_id not in ids:
        return None
    place = ids.index(task_id)
    following = ids[place + 1] if place + 1 < len(ids) else None
    return Neighbours(ids[place - 1] if place else None, following, asked.query(), place + 1)


def choices(actor: Actor) -> dict[str, Any]:
    """What the filters offer."""
    return {
        "policies": work_filters.list_policy_choices(session(), actor.district_id, permissions.visible(actor, Policy)),
        "departments": work_filters.list_departments(session(), actor.district_id),
        "ages": AGES,
    }
