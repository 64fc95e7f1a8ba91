"""A newly opened item is told to enterprises it may fit: once per item and person, and not to who refused."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select

from processes.actors import system_actor
from processes.desk_words import Digest
from processes.item_words import Operator
from service.orchestration.inbox import Contact, save_contact
from service.orchestration.match_notices import tell_matches
from service.orchestration.runtime import Unit, transaction
from storage.models.applications import Applicant
from storage.models.items import PolicyItem
from storage.models.notices import Notice
from storage.models.policies import Policy
from tests.journeys import applying_route as route
from tests.world import DISTRICT, World

CLEAR = {"text": "未被列入失信名单", "field": "失信情况", "operator": Operator.EQUALS, "value": "未列入失信名单"}


@pytest.fixture
def item(world: World) -> UUID:
    """An open item for enterprises, and two enterprises that have applied for something before."""
    before = route.open_item(world)
    for login in ("applicant", "applicant2"):
        route.apply(world, before.id, by=login)
    change(world, before.id, [], ["企业"])
    return before.id


def change(world: World, item_id: UUID, conditions: list[dict[str, str]], kinds: list[str]) -> None:
    def work(unit: Unit) -> None:
        row = unit.session.get_one(PolicyItem, (DISTRICT, item_id))
        row.conditions, row.facets = conditions, {**row.facets, "beneficiary": kinds}

    transaction(world.runtime, system_actor(DISTRICT), work)


def standing(world: World, login: str, credit: str) -> None:
    organisation = world.actor(login).organisation

    def work(unit: Unit) -> None:
        for row in unit.session.scalars(select(Applicant).where(Applicant.organisation == organisation)):
            row.credit_state = credit

    transaction(world.runtime, system_actor(DISTRICT), work)


def told(world: World) -> set[str]:
    people = {world.actor(login).id: login for login in ("applicant", "applicant2", "maker")}
    return {people[row.user_id] for row in world.rows(Notice, kind="match")}


def test_each_person_is_told_once(world: World, item: UUID) -> None:
    tell_matches(world.runtime, DISTRICT, item)
    tell_matches(world.runtime, DISTRICT, item)

    assert told(world) == {"applicant", "applicant2"}
    assert len(world.rows(Notice, kind="match")) == 2


def test_who_is_known_not_to_fit_is_not_told(world: World, item: UUID) -> None:
    change(world, item, [CLEAR], ["企业"])
    standing(world, "applicant", "有失信限制")
    standing(world, "applicant2", "无失信限制")

    tell_matches(world.runtime, DISTRICT, item)

    assert told(world) == {"applicant2"}


def test_an_item_for_others_is_told_to_no_enterprise(world: World, item: UUID) -> None:
    change(world, item, [], ["居民"])

    tell_matches(world.runtime, DISTRICT, item)

    assert told(world) == set()


def test_who_switched_it_off_is_not_told(world: World, item: UUID) -> None:
    save_contact(world.runtime, Contact(Digest.NEVER, hears_of_matches=False), by=world.actor("applicant"))

    tell_matches(world.runtime, DISTRICT, item)

    assert told(world) == {"applicant2"}


def test_nothing_is_said_of_a_confidential_policy(world: World, item: UUID) -> None:
    def hide(unit: Unit) -> None:
        for row in unit.session.scalars(select(Policy)):
            row.confidential, row.confidential_reason = True, "涉密"

    transaction(world.runtime, system_actor(DISTRICT), hide)

    tell_matches(world.runtime, DISTRICT, item)

    assert told(world) == set()
