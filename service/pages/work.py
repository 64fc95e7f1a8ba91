"""My work: what may be claimed, what I am on, what I have done; claim and release."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import flash, redirect, request, url_for
from sqlalchemy import ColumnElement
from werkzeug.wrappers import Response

from processes.actors import Actor
from service import permissions
from service.entrance import allows, current_actor, public
from service.entrance.asking import find_actor
from service.orchestration import tasks
from service.pages.due import Due, due
from service.pages.site import Paging, asked_page, page, pages
from service.wiring import runtime, session
from storage import worklists
from storage.models.instances import Task

TABS: dict[str, str] = {"mine": "我在办理", "claimable": "待认领", "done": "我已办结"}


@dataclass(frozen=True, slots=True)
class WorkRow:
    """One line of the list: the task and, when it has one, its deadline."""

    task: Task
    due: Due | None


@pages.get("/")
@public
def home() -> Response:
    """The own work for who is signed in; the public hall for everybody else."""
    return redirect(url_for("pages.hall" if find_actor() is None else "pages.work"))


@pages.get("/work")
@allows("read_own")
def work() -> tuple[str, int]:
    """One tab of the person's tasks; opens on the claimable ones when nothing is in hand."""
    actor = current_actor()
    conditions = _conditions(actor)
    counts = {
        name: worklists.count_tasks(session(), actor.district_id, condition) for name, condition in conditions.items()
    }
    tab = request.args.get("tab", "")
    if tab not in TABS:
        tab = "mine" if counts["mine"] else "claimable"
    place = asked_page()
    found = worklists.list_tasks(session(), actor.district_id, conditions[tab], place, newest_first=tab == "done")
    rows = with_deadlines(actor, found)
    return page("work.html", tabs=TABS, tab=tab, counts=counts, rows=rows, place=Paging(place, counts[tab]))


def _conditions(actor: Actor) -> dict[str, ColumnElement[bool]]:
    hands = [actor.id, *(person.id for person in actor.principals)]
    return {
        "mine": worklists.claimed_by(hands),
        "claimable": permissions.offered(actor),
        "done": worklists.completed_by(actor.id),
    }


def with_deadlines(actor: Actor, found: Sequence[Task]) -> list[WorkRow]:
    """Tasks with their deadlines, all read in one query."""
    now = runtime().clock.now()
    calendar = runtime().calendars.current(session(), actor.district_id)
    deadlines = worklists.deadlines_of_tasks(session(), actor.district_id, [task.id for task in found])
    return [
        WorkRow(task, due(deadlines[task.id], now=now, calendar=calendar) if task.id in deadlines else None)
        for task in found
    ]


@pages.post("/tasks/<uuid:task_id>/claim")
@allows("read_own")
def claim(task_id: UUID) -> Response:
    tasks.claim_task(runtime(), task_id, by=current_actor())
    flash("已认领，请办理。", "success")
    return redirect(url_for("pages.task", task_id=task_id), 303)


@pages.post("/tasks/<uuid:task_id>/release")
@allows("read_own")
def release(task_id: UUID) -> Response:
    tasks.release_task(runtime(), task_id, by=current_actor())
    flash("已退回岗位，其他人员可以认领。", "success")
    return redirect(url_for("pages.work"), 303)
