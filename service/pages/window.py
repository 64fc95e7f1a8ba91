"""The window (综合窗口): what lies at the clerk's desk, who the visitor is, and starting an application for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from forms.identifiers import is_credit_code, is_id_number, mask_id_number
from handlers.benefit import shown_name
from processes.actors import Actor
from processes.application_words import ApplicantKind
from processes.clock import business_date, start_of_day
from processes.errors import BadRequest
from service import permissions
from service.entrance import allows, current_actor
from service.letters.content import Issued, list_letters
from service.orchestration import tasks
from service.orchestration.reading import read_task
from service.orchestration.start import start_instance
from service.pages.due import Due, due, remaining
from service.pages.form_view import as_id
from service.pages.site import Paging, asked_page, page, pages
from service.pages.translation import gettext
from service.wiring import runtime, session
from storage import applications, window_queue, worklists
from storage.db import new_id
from storage.instances import list_open_tasks
from storage.models.applications import Applicant, Application
from storage.models.items import PolicyItem
from storage.people import find_organisation, list_organisations
from storage.window_queue import Desk, Lying, Queue

MOST_ITEMS = 30
MOST_CASES = 10


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One line of a queue, with what a clerk looks for first: how long it waits and when it is due."""

    lying: Lying
    name: str
    waits: str
    due: Due | None
    letters: Sequence[Issued]


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who stands at the window: the code they showed, and what is known of them, masked."""

    code: str
    is_resident: bool
    applicant: Applicant | None
    name: str

    @property
    def shown_code(self) -> str:
        return mask_id_number(self.code) if self.is_resident else self.code


def desk_of(actor: Actor) -> Desk:
    """The desk of this person's posts, and of the colleagues they stand in for."""
    posts = {post for person in (actor, *actor.principals) for post in person.posts}
    centres = frozenset(post.organisation for post in posts if post.role == "window_clerk")
    return Desk(actor.id, centres, any(post.role == "platform_clerk" for post in posts))


@pages.get("/window")
@allows("work_at_desk")
def window() -> tuple[str, int]:
    """One queue of the desk; opens on what is to be checked."""
    actor = current_actor()
    desk, visible = desk_of(actor), permissions.visible(actor, Application)
    today = start_of_day(business_date(runtime().clock.now()))
    titles = _titles(desk)
    counts = {each: window_queue.count_queue(session(), desk, each, visible, today=today) for each in titles}
    asked = request.args.get("queue", "")
    queue = Queue(asked) if asked in titles else Queue.CHECK
    place = asked_page()
    found = window_queue.list_queue(session(), desk, queue, visible, place, today=today)
    return page(
        "window.html",
        desk=desk,
        centres=_centre_names(actor, desk),
        titles=titles,
        counts=counts,
        queue=queue,
        rows=_rows(actor, found, queue),
        place=Paging(place, counts[queue]),
    )


@pages.post("/window/visitor")
@allows("work_at_desk")
def visitor() -> tuple[str, int]:
    """Who the visitor is and what they may apply for here. Posted, so that no id number stands in an address."""
    return _visitor_page()


@pages.post("/window/applications")
@allows("work_at_desk")
def apply_at_window() -> Response | tuple[str, int]:
    """Start an application on behalf of the visitor (代录) and go on to its form, with what the clerk typed in it."""
    actor, key = current_actor(), request.form.get("idempotency_key", "")
    found, problem = _identified(actor, request.form.get("code", ""))
    if found is None:
        return _visitor_page(problem)
    variables = {"item_id": request.form.get("item_id", "")}
    instance_id = start_instance(
        runtime(), "application", variables, by=actor, idempotency_key=key if as_id(key) else None
    )
    application = applications.find_application_of_instance(session(), actor.district_id, instance_id)
    if application is None:
        raise BadRequest(gettext("申报没有建立，请刷新后重试。"))
    _keep_identity(actor, instance_id, found)
    flash(gettext("已代为开始申报 %(number)s，请录入申报表。", number=application.number), "success")
    return redirect(url_for("pages.window_case", application_id=application.id), 303)


def _keep_identity(actor: Actor, instance_id: UUID, found: Visitor) -> None:
    """Put who the visitor is into the clerk's draft of the form. Phones and accounts are asked for again: masked."""
    known = found.applicant
    kind = ApplicantKind.RESIDENT if found.is_resident else ApplicantKind.ENTERPRISE
    answers: dict[str, object] = {"kind": str(kind) if known is None else known.kind}
    answers["id_no" if found.is_resident else "uscc"] = found.code
    if not found.is_resident and found.name:
        answers |= {"applicant_name": found.name, "account_name": found.name}
    for task in list_open_tasks(session(), actor.district_id, instance_id):
        if task.element_id == "submit_application" and task.assignee_id == actor.id:
            view = read_task(runtime(), task.id, by=actor)
            if view.draft is None:
                tasks.save_draft(runtime(), task.id, {**view.prepared.initial, **answers}, by=actor)


def _visitor_page(problem: str = "") -> tuple[str, int]:
    actor = current_actor()
    desk, words = desk_of(actor), request.form.get("q", "").strip()
    typed = request.form.get("code", "").strip().upper()
    found, refused = _identified(actor, typed)
    problem = problem or refused
    offered = window_queue.search_items(
        session(), desk, actor.district_id, now=runtime().clock.now(), text=words or None, limit=MOST_ITEMS
    )
    return page(
        "window_visitor.html",
        200 if found else 422,
        visitor=found,
        typed=typed,
        problem=problem,
        asked=words,
        offered=offered if found else (),
        departments={each.code: each.name for each in list_organisations(session(), actor.district_id)},
        cases=_cases(actor, desk, found),
        under_way=_under_way(found),
        key=new_id(),
    )


def _identified(actor: Actor, typed: str) -> tuple[Visitor | None, str]:
    """The visitor with this code, or why it is none."""
    code = typed.strip().upper()
    if not code:
        return None, gettext("请输入统一社会信用代码或居民身份证号码。")
    is_resident = is_id_number(code)
    if not is_resident and not is_credit_code(code):
        return None, gettext("号码的校验位不对：请核对证照上的18位号码后重新输入。")
    known = applications.find_applicant(session(), actor.district_id, code)
    if known is not None:
        return Visitor(code, is_resident, known, shown_name(known)), ""
    registered = None if is_resident else find_organisation(session(), actor.district_id, code)
    return Visitor(code, is_resident, None, "" if registered is None else registered.name), ""


def _cases(actor: Actor, desk: Desk, found: Visitor | None) -> Sequence[tuple[Application, PolicyItem]]:
    if found is None or found.applicant is None:
        return ()
    visible = permissions.visible(actor, Application)
    return window_queue.list_cases_of(session(), desk, found.applicant, visible, limit=MOST_CASES)


def _under_way(found: Visitor | None) -> set[UUID]:
    if found is None or found.applicant is None:
        return set()
    return window_queue.items_under_way(session(), found.applicant)


def _titles(desk: Desk) -> dict[Queue, str]:
    """The queues of the desk, by what people call them; only a window types applications for others."""
    titles = {
        Queue.CHECK: gettext("待形式审查"),
        Queue.CORRECTING: gettext("补正中"),
        Queue.TOLERATED: gettext("容缺待补"),
        Queue.DONE: gettext("今日已办"),
    }
    return {Queue.DRAFTS: gettext("代录未提交"), **titles} if desk.centres else titles


def _centre_names(actor: Actor, desk: Desk) -> list[str]:
    names = {each.code: each.name for each in list_organisations(session(), actor.district_id)}
    centres = [gettext("全部服务中心") if each == "*" else names.get(each, each) for each in sorted(desk.centres)]
    return [*centres, *([gettext("线上受理")] if desk.online else [])]


def _rows(actor: Actor, found: Sequence[Lying], queue: Queue) -> list[QueueRow]:
    now = runtime().clock.now()
    calendar = runtime().calendars.current(session(), actor.district_id)
    ids = [each.task.id for each in found if each.task is not None]
    deadlines = worklists.deadlines_of_tasks(session(), actor.district_id, ids)
    rows = []
    for each in found:
        kept = deadlines.get(each.task.id) if each.task is not None else None
        term = None if kept is None else due(kept, now=now, calendar=calendar)
        if queue is Queue.TOLERATED and (day := each.application.tolerated_due_on) is not None:
            late = business_date(now) > day
            words, tone = remaining(day, today=business_date(now), late=late, calendar=calendar)
            term = Due(day, words, tone, gettext("容缺材料须在当日24时前补交。"), ())
        rows.append(
            QueueRow(
                each,
                "" if each.applicant is None else shown_name(each.applicant),
                waiting_words(now - waiting_since(each.application)),
                term,
                list_letters(session(), each.application) if queue in (Queue.DONE, Queue.CORRECTING) else (),
            )
        )
    return rows


def waiting_since(application: Application) -> datetime:
    """Since when the applicant has been waiting for the desk."""
    return application.resubmitted_at or application.submitted_at or application.created_at


def waiting_words(passed: timedelta) -> str:
    """How long somebody has waited, in the largest unit that fits."""
    minutes = int(passed.total_seconds() // 60)
    if minutes < 1:
        return gettext("刚刚")
    if minutes < 60:
        return gettext("%(count)s 分钟", count=minutes)
    if minutes < 24 * 60:
        return gettext("%(count)s 小时", count=minutes // 60)
    return gettext("%(count)s 天", count=minutes // (24 * 60))
