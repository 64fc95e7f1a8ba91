"""My work (screen 6): figures, tabs, filters, saved views, a list that refreshes itself; claim and release."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any
from uuid import UUID

from flask import Response as FlaskResponse
from flask import flash, make_response, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from processes.actors import Actor
from processes.stages import TITLES
from service.entrance import allows, current_actor, public
from service.entrance.asking import find_actor
from service.orchestration import copying, tasks, views
from service.pages import bulk, work_list
from service.pages.site import asked_page, first_screen, page, pages
from service.pages.work_list import Asked, Counts, WorkRow, with_deadlines
from service.wiring import runtime, session
from storage import work_filters
from storage.models.desk import CaseCopy
from storage.models.instances import ProcessInstance
from storage.worklists import Page

SCREEN = "work"


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of one tab, the figures around it, and a digest that changes when any of it does."""

    asked: Asked
    counts: Counts
    page: Page
    rows: list[WorkRow]
    cases: list[tuple[ProcessInstance, CaseCopy | None]]
    has_more: bool
    simple: frozenset[UUID] = frozenset()

    @property
    def version(self) -> str:
        rows = [
            (str(row.task.id), row.task.state, row.unread, row.marks, row.due and row.due.words) for row in self.rows
        ]
        cases = [(str(case.id), case.state, copy is not None and copy.read_at is None) for case, copy in self.cases]
        return sha256(repr((self.asked, self.counts, rows, cases, self.has_more)).encode()).hexdigest()[:20]


@pages.get("/")
@public
def home() -> Response:
    """The own room or work for who is signed in; the public hall for everybody else."""
    actor = find_actor()
    return redirect(url_for("pages.hall") if actor is None else first_screen(actor))


@pages.get("/work")
@allows("read_own")
def work() -> tuple[str, int]:
    """One tab of the person's work; opens on the claimable tasks when nothing is in hand."""
    actor = current_actor()
    listing = _listing(actor)
    return page(
        "work.html",
        **_frame(actor, listing),
        saved=work_filters.list_saved_views(session(), actor.district_id, actor.id, SCREEN),
        choices=work_list.choices(actor),
    )


@pages.get("/work/live")
@allows("read_own")
def live_work() -> FlaskResponse:
    """The figures and the list alone; 204 when nothing of them differs from what the page shows already."""
    actor = current_actor()
    listing = _listing(actor)
    if request.headers.get("If-None-Match") == f'"{listing.version}"':
        return FlaskResponse(status=204)
    answer = make_response(page("parts/work_live.html", **_frame(actor, listing))[0])
    answer.headers["ETag"] = f'"{listing.version}"'
    return answer


@pages.post("/work/views")
@allows("read_own")
def save_view() -> Response:
    """Keep the filters the person looks at under a name."""
    asked = Asked.read(request.form)
    views.save_view(runtime(), SCREEN, request.form.get("name", ""), asked.query(), by=current_actor())
    flash(gettext("视图已保存，只有您能看到。"), "success")
    return redirect(f"{url_for('pages.work')}?{asked.query()}", 303)


@pages.post("/work/views/<uuid:view_id>/delete")
@allows("read_own")
def delete_view(view_id: UUID) -> Response:
    views.delete_view(runtime(), view_id, by=current_actor())
    flash(gettext("视图已删除。"), "success")
    return redirect(url_for("pages.work"), 303)


@pages.post("/work/copies/<uuid:root_id>")
@allows("read_own")
def open_copy(root_id: UUID) -> Response:
    """Note that the copied case was read and show it."""
    copying.mark_copy_read(runtime(), root_id, by=current_actor())
    return redirect(url_for("pages.instance", instance_id=root_id), 303)


@pages.post("/tasks/<uuid:task_id>/claim")
@allows("read_own")
def claim(task_id: UUID) -> Response:
    tasks.claim_task(runtime(), task_id, by=current_actor())
    flash(gettext("已认领，请办理。"), "success")
    return redirect(url_for("pages.task", task_id=task_id), 303)


@pages.post("/tasks/<uuid:task_id>/release")
@allows("read_own")
def release(task_id: UUID) -> Response:
    tasks.release_task(runtime(), task_id, by=current_actor())
    flash(gettext("已退回岗位，其他人员可以认领。"), "success")
    return redirect(url_for("pages.work"), 303)


def _listing(actor: Actor) -> Listing:
    asked, counts, place = Asked.read(request.args), work_list.count(actor), asked_page()
    if asked.tab not in _tabs(actor):
        asked = replace(asked, tab="mine" if counts.todo or asked.is_narrowed else "claimable")
    if asked.tab in ("started", "copied"):
        cases = _cases(actor, asked, place)
        return Listing(asked, counts, place, [], cases[: place.size], len(cases) > place.size)
    found = work_filters.list_tasks(
        session(), actor.district_id, work_list.conditions(actor, asked), place, order=asked.order, more=1
    )
    rows = work_list.with_marks(actor, with_deadlines(actor, found[: place.size]), asked.tab)
    simple = bulk.simple_tasks(actor, [row.task for row in rows]) if asked.tab == "mine" else frozenset()
    return Listing(asked, counts, place, rows, [], len(found) > place.size, simple)


def _cases(actor: Actor, asked: Asked, place: Page) -> list[tuple[ProcessInstance, CaseCopy | None]]:
    if asked.tab == "started":
        found = work_filters.list_started(session(), actor.district_id, actor.id, place, text=asked.q, more=1)
        return [(case, None) for case in found]
    copies = work_filters.list_copies(session(), actor.district_id, actor.id, place, text=asked.q, more=1)
    return [(case, copy) for copy, case in copies]


def _tabs(actor: Actor) -> dict[str, str]:
    """The tabs this person has, with their titles."""
    found = {
        "mine": gettext("我在办理"),
        "claimable": gettext("待认领"),
        "done": gettext("我已办结"),
        "started": gettext("我发起的"),
        "copied": gettext("抄送我的"),
    }
    return {**found, "department": gettext("本部门在办")} if work_list.headed_departments(actor) else found


def _frame(actor: Actor, listing: Listing) -> dict[str, Any]:
    counts = listing.counts
    return {
        "listing": listing,
        "asked": listing.asked,
        "tabs": _tabs(actor),
        "tab_counts": {
            "mine": counts.words(counts.todo),
            "claimable": counts.words(counts.claimable),
            "department": counts.words(counts.department),
            "copied": counts.words(counts.copied) if counts.copied else None,
        },
        "stages": TITLES,
    }
