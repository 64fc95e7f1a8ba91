"""The nightly look at payments: silent while the gates hold, and naming each one that was gone around."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from processes.calendar import WorkingCalendar
from storage.models.applications import Application
from storage.models.disbursements import DisbursementBatch, DisbursementLine, Publicity
from storage.models.items import PolicyItem
from storage.payment_gates import list_payment_breaches
from tests import paying
from tests.stages import paying_steps as steps
from tests.stages.desk import DISTRICT, Desk


def _found(desk: Desk) -> list[tuple[str, str]]:
    found = list_payment_breaches(desk.session, DISTRICT, WorkingCalendar.shipped())
    return [(each.gate, each.message) for each in found]


def _past_the_house(desk: Desk, model: type[Any], **values: Any) -> None:
    """Somebody changes rows with a tool of the database."""
    desk.session.execute(update(model).values(**values))
    desk.session.commit()


def _paid(desk: Desk, **changes: Any) -> PolicyItem:
    item = steps.item(desk, **changes)
    steps.approved(desk, item)
    steps.paid(desk, item.id)
    return item


def test_a_payment_that_went_through_every_gate_is_silent(desk: Desk) -> None:
    _paid(desk, cap_fen=10_000_000)
    assert _found(desk) == []


def test_a_payment_without_publicity_or_before_its_end_is_named(desk: Desk) -> None:
    _paid(desk)
    _past_the_house(desk, DisbursementLine, paid_on=date(2026, 8, 10))
    assert [gate for gate, _ in _found(desk)] == ["G6"]
    _past_the_house(desk, Publicity, kind="兑现结果公开")
    assert _found(desk) == [("G6", "已兑现，但没有公示过。")]


def test_a_publicity_shorter_than_the_item_asks_for_is_named(desk: Desk) -> None:
    _paid(desk)
    _past_the_house(desk, PolicyItem, publicity_days=7)
    assert _found(desk) == [("G6", "公示 5 个工作日，少于事项规定的 7 个。")]


def test_a_payment_to_another_account_or_above_what_was_approved_is_named(desk: Desk) -> None:
    _paid(desk)
    _past_the_house(desk, DisbursementLine, payee="别的公司", amount_fen=10_000_001)
    assert [gate for gate, _ in _found(desk)] == ["G6", "G6"]


def test_a_payer_who_accepted_the_application_is_named(desk: Desk) -> None:
    _paid(desk)
    _past_the_house(desk, Application, acceptor_id=desk.person("payer"))
    assert [gate for gate, _ in _found(desk)] == ["G3"]


def test_a_budget_and_a_cap_that_were_overrun_are_named(desk: Desk) -> None:
    _paid(desk)
    _past_the_house(desk, PolicyItem, budget_fen=9_000_000, cap_fen=8_000_000)
    assert _found(desk) == [
        ("G7", "2026 年兑现超出额度 10,000.00 元。"),
        ("G7", "2026 年有主体的兑现超出每年上限 20,000.00 元。"),
    ]


def test_two_exclusive_items_paid_to_one_payee_are_named(desk: Desk) -> None:
    first, applicant = steps.item(desk), steps.applicant(desk)
    steps.approved(desk, first, applicant)
    steps.paid(desk, first.id)
    desk.at(2026, 8, 3)
    second = steps.item(desk, name="高新技术企业培育奖励")
    steps.approved(desk, second, applicant)
    steps.paid(desk, second.id, paying.receipt("2026-08-12"))
    assert _found(desk) == []
    second.exclusive_item_ids = [str(first.id)]
    desk.session.commit()
    assert [gate for gate, _ in _found(desk)] == ["G7"]


def test_the_database_itself_refuses_a_payer_who_approved(desk: Desk) -> None:
    _paid(desk)
    with pytest.raises(IntegrityError):
        _past_the_house(desk, DisbursementBatch, paid_by=desk.person("approver"))
    desk.session.rollback()
