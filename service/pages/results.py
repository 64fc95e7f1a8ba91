"""What the public reads of money without signing in: lists open to objections, results for good, totals (R03)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import flash, redirect, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from processes.clock import business_date
from processes.payment_words import PublicityKind
from service.entrance import allows, current_actor, public
from service.orchestration.start import start_instance
from service.pages.form_view import as_id
from service.pages.site import Paging, asked_page, page, pages
from service.pages.starting import first_page, may_start_process
from service.wiring import runtime, session, settings
from storage import evaluations as stored
from storage.db import new_id
from storage.publicity import count_public, get_public, list_paid_totals, list_public

#: The process with which people object to a list.
OBJECTION = "objection"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of what is public: its title, and the kinds of list it shows; without kinds those open today."""

    title: str
    note: str
    kinds: tuple[PublicityKind, ...] = ()


PARTS: dict[str, Part] = {
    "open": Part("正在公示", "公示期内可以提出异议。"),
    "paid": Part("兑现结果", "已到账的兑现结果，长期公开。", (PublicityKind.PAID,)),
    "statistics": Part("汇总数据", "定期汇总数据类事项的报送数据。", (PublicityKind.STATISTICS,)),
}


@pages.get("/results")
@public
def results() -> tuple[str, int]:
    """Lists by part (`?part=paid`) and by words of the item or the policy."""
    chosen = request.args.get("part", "open")
    part = PARTS.get(chosen, PARTS["open"])
    asked, place = request.args.get("q", "").strip()[:100], asked_page()
    today = business_date(runtime().clock.now())
    running_on = None if part.kinds else today
    district_id, text = settings().district_id, asked or None
    rows = list_public(
        session(),
        district_id,
        kinds=part.kinds,
        running_on=running_on,
        text=text,
        limit=place.size,
        offset=place.offset,
    )
    total = count_public(session(), district_id, kinds=part.kinds, running_on=running_on, text=text)
    return page("results.html", parts=PARTS, part=part, rows=rows, asked=asked, paging=Paging(place, total))


@pages.get("/results/<uuid:publicity_id>")
@public
def result(publicity_id: UUID) -> tuple[str, int]:
    """One list, people masked."""
    publicity, item, policy = get_public(session(), settings().district_id, publicity_id)
    today = business_date(runtime().clock.now())
    return page(
        "result.html",
        publicity=publicity,
        item=item,
        policy=policy,
        parts=PARTS,
        disputable=publicity.to_on is not None and publicity.from_on <= today <= publicity.to_on,
        may_object=may_start_process(OBJECTION),
        key=new_id(),
    )


@pages.post("/results/<uuid:publicity_id>/objection")
@allows("start")
def object_to(publicity_id: UUID) -> Response:
    """Begin an objection to a list (P19) in the name of who is signed in, and go on to its form: never anonymous."""
    actor, key = current_actor(), request.form.get("idempotency_key", "")
    _, item, _ = get_public(session(), settings().district_id, publicity_id)
    idempotency_key = key if as_id(key) else None
    instance_id = start_instance(runtime(), OBJECTION, by=actor, idempotency_key=idempotency_key)
    flash(gettext("异议已发起。登记时“异议对象”选“公示”，事项编号填 %(number)s。", number=item.number), "info")
    return redirect(first_page(actor, instance_id), 303)


@pages.get("/results/totals")
@public
def totals() -> tuple[str, int]:
    """What every item has paid, by year."""
    rows = list_paid_totals(session(), settings().district_id)
    return page("result_totals.html", rows=rows, parts=PARTS)


@pages.get("/evaluations")
@public
def evaluations() -> tuple[str, int]:
    """Summaries of what policies achieved (三(二)3)."""
    place, district_id = asked_page(), settings().district_id
    rows = stored.list_published_evaluations(session(), district_id, limit=place.size, offset=place.offset)
    total = stored.count_published_evaluations(session(), district_id)
    return page("evaluations.html", rows=rows, parts=PARTS, paging=Paging(place, total))
