"""One application in the applicant's room: where it stands, what is to do for it, its money, letters and messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import make_response, url_for
from werkzeug.wrappers import Response

from forms.identifiers import mask_account
from processes.actors import Actor
from processes.application_words import REFUSED, RUNNING, UNDECIDED, ObjectionKind
from processes.item_words import ACCEPTING
from processes.payment_words import BEFORE_PAYMENT, LineState
from service.codes import code_svg
from service.entrance import allows, current_actor
from service.letters.content import Issued, list_letters
from service.pages.due import Due, due
from service.pages.form_view import as_id
from service.pages.my_tasks import Attempt, TaskCard, cards_of
from service.pages.own_applications import own_application, own_tasks
from service.pages.progress import Standing, payment_sentence, promised, standing_of
from service.pages.site import page, pages
from service.pages.translation import gettext, to_translate
from service.wiring import runtime, session
from storage import guides, objections, worklists
from storage.db import new_id
from storage.items import get_item
from storage.models.applications import Application
from storage.models.disbursements import DisbursementBatch, DisbursementLine, Publicity
from storage.models.guides import QrCode
from storage.models.instances import Task
from storage.models.items import PolicyItem
from storage.models.notices import Notice
from storage.models.objections import Objection, Rating
from storage.models.records import Attachment
from storage.notices import Inbox, list_notices
from storage.own_applications import list_open_tasks_of, list_payments
from storage.people import find_organisation
from storage.publicity import find_publicity

#: What a level of content is called (好差评).
RATINGS: Mapping[int, str] = {
    5: to_translate("非常满意"),
    4: to_translate("满意"),
    3: to_translate("基本满意"),
    2: to_translate("不满意"),
    1: to_translate("非常不满意"),
}
#: How many of the newest messages stand on the page.
_MESSAGES = 5
#: Elements whose deadline is the day the applicant waits for or has to keep.
_DATED = ("accept_at_window", "accept_online", "correct_application")


@dataclass(frozen=True, slots=True)
class Paper:
    """One document as it was handed in, with its files as far as the person may open them."""

    name: str
    handed_in: str
    place: str
    files: Sequence[Attachment]


@dataclass(frozen=True, slots=True)
class Awaited:
    """A document that was allowed to follow (容缺) and has not come yet."""

    no: str
    name: str
    standard: str


@dataclass(frozen=True, slots=True)
class Payment:
    """Where the money of an application is. `account` is masked; `line` and `publicity` of the newest batch."""

    sentence: str
    account: str
    line: DisbursementLine | None = None
    batch: DisbursementBatch | None = None
    publicity: Publicity | None = None

    @property
    def failed(self) -> bool:
        return self.line is not None and self.line.state == LineState.FAILED


@dataclass(frozen=True, slots=True)
class Raised:
    """What was raised about the application and is shown to its applicant: a bad rating, an own or another's objection.

    Who else objects, and what they say, is not for the applicant: `own` is False then.
    """

    objection: Objection
    own: bool

    @property
    def of_rating(self) -> bool:
        return self.objection.kind == ObjectionKind.BAD_RATING


@dataclass(frozen=True, slots=True)
class Progress:
    """One application as its applicant sees it: the department by name, its reviewers never."""

    application: Application
    item: PolicyItem
    department: str
    standing: Standing
    expected: Due | None
    cards: Sequence[TaskCard]
    letters: Sequence[Issued]
    payment: Payment | None
    rating: Rating | None
    raised: Sequence[Raised]
    papers: Sequence[Paper]
    awaited: Sequence[Awaited]
    messages: Sequence[Notice]
    code: QrCode | None
    to_do: Sequence[Task] = ()
    key: UUID = field(default_factory=new_id)

    @property
    def disputed(self) -> bool:
        return any(each.objection.closed_at is None and not each.of_rating for each in self.raised)

    @property
    def rating_words(self) -> str:
        return "" if self.rating is None else gettext(RATINGS[self.rating.level])

    @property
    def may_withdraw(self) -> bool:
        return self.application.status in UNDECIDED

    @property
    def may_object(self) -> bool:
        """An applicant who was refused may object, once at a time."""
        running = any(each.objection.closed_at is None for each in self.raised)
        return self.application.status in REFUSED and not running

    @property
    def may_apply_again(self) -> bool:
        return self.standing.ended_early and self.code is not None and self.item.status in ACCEPTING


@pages.get("/my/applications/<uuid:application_id>")
@allows("apply_for_oneself")
def my_application(application_id: UUID) -> tuple[str, int]:
    """The room of one application: where it stands, what is to correct, its letters."""
    return application_page(application_id)


@pages.get("/my/applications/<uuid:application_id>/code.svg")
@allows("apply_for_oneself")
def my_code(application_id: UUID) -> Response:
    """The QR code that leads to the progress; who scans it signs in first."""
    found = own_application(current_actor(), application_id)
    address = url_for("pages.my_application", application_id=found.id, _external=True)
    answer = make_response(code_svg(address))
    answer.headers["Content-Type"] = "image/svg+xml"
    return answer


def application_page(
    application_id: UUID, *, attempt: Attempt | None = None, refusal: str = "", status: int = 200
) -> tuple[str, int]:
    """The page; `attempt` is a form that was refused, with what was typed, `refusal` what went wrong in a sentence."""
    actor = current_actor()
    shown = progress_of(actor, own_application(actor, application_id), attempt)
    return page("my_application.html", status, own=shown, refusal=refusal)


def progress_of(actor: Actor, application: Application, attempt: Attempt | None = None) -> Progress:
    """Everything the page says of an application."""
    item = get_item(session(), actor.district_id, application.item_id)
    department = find_organisation(session(), actor.district_id, application.implementer_org)
    found = objections.list_objections_to(session(), application)
    roots = {application.root_id, *(each.root_id for each in found)}
    tasks = list_open_tasks_of(session(), actor.district_id, roots)
    opened = {task.element_id for task in tasks}
    return Progress(
        application,
        item,
        application.implementer_org if department is None else department.name,
        standing_of(application, opened),
        _expected(actor, application, item, tasks),
        cards_of(actor, application, own_tasks(actor, tasks), attempt),
        list_letters(session(), application),
        _payment(application),
        objections.find_rating(session(), application),
        [Raised(each, _is_own(actor, each)) for each in found],
        _papers(application),
        _awaited(application, item),
        list_notices(
            session(), Inbox(actor.district_id, actor.id, root_id=application.root_id), worklists.Page(1, _MESSAGES)
        ),
        guides.find_code_of(session(), item),
        own_tasks(actor, tasks),
    )


def _expected(actor: Actor, application: Application, item: PolicyItem, tasks: Sequence[Task]) -> Due | None:
    """The day to expect: of the formal check or the correction while one is open, else of the decision."""
    now, calendar = runtime().clock.now(), runtime().calendars.current(session(), actor.district_id)
    dated = [task.id for task in tasks if task.element_id in _DATED]
    row = next(iter(worklists.deadlines_of_tasks(session(), actor.district_id, dated).values()), None)
    if row is not None:
        return due(row, now=now, calendar=calendar)
    return promised(application, item, now=now, calendar=calendar)


def _payment(application: Application) -> Payment | None:
    sentence = payment_sentence(application)
    if not sentence:
        return None
    account = f"{application.account_bank} {mask_account(application.account_no)}".strip()
    stood = list_payments(session(), application)
    if not stood:
        return Payment(sentence, account)
    line, batch = stood[0]
    return Payment(sentence, account, line, batch, find_publicity(session(), batch, BEFORE_PAYMENT))


def _is_own(actor: Actor, objection: Objection) -> bool:
    """True for an objection of the person, and for one that the applicant's own bad rating made."""
    return objection.registered_by == actor.id or objection.kind == ObjectionKind.BAD_RATING


def _papers(application: Application) -> list[Paper]:
    ids = [as_id(each) for material in application.materials for each in material["files"]]
    known = worklists.list_attachments(session(), application.district_id, [each for each in ids if each is not None])
    return [_paper(each, known) for each in application.materials]


def _awaited(application: Application, item: PolicyItem) -> list[Awaited]:
    """Documents still to follow while the case runs, with the standard they must meet."""
    if application.status not in RUNNING:
        return []
    standards = {each["no"]: each["formal_check_standard"] for each in item.materials}
    return [Awaited(each["no"], each["name"], standards.get(each["no"], "")) for each in application.tolerated]


def _paper(material: Mapping[str, Any], known: Mapping[str, Attachment]) -> Paper:
    files = [known[each] for each in map(str, material["files"]) if each in known]
    return Paper(str(material["name"]), str(material["handed_in"]), str(material["place"] or ""), files)
