"""The line of steps of an application: right in every state, in words that need no knowledge of the house."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from processes.application_words import ApplicationStatus
from service.pages.progress import has_ended_early, sentence_of, steps_of
from storage.models.applications import Application

DAY = datetime(2026, 8, 3, 1, tzinfo=UTC)
NAMES = ["提交", "受理", "审查", "审定", "兑现", "评价"]

#: status -> how many steps are done, and which one is current.
RUNNING = {
    "草稿": (0, "提交"),
    "已提交": (1, "受理"),
    "补正中": (1, "受理"),
    "已受理": (2, "审查"),
    "初审": (2, "审查"),
    "复审": (2, "审查"),
    "审定通过": (4, "兑现"),
    "公示中": (4, "兑现"),
    "待兑现": (4, "兑现"),
    "兑现中": (4, "兑现"),
    "已兑现": (5, "评价"),
    "办结": (6, None),
}
#: status -> what had happened before -> the steps that stand before its end.
ENDED = [
    ("不予受理", {}, ["提交"]),
    ("补正逾期退回", {}, ["提交"]),
    ("撤回", {}, ["提交"]),
    ("撤回", {"accepted_at": DAY, "receipt_no": "SL"}, ["提交", "受理"]),
    ("审查不通过", {"accepted_at": DAY, "receipt_no": "SL", "decided_at": DAY}, ["提交", "受理", "审查"]),
    ("政策终止退出", {"accepted_at": DAY, "receipt_no": "SL"}, ["提交", "受理"]),
    ("异议成立撤销", {"accepted_at": DAY, "receipt_no": "SL", "decided_at": DAY}, ["提交", "受理", "审查", "审定"]),
    (
        "异议成立撤销",
        {"accepted_at": DAY, "receipt_no": "SL", "decided_at": DAY, "paid_on": date(2026, 8, 20)},
        ["提交", "受理", "审查", "审定", "兑现"],
    ),
]


def _application(status: str, **facts: object) -> Application:
    submitted = None if status == "草稿" else DAY
    return Application(status=status, submitted_at=submitted, closed_at=None, pauses=[], **facts)


@pytest.mark.parametrize("status", list(RUNNING))
def test_every_running_state_shows_what_is_done_and_what_is_current(status: str) -> None:
    done, current = RUNNING[status]
    steps = steps_of(_application(status), ())
    assert [each.name for each in steps] == NAMES
    assert [each.name for each in steps if each.tone == "is-done"] == NAMES[:done]
    assert [each.name for each in steps if each.tone == "is-current"] == ([current] if current else [])


def test_while_the_decision_is_open_the_decision_is_current() -> None:
    steps = steps_of(_application("复审"), ("decide_application",))
    assert [each.name for each in steps if each.tone == "is-current"] == ["审定"]
    assert "等待负责人审定" in sentence_of(_application("复审"), ("decide_application",))


@pytest.mark.parametrize(("status", "facts", "before"), ENDED)
def test_an_early_end_shows_what_was_done_and_the_end_instead_of_undone_steps(
    status: str, facts: dict[str, object], before: list[str]
) -> None:
    steps = steps_of(_application(status, **facts), ())
    assert [each.name for each in steps] == [*before, status]
    assert [each.tone for each in steps] == [*["is-done"] * len(before), "is-stopped"]


def test_no_state_is_left_out() -> None:
    assert {*RUNNING, *(each[0] for each in ENDED)} == {str(each) for each in ApplicationStatus}
    for status in ApplicationStatus:
        assert sentence_of(_application(status), ()) not in ("", str(status))
        assert has_ended_early(_application(status)) == (status not in RUNNING)


def test_a_pause_and_a_second_correction_are_told_as_what_they_are() -> None:
    paused = _application("复审")
    paused.pauses = [{"start": "2026-08-03", "end": None, "reason": "专家论证和现场核查"}]
    assert "正在进行专家论证和现场核查，这段时间不计入办理时限" in sentence_of(paused, ())
    assert "再次补正须经审批部门同意" in sentence_of(_application("已提交"), ("approve_second_correction",))
