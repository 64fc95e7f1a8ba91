"""A policy on its way through the real diagrams, up to a stage, with the demo people doing their tasks."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from tests import making
from tests.world import World


def initiate(world: World, **changes: Any) -> UUID:
    """Start a lifecycle and register the policy; the case."""
    root = world.start("policy_lifecycle", by="maker")
    contact = str(world.actor("maker").id)
    world.do("maker", "initiate_policy", making.initiation(contact, **changes), root)
    return root


def assess(world: World, root: UUID, **changes: Any) -> None:
    report = world.attach("maker", "report.txt", b"report")
    world.do("maker", "write_assessment", making.assessment(report, **changes), root)
    world.do("maker_head", "sign_assessment", making.agreed("sign_result"), root)


def open_consultation(world: World, root: UUID, **changes: Any) -> None:
    """Ask one enterprise (and whom the changes name), and hear it."""
    draft = world.attach("maker", "draft.txt", b"draft")
    world.do("maker", "open_consultation", making.opening(draft, **changes), root)
    while any(task.element_id == "reply_outside" for task in world.open_tasks(root)):
        world.do("maker", "reply_outside", making.outside_reply(), root)


def draft(world: World, root: UUID, text: bytes = making.TEXT) -> None:
    world.do("maker", "draft_text", making.text_answers(world.attach("maker", "text.txt", text)), root)


def reply(world: World, root: UUID, *, finance: dict[str, Any] | None = None, fair: str | None = None) -> None:
    """The departments answer, and the maker reviews for fair competition where that is due."""
    if any(task.element_id == "review_fair_competition" for task in world.open_tasks(root)):
        review = making.fair_review(fair) if fair else making.fair_review()
        world.do("maker", "review_fair_competition", review, root)
    world.do("legal_officer", "reply_legal", making.legal_reply(), root)
    world.do("finance_officer", "reply_finance", finance or making.finance_reply(), root)


def conclude(world: World, root: UUID, conclusion: str = "可行", opinions: int = 3) -> None:
    world.do("maker", "summarise_opinions", making.summary(opinions, conclusion=conclusion), root)
    world.do("maker_head", "confirm_summary", making.agreed("confirm_result"), root)


def consult(world: World, root: UUID) -> None:
    open_consultation(world, root)
    draft(world, root)
    reply(world, root)
    conclude(world, root)


def review(world: World, root: UUID, text: bytes = making.TEXT) -> None:
    """Hand the text in; both people of 政数局 pass it."""
    file = world.attach("maker", "text.txt", text)
    world.do("maker", "apply_review", making.application(file), root)
    world.do("dsb_reviewer", "review_text", making.review_answers(), root)
    world.do("dsb_approver", "approve_review", making.agreed("approve_result"), root)


def issue(world: World, root: UUID, text: bytes = making.TEXT) -> dict[str, Any]:
    return world.do("maker", "register_issue", making.issue(world.attach("maker", "final.txt", text)), root)
