"""Ways for tests and others through an application: from an open item to the pool from which batches pay."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from processes.actors import system_actor
from processes.opening_words import GuideStatus
from service.orchestration.runtime import Unit, transaction
from storage import guides
from storage.db import new_id
from storage.models.applications import Application
from storage.models.guides import Guide
from storage.models.items import PolicyItem
from storage.models.people import Membership
from tests import applying
from tests.world import DISTRICT, World

_FORMS = {
    "applicant": applying.form,
    "applicant2": applying.other_form,
    "window_clerk": applying.window_form,
}


def open_item(world: World, **changes: Any) -> PolicyItem:
    """An item that takes applications now, without the journey that launches one."""
    by = world.actor("maker").id

    def work(unit: Unit) -> UUID:
        return applying.open_item(unit.session, DISTRICT, by, unit.now, **changes).id

    item_id = transaction(world.runtime, system_actor(DISTRICT), work)
    item = world.session.get(PolicyItem, (DISTRICT, item_id))
    assert item is not None
    return item


def code_of(world: World, item: PolicyItem) -> str:
    """The short code of the item, as its posters carry it."""

    def work(unit: Unit) -> str:
        return guides.code_of(unit.session, item, at=unit.now).code

    return transaction(world.runtime, system_actor(DISTRICT), work)


def publish_guide(world: World, item: PolicyItem) -> str:
    """Give the item a published guide; its short code."""
    by, now = world.actor("dsb_operator").id, world.clock.now()
    words = {"title": f"{item.name}办事指南", "summary": item.benefit_content, "content": []}
    row = Guide(
        district_id=DISTRICT,
        id=new_id(),
        item_id=item.id,
        version_no=1,
        item_version_no=1,
        status=GuideStatus.PUBLISHED,
        effective_on=now.date(),
        made_by=by,
        made_at=now,
        confirmed_by=by,
        confirmed_at=now,
        published_at=now,
        **words,
    )
    add(world, row)
    return code_of(world, item)


def begin(world: World, item_id: UUID, *, by: str = "applicant") -> UUID:
    """Start an application for the item; the case's root."""
    return world.start("application", by=by, variables={"item_id": str(item_id)})


def apply(world: World, item_id: UUID, *, by: str = "applicant", **changes: Any) -> UUID:
    """Start an application, fill it in and hand it in; the case's root."""
    root = begin(world, item_id, by=by)
    file = world.attach(by, "certificate.pdf", b"%PDF-1.4\ncertificate")
    world.do(by, "submit_application", _FORMS[by](file, **changes), root)
    return root


def accept(world: World, root: UUID) -> None:
    """The front desk the case waits for accepts it."""
    at_window = any(task.element_id == "accept_at_window" for task in world.open_tasks(root))
    login, element = ("window_clerk", "accept_at_window") if at_window else ("platform_clerk", "accept_online")
    world.do(login, element, applying.acceptance(), root)


def review(world: World, root: UUID, amount: str = "100000") -> None:
    """First review, what experts and others are asked, second review and decision, whatever the level asks for."""
    world.do("reviewer1", "review_first", applying.opinion(amount=amount), root)
    while any(task.element_id == "argue_application" for task in world.open_tasks(root)):
        world.do("expert", "argue_application", applying.expert_opinion(), root)
    opened = {task.element_id for task in world.open_tasks(root)}
    if "visit_site" in opened:
        today = world.clock.now().date().isoformat()
        world.do("reviewer1", "visit_site", applying.site_visit(today), root)
    if "decide_application" not in opened:
        world.do("reviewer2", "review_second", applying.opinion(amount=amount), root)
    world.do("approver", "decide_application", applying.opinion(amount=amount), root)


def approve(world: World, item_id: UUID, *, by: str = "applicant", amount: str = "100000", **changes: Any) -> UUID:
    """An application up to the pool: handed in, accepted, reviewed and approved; the case's root."""
    root = apply(world, item_id, by=by, requested_amount=amount, **changes)
    accept(world, root)
    review(world, root, amount)
    return root


def application(world: World, root: UUID) -> Application:
    """The application of a case, as it stands now."""
    found: Application = world.one(Application, root_id=root)
    return found


def open_elements(world: World, root: UUID) -> list[str]:
    """What is open in a case, by element."""
    return sorted(task.element_id for task in world.open_tasks(root))


def give_post(world: World, login: str, role: str, organisation: str) -> None:
    """A person gets a further post, as an administrator would note it."""
    row = Membership(
        district_id=DISTRICT,
        id=new_id(),
        user_id=world.actor(login).id,
        role=role,
        organisation=organisation,
        valid_from=world.clock.now().date(),
    )
    add(world, row)


def add(world: World, row: Any) -> None:
    """Store a record that no task makes."""
    change(world, lambda unit: unit.session.add(row))


def change(world: World, work: Callable[[Unit], None]) -> None:
    """Do to the records what no task of the test does."""
    transaction(world.runtime, system_actor(DISTRICT), work)
