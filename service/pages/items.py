"""One policy item for those who work on it: its elements, its duties before the opening, and moving the opening."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from handlers.item_reading import content_of
from handlers.opening_gate import missing_conditions
from processes.actors import Actor
from processes.clock import SHANGHAI
from processes.errors import BadRequest, ProcessError
from processes.item_words import ItemStatus
from processes.opening_words import TRAINING_TITLES
from service import permissions
from service.entrance import allows, current_actor
from service.orchestration.opening import MOVABLE, move_opening
from service.pages.due import Due, due
from service.pages.site import page, pages
from service.pages.translation import gettext
from service.wiring import runtime, session
from storage import filings, guides, instances, policies, publications, trainings, worklists
from storage.models.instances import ProcessInstance
from storage.models.items import PolicyItem
from storage.models.policies import Policy
from storage.people import list_organisations
from storage.record_lists import get_record


@pages.get("/policies/items/<uuid:item_id>")
@allows("read_policies")
def item(item_id: UUID) -> tuple[str, int]:
    """Where the item stands, what must be done until when, and what has been done."""
    actor = current_actor()
    return _shown(actor, _item(actor, item_id))


@pages.post("/policies/items/<uuid:item_id>/opening")
@allows("move_dates")
def item_opening(item_id: UUID) -> Response | tuple[str, int]:
    """Move the opening; what is refused is said beside the form, with what was typed kept."""
    actor = current_actor()
    found = _item(actor, item_id)
    try:
        opens_at = _typed(request.form.get("open_at", ""))
        moved = move_opening(runtime(), item_id, opens_at, by=actor, reason=request.form.get("reason", ""))
    except ProcessError as refused:
        return _shown(actor, found, refusal=refused.message, status=422)
    flash(gettext("开放时间已改，%(count)d 个期限随之重新推算。", count=moved), "success")
    return redirect(url_for("pages.item", item_id=item_id), code=303)


def _item(actor: Actor, item_id: UUID) -> PolicyItem:
    conditions = [permissions.visible(actor, PolicyItem), PolicyItem.id == item_id]
    found: PolicyItem = get_record(session(), PolicyItem, conditions, name="这个政策服务事项")
    return found


def _shown(actor: Actor, found: PolicyItem, *, refusal: str | None = None, status: int = 200) -> tuple[str, int]:
    policy = policies.get_policy(session(), found.district_id, found.policy_id)
    names = {row.code: row.name for row in list_organisations(session(), found.district_id)}
    return page(
        "item.html",
        status=status,
        item=found,
        policy=policy,
        elements=content_of(found, policy, names),
        duties=tuple(_duties(found)),
        missing=_missing(found),
        trainings=trainings.list_trainings(session(), found),
        training_titles={str(kind): title for kind, title in TRAINING_TITLES.items()},
        filings=filings.list_filings(session(), found),
        exceptions=filings.list_exceptions(session(), found),
        publications=publications.list_publications(session(), found),
        code=guides.find_code_of(session(), found),
        may_move=_may_move(actor, found, policy),
        asked={"open_at": request.form.get("open_at") or _as_typed(found), "reason": request.form.get("reason", "")},
        refusal=refusal,
    )


def _missing(found: PolicyItem) -> tuple[str, ...]:
    """What still stands against the opening, for an item that is online and not open."""
    if found.status != ItemStatus.LAUNCHED:
        return ()
    calendar = runtime().calendars.current(session(), found.district_id)
    return missing_conditions(session(), calendar, found)


def _duties(found: PolicyItem) -> Iterator[Due]:
    """The duties of the item's case, earliest first, each with its walk; what two diagrams ask for is named once."""
    calendar = runtime().calendars.current(session(), found.district_id)
    ids = [each.id for each in _case(found)]
    rows = worklists.list_deadlines_of_case(session(), found.district_id, ids) if ids else ()
    shown = (
        due(row, now=runtime().clock.now(), calendar=calendar) for row in sorted(rows, key=lambda each: each.due_at)
    )
    yield from {(each.duty, each.day, each.words): each for each in shown}.values()


def _case(found: PolicyItem) -> list[ProcessInstance]:
    """The item's instance and everything below it: trainings, filings."""
    if found.instance_id is None:
        return []
    own = instances.get_instance(session(), found.district_id, found.instance_id)
    below, of_case = [own], instances.list_case(session(), found.district_id, own.root_id)
    for each in below:
        below += [child for child in of_case if child.parent_id == each.id]
    return below


def _may_move(actor: Actor, found: PolicyItem, policy: Policy) -> bool:
    own = actor.holds("maker", policy.maker_org) or permissions.can(actor, "manage_calendar")
    return own and permissions.can(actor, "move_dates") and found.status in MOVABLE and found.open_at is not None


def _typed(text: str) -> datetime:
    """What a browser sends for a day and a time in Shanghai (2026-10-12T09:00). Raises BadRequest."""
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M").replace(tzinfo=SHANGHAI)
    except ValueError:
        raise BadRequest("请填写新的开放时间，例如 2026-10-12 09:00。") from None


def _as_typed(found: PolicyItem) -> str:
    return "" if found.open_at is None else found.open_at.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M")
