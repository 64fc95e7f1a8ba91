"""The policies of the district, and one policy: its nine stages, items, texts, opinions and reviews."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import request

from processes.actors import Actor
from processes.errors import NotFound
from processes.policy_words import PolicyStatus
from service import permissions
from service.entrance import allows, current_actor
from service.pages.lifecycle import may_begin
from service.pages.site import Paging, asked_page, page, pages
from service.pages.stage_board import stage_board
from service.wiring import session
from storage import instances, items
from storage import policies as stored
from storage.models.policies import Policy
from storage.models.policy_opinions import Consultation, Opinion
from storage.people import list_organisations, names_of


@pages.get("/policies", endpoint="policies")
@allows("read_policies")
def list_policies() -> tuple[str, int]:
    """Policies by state, department and words of the title or number."""
    actor, place = current_actor(), asked_page()
    status, maker = request.args.get("status", ""), request.args.get("maker", "")
    words = request.args.get("q", "").strip()
    asked: dict[str, Any] = {
        "statuses": (status,) if status in set(PolicyStatus) else (),
        "maker_org": maker or None,
        "text": words or None,
        "visible": permissions.visible(actor, Policy),
    }
    found = stored.list_policies(session(), actor.district_id, **asked, limit=place.size, offset=place.offset)
    total = stored.count_policies(session(), actor.district_id, **asked)
    return page(
        "policies.html",
        may_begin=may_begin(actor),
        found=found,
        place=Paging(place, total),
        statuses=list(PolicyStatus),
        organisations=_organisations(actor),
        asked={"status": status, "maker": maker, "q": words},
    )


@pages.get("/policies/<uuid:policy_id>")
@allows("read_policies")
def policy(policy_id: UUID) -> tuple[str, int]:
    actor = current_actor()
    found = stored.get_policy(session(), actor.district_id, policy_id)
    if not permissions.may_see_policy(session(), actor, found):
        raise NotFound("没有找到这项政策。它可能已被移走，或者您无权查看。")
    case = [] if found.instance_id is None else instances.list_case(session(), actor.district_id, found.instance_id)
    of_policy = items.list_items_of(session(), found)
    making = permissions.may_read_making(actor, found)
    versions = stored.list_versions(session(), found)
    return page(
        "policy.html",
        policy=found,
        organisations=_organisations(actor),
        stages=stage_board(session(), case, of_policy),
        items=of_policy,
        versions=versions if making else [each for each in versions if each.id == found.issued_version_id],
        opinions=_opinions(found) if making else [],
        reviews=stored.list_reviews(session(), found) if making else [],
        assessment=stored.find_assessment(session(), found) if making else None,
        names=names_of(session(), actor.district_id, {found.created_by, *(each.created_by for each in versions)}),
        may_see_case=bool(case) and permissions.may_see_instance(session(), actor, case[0]),
    )


def _organisations(actor: Actor) -> dict[str, str]:
    return {each.code: each.name for each in list_organisations(session(), actor.district_id)}


def _opinions(found: Policy) -> list[tuple[Consultation, Sequence[Opinion]]]:
    return [(each, stored.list_opinions(session(), each)) for each in stored.list_consultations(session(), found)]
