"""The applicant's room: the own applications with where each stands and what comes next, filtered and by pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import request

from processes.actors import Actor
from processes.application_words import REFUSED, UNDECIDED, UNPAID, ApplicationStatus
from service.entrance import allows, current_actor
from service.pages.own_applications import own, own_tasks
from service.pages.progress import Standing, payment_sentence, standing_of
from service.pages.site import Paging, asked_page, page, pages
from service.pages.translation import to_translate
from service.wiring import session
from storage.models.applications import Application
from storage.models.instances import Task
from storage.models.items import PolicyItem
from storage.models.notices import Notice
from storage.notices import Inbox, list_notices
from storage.own_applications import count_own, list_open_tasks_of, list_own
from storage.people import list_organisations
from storage.worklists import Page

#: How many of the newest messages stand below the applications.
MESSAGES = 3


@dataclass(frozen=True, slots=True)
class Part:
    """One tab of the list. No statuses: all of them; `empty` says what to do when there is nothing."""

    title: str
    statuses: Sequence[str] = ()
    waiting: bool = False
    empty: str = ""


_OVER = (*REFUSED, ApplicationStatus.WITHDRAWN, ApplicationStatus.REVOKED, ApplicationStatus.QUIT)
PARTS: Mapping[str, Part] = {
    "all": Part(
        to_translate("全部"),
        empty=to_translate("在政策库或办事指南中找到适合的事项，点“申报”就可以开始填写；扫事项海报上的二维码也可以。"),
    ),
    "waiting": Part(
        to_translate("需要我办理"), waiting=True, empty=to_translate("没有等您办理的事。需要补正或更正账户时会在这里。")
    ),
    "draft": Part(
        to_translate("草稿"),
        (ApplicationStatus.DRAFT,),
        empty=to_translate("没有没填完的申报。开始申报后，没有提交的内容会保存在这里。"),
    ),
    "running": Part(
        to_translate("办理中"),
        (*UNDECIDED, *UNPAID),
        empty=to_translate("没有正在办理的申报。提交后可以在这里看进度。"),
    ),
    "paid": Part(
        to_translate("已兑现"),
        (ApplicationStatus.PAID, ApplicationStatus.FINISHED),
        empty=to_translate("还没有兑现的申报。审定通过并拨付后会在这里。"),
    ),
    "over": Part(to_translate("没有办成"), _OVER, empty=to_translate("没有被退回、不予受理、不予支持或撤回的申报。")),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One application of the list; `to_do` waits for the person."""

    application: Application
    item: PolicyItem
    department: str
    standing: Standing
    payment: str
    to_do: Sequence[Task]


@pages.get("/my")
@allows("apply_for_oneself")
def my() -> tuple[str, int]:
    """The applications of everybody the person acts for, newest first; `?show=` one part, `?q=` by words."""
    actor, place = current_actor(), asked_page(10)
    show = request.args.get("show", "all")
    part = PARTS.get(show, PARTS["all"])
    asked = request.args.get("q", "").strip()[:100]
    wanted = own(actor, statuses=part.statuses, text=asked, waiting=part.waiting)
    found = list_own(session(), wanted, place)
    return page(
        "my.html",
        parts=PARTS,
        part=part,
        asked=asked,
        rows=_rows(actor, found),
        paging=Paging(place, count_own(session(), wanted)),
        waiting=count_own(session(), own(actor, waiting=True)),
        messages=_messages(actor) if part is PARTS["all"] and not asked and place.number == 1 else (),
    )


def _messages(actor: Actor) -> Sequence[Notice]:
    return list_notices(session(), Inbox(actor.district_id, actor.id), Page(1, MESSAGES))


def _rows(actor: Actor, found: Sequence[tuple[Application, PolicyItem]]) -> list[Row]:
    """The rows with their tasks, read in one query for all of them."""
    tasks: dict[UUID, list[Task]] = {application.root_id: [] for application, _ in found}
    for task in list_open_tasks_of(session(), actor.district_id, list(tasks)):
        tasks[task.root_id].append(task)
    names = {each.code: each.name for each in list_organisations(session(), actor.district_id)}
    rows = []
    for application, item in found:
        opened = {task.element_id for task in tasks[application.root_id]}
        rows.append(
            Row(
                application,
                item,
                names.get(application.implementer_org, application.implementer_org),
                standing_of(application, opened),
                payment_sentence(application),
                own_tasks(actor, tasks[application.root_id]),
            )
        )
    return rows
