"""The applicant's room: the own applications with what comes next, and the receipt of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import flash, make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from processes.actors import Actor
from processes.application_words import GRANTED, UNDECIDED, ApplicationStatus
from processes.errors import BadRequest, NotFound
from service import permissions
from service.codes import code_svg
from service.entrance import allows, current_actor
from service.letters.content import Issued, list_letters
from service.orchestration.withdrawal import withdraw_application
from service.pages.site import page, pages
from service.pages.translation import gettext, to_translate
from service.wiring import runtime, session
from storage import applications, objections
from storage.instances import list_open_tasks
from storage.items import get_item
from storage.models.applications import Application
from storage.models.instances import Task
from storage.models.items import PolicyItem
from storage.models.objections import Rating
from storage.people import find_organisation

Answer = Response | tuple[str, int]
MOST = 100

_STEPS = (
    to_translate("提交"),
    to_translate("受理"),
    to_translate("审查"),
    to_translate("审定"),
    to_translate("兑现"),
)
#: The step that an application of this state waits for; what is missing here has ended.
_WAITS_FOR: dict[str, int] = {
    ApplicationStatus.DRAFT: 0,
    ApplicationStatus.SUBMITTED: 1,
    ApplicationStatus.CORRECTING: 1,
    ApplicationStatus.ACCEPTED: 2,
    ApplicationStatus.FIRST_REVIEW: 2,
    ApplicationStatus.SECOND_REVIEW: 2,
    ApplicationStatus.APPROVED: 4,
    ApplicationStatus.IN_PUBLICITY: 4,
    ApplicationStatus.AWAITING_PAYMENT: 4,
    ApplicationStatus.PAYING: 4,
    ApplicationStatus.PAID: 5,
    ApplicationStatus.FINISHED: 5,
}


@dataclass(frozen=True, slots=True)
class Own:
    """One application as its applicant sees it: the department by name, its reviewers never."""

    application: Application
    item: PolicyItem
    department: str
    to_do: Sequence[Task]
    letters: Sequence[Issued]
    rating: Rating | None

    @property
    def steps(self) -> list[tuple[str, str]]:
        """(name, class) of every step; an application that ended early shows none as current."""
        place = _WAITS_FOR.get(self.application.status, -1)
        tones = ["is-done" if at < place else "is-current" if at == place else "" for at in range(len(_STEPS))]
        return [(gettext(name), tone) for name, tone in zip(_STEPS, tones, strict=True)]

    @property
    def may_withdraw(self) -> bool:
        return self.application.status in UNDECIDED

    @property
    def payment(self) -> str:
        """Where the money is, in words; nothing before the decision."""
        status = self.application.status
        if status not in GRANTED:
            return ""
        if status in (ApplicationStatus.PAID, ApplicationStatus.FINISHED):
            return gettext("已拨付到您登记的账户")
        return gettext("正在拨付") if status == ApplicationStatus.PAYING else gettext("尚未拨付，公示和排队后拨付")

    @property
    def pauses(self) -> list[str]:
        return [str(each["reason"]) for each in self.application.pauses]


@pages.get("/my")
@allows("apply_for_oneself")
def my() -> tuple[str, int]:
    """The applications of everybody the person acts for, newest first."""
    actor = current_actor()
    found = applications.list_own_applications(session(), actor.district_id, actor.id, _acts_for(actor), limit=MOST)
    return page("my.html", rows=[_own(actor, each) for each in found])


@pages.get("/my/applications/<uuid:application_id>")
@allows("apply_for_oneself")
def my_application(application_id: UUID) -> tuple[str, int]:
    """The receipt of one application: where it stands, what is to correct, its letters."""
    return _receipt(application_id)


@pages.get("/my/applications/<uuid:application_id>/code.svg")
@allows("apply_for_oneself")
def my_code(application_id: UUID) -> Response:
    """The QR code that leads to the receipt; who scans it signs in first."""
    found = _seen(current_actor(), application_id)
    address = url_for("pages.my_application", application_id=found.id, _external=True)
    answer = make_response(code_svg(address))
    answer.headers["Content-Type"] = "image/svg+xml"
    return answer


@pages.post("/my/applications/<uuid:application_id>/withdrawal")
@allows("apply_for_oneself")
def withdraw_mine(application_id: UUID) -> Answer:
    """Take the application back, with a reason."""
    actor = current_actor()
    _seen(actor, application_id)
    try:
        withdraw_application(runtime(), application_id, by=actor, reason=request.form.get("reason", ""))
    except BadRequest as refused:
        return _receipt(application_id, refused.message, 422)
    flash(gettext("申报已撤回。"), "success")
    return redirect(url_for("pages.my_application", application_id=application_id), 303)


def _receipt(application_id: UUID, refusal: str = "", status: int = 200) -> tuple[str, int]:
    actor = current_actor()
    own = _own(actor, _seen(actor, application_id))
    told = {each.acceptance.id for each in own.letters if each.acceptance is not None}
    rounds = [
        each for each in applications.list_acceptances(session(), own.application) if each.missing and each.id in told
    ]
    return page("my_application.html", status, own=own, rounds=rounds, refusal=refusal)


def _acts_for(actor: Actor) -> list[str]:
    return sorted(post.organisation for post in actor.posts if post.role == "applicant")


def _seen(actor: Actor, application_id: UUID) -> Application:
    """The application, when it is the person's own. Raises NotFound for all others alike."""
    found = applications.list_own_applications(
        session(), actor.district_id, actor.id, _acts_for(actor), only=application_id, limit=1
    )
    if not found:
        raise NotFound("没有找到这件申报。它可能不存在，或者您无权查看。")
    return found[0]


def _own(actor: Actor, application: Application) -> Own:
    department = find_organisation(session(), actor.district_id, application.implementer_org)
    open_tasks = list_open_tasks(session(), actor.district_id, application.instance_id)
    return Own(
        application,
        get_item(session(), actor.district_id, application.item_id),
        application.implementer_org if department is None else department.name,
        [task for task in open_tasks if permissions.stands_for(actor, task) is not None],
        list_letters(session(), application),
        objections.find_rating(session(), application),
    )
