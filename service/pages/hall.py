"""The public hall: home, one policy, and the figures of the three transparencies (三个透明). Nobody signs in here."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from werkzeug.wrappers import Response

from processes.clock import business_date
from processes.item_words import ACCEPTING
from service.entrance import public
from service.pages.site import Paging, asked_page, pages
from service.pages.visiting import public_page
from service.wiring import runtime, session, settings
from storage import hall as stored
from storage.indicators.making import covered_clauses
from storage.items import list_items_of
from storage.models.policies import Policy
from storage.publicity import list_paid_totals, list_public

_SHOWN = 6


@pages.get("/hall")
@public
def hall() -> Response:
    """Search, what is open, what was published lately, and lists that are before the public."""
    district_id = settings().district_id
    offers = stored.list_offers(session(), district_id)
    today = business_date(runtime().clock.now())
    return public_page(
        "hall.html",
        opened=[each for each in offers if each.item.status in ACCEPTING][:_SHOWN],
        coming=[each for each in offers if each.item.status not in ACCEPTING and each.item.opened_at is None][:_SHOWN],
        count=len(offers),
        running=list_public(session(), district_id, running_on=today, limit=_SHOWN),
        totals=stored.paid_totals(session(), district_id),
    )


@pages.get("/hall/policies/<uuid:policy_id>")
@public
def public_policy(policy_id: UUID) -> Response:
    """An issued policy in public: its facts, clauses and items."""
    policy = stored.get_issued_policy(session(), settings().district_id, policy_id)
    offers = stored.list_offers(session(), policy.district_id, policy_id=policy.id)
    return public_page("hall_policy.html", policy=policy, offers=offers, clauses=stored.clauses_of(session(), policy))


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many benefit clauses of a policy have become items people can apply for."""

    policy: Policy
    covered: int
    clauses: int

    @property
    def share(self) -> str:
        return f"{round(1000 * self.covered / self.clauses) / 10:g}%" if self.clauses else "—"


@pages.get("/hall/figures")
@public
def figures() -> Response:
    """Coverage by policy, on-time rates by stage, money and cases by item: totals only, never a person."""
    place, district_id = asked_page(), settings().district_id
    found = stored.list_issued_policies(session(), district_id, limit=place.size, offset=place.offset)
    return public_page(
        "hall_figures.html",
        coverage=[_coverage(each) for each in found],
        paging=Paging(place, stored.count_issued_policies(session(), district_id)),
        stages=stored.count_on_time(session(), district_id),
        totals=stored.paid_totals(session(), district_id),
        rows=list_paid_totals(session(), district_id),
    )


def _coverage(policy: Policy) -> Coverage:
    covered, clauses = covered_clauses(session(), policy, list_items_of(session(), policy))
    return Coverage(policy, covered, clauses)
