"""The nightly look finds what the handlers never let happen, and nothing in what they do."""

from __future__ import annotations

from storage.applications import list_review_opinions
from storage.granting_gates import list_granting_breaches
from tests import applying
from tests.stages import benefit_steps as steps
from tests.stages.desk import DISTRICT, Desk


def _breaches(desk: Desk) -> list[tuple[str, str]]:
    return [(each.gate, each.message) for each in list_granting_breaches(desk.session, DISTRICT)]


def test_what_the_house_grants_breaks_no_gate_even_after_a_return_and_an_objection(desk: Desk) -> None:
    made = steps.accepted(desk)
    desk.do("reviewer1", "review/review_first", applying.opinion())
    desk.do("reviewer2", "review/review_second", applying.sent_back())
    desk.do("reviewer1", "review/review_first", applying.opinion())
    desk.do("reviewer2", "review/review_second", applying.opinion())
    desk.do("approver", "review/decide_application", applying.opinion())
    desk.do("applicant2", "objection/register_objection", applying.objection(made.number))
    desk.do("maker", "objection/handle_objection", applying.handling())
    assert _breaches(desk) == []


def test_two_duties_of_one_person_on_one_case_are_found(desk: Desk) -> None:
    made = steps.approved(desk)
    first, second, _ = list_review_opinions(desk.session, made)
    second.reviewer_id = first.reviewer_id
    assert _breaches(desk) == [("G3", "由同一人办理了两级审查。")]
    first.reviewer_id = desk.person("platform_clerk")
    assert _breaches(desk) == [("G3", "的受理人也参加了审查。")]


def test_an_objection_handled_by_the_one_who_decided_is_found(desk: Desk) -> None:
    made = steps.approved(desk)
    desk.do("applicant2", "objection/register_objection", applying.objection(made.number))
    desk.do("maker", "objection/handle_objection", applying.handling())
    steps.objection(desk).handled_by = made.approver_id
    assert _breaches(desk) == [("G3", "由原件的办理人处理。")]


def test_more_granted_than_the_budget_holds_is_found(desk: Desk) -> None:
    item = steps.item(desk)
    steps.approved(desk, item)
    item.budget_fen = 9_000_000
    assert _breaches(desk) == [("G7", "2026 年核定超出额度 10,000.00 元。")]
