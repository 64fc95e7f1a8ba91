"""A policy from its issue to an open item, through the real diagrams, with the demo people doing their tasks."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from processes.calendar import WorkingCalendar
from processes.clock import business_date
from storage.models.items import PolicyItem
from tests import launching, making
from tests.journeys import making_route
from tests.world import World

#: The opening day of the acceptance scenarios: the first Monday after National Day week.
_OPENING = "2026-10-12"


def issue(world: World, *, effective_to: str | None = None, **changes: Any) -> UUID:
    """A policy made, reviewed and issued in one go; its case. `changes` go into F10 (e.g. items_proposed)."""
    root = making_route.initiate(world)
    making_route.assess(world, root)
    making_route.consult(world, root)
    file = world.attach("maker", "text.txt", making.TEXT)
    world.do("maker", "apply_review", making.application(file, **changes), root)
    world.do("dsb_reviewer", "review_text", making.review_answers(), root)
    world.do("dsb_approver", "approve_review", making.agreed("approve_result"), root)
    final = world.attach("maker", "final.txt", making.TEXT)
    end = {} if effective_to is None else {"effective_to": effective_to}
    world.do("maker", "register_issue", making.issue(final, **end), root)
    return root


def fill(world: World, root: UUID, answers: dict[str, Any] | None = None) -> None:
    """Enter every item that waits for it."""
    while waits_for(world, root, "fill_item"):
        world.do("maker", "fill_item", answers or launching.entry(), root)


def guide(world: World, root: UUID) -> None:
    """Make and confirm the guides."""
    while waits_for(world, root, "make_guide"):
        world.do("dsb_operator", "make_guide", launching.guide(), root)
    world.do("maker", "confirm_guides", making.agreed("guide_result"), root)


def launch(world: World, root: UUID, open_date: str = _OPENING, *, items: int = 1) -> None:
    """政数局 confirms the launch and vouches for the channels that are not ours."""
    world.do("dsb_approver", "confirm_launch", launching.launch(open_date, items=items), root)
    while waits_for(world, root, "publish_by_hand"):
        answers = launching.publication(today(world).isoformat(), items=items)
        world.do("dsb_operator", "publish_by_hand", answers, root)


def launched(world: World, root: UUID, open_date: str = _OPENING, answers: dict[str, Any] | None = None) -> PolicyItem:
    """From the issue to an item that is online and not open yet; the item."""
    fill(world, root, answers)
    guide(world, root)
    launch(world, root, open_date)
    return item(world)


def train_reviewers(world: World, root: UUID) -> None:
    """T2, planned and recorded today."""
    day = today(world).isoformat()
    world.do("dsb_operator", "plan_system_training", launching.plan(day), root)
    world.do("dsb_operator", "record_system_training", launching.system_record(day), root)


def plan_trainings(world: World, root: UUID, on: date) -> None:
    """T3 and T4 planned for this day."""
    for which in ("enterprise", "window"):
        world.do("maker", f"plan_{which}_training", launching.plan(on.isoformat()), root)


def record_trainings(world: World, root: UUID) -> None:
    """T3 and T4 recorded today."""
    day = today(world).isoformat()
    world.do("maker", "record_enterprise_training", launching.enterprise_record(day), root)
    world.do("maker", "record_window_training", launching.window_record(day), root)


def file_opening(world: World, root: UUID, **changes: Any) -> None:
    """The opening filed, accepted and published today."""
    world.do("reviewer1", "file_opening", launching.opening_filing(**changes), root)
    world.do("dsb_operator", "receive_filing", launching.received(), root)
    world.do("dsb_operator", "publish_opening", launching.opening_publication(today(world).isoformat()), root)


def push(world: World, root: UUID) -> None:
    world.do("publicity", "push_publicity", launching.pushes(today(world).isoformat()), root)


def prepared(world: World, root: UUID) -> None:
    """All that must come before the opening, done at once and in good time."""
    day = today(world)
    train_reviewers(world, root)
    plan_trainings(world, root, day)
    record_trainings(world, root)
    file_opening(world, root)
    push(world, root)


def open_item(world: World, open_in_days: int = 30, answers: dict[str, Any] | None = None) -> tuple[UUID, PolicyItem]:
    """The whole way: a policy issued today whose item is open `open_in_days` later; its case and the item."""
    root = issue(world, **_proposed(answers))
    day = opening_day(world, open_in_days)
    launched(world, root, day.isoformat(), answers)
    if waits_for(world, root, "file_opening"):
        prepared(world, root)
    else:
        prepared_without_filing(world, root)
    world.at(day.year, day.month, day.day, 9)
    return root, item(world)


def _proposed(answers: dict[str, Any] | None) -> dict[str, Any]:
    """What the review must have seen so that these entries show no difference."""
    if answers is None:
        return {}
    words = {**answers, "conditions": "\n".join(row["text"] for row in answers["conditions"])}
    words["materials"] = "\n".join(row["name"] for row in answers.get("materials", ()))
    known = making.proposed_item()
    proposal = {name: words.get(name) for name in known if words.get(name) not in (None, "")}
    return {"items_proposed": [proposal]}


def prepared_without_filing(world: World, root: UUID) -> None:
    """The same for an item nobody applies for."""
    day = today(world)
    train_reviewers(world, root)
    plan_trainings(world, root, day)
    world.do("maker", "record_enterprise_training", launching.enterprise_record(day.isoformat()), root)
    world.do("maker", "record_window_training", launching.window_record(day.isoformat(), checked=()), root)
    push(world, root)


def opening_day(world: World, days: int) -> date:
    """The first working day at least so many days from now."""
    return WorkingCalendar.shipped().next_working_day(today(world) + timedelta(days=days - 1))


def waits_for(world: World, root: UUID, element_id: str) -> bool:
    return any(task.element_id == element_id for task in world.open_tasks(root))


def item(world: World) -> PolicyItem:
    """The only item of the district."""
    found: PolicyItem = world.one(PolicyItem)
    return found


def today(world: World) -> date:
    return business_date(world.clock.now())
