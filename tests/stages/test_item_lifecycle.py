"""The life of one item: told to people, opened, closed (长新党政办发〔2022〕24号, 三(三); gate G2)."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from processes.clock import SHANGHAI
from processes.errors import AnswersRefused, BusinessError
from processes.item_words import ItemStatus
from processes.opening_words import QrState, SyncState
from processes.policy_words import PolicyStatus
from storage import filings, guides, publications
from storage.opening_gates import list_opening_breaches
from tests import launching
from tests.stages import opening_steps as steps
from tests.stages.desk import DISTRICT, Desk
from tests.stages.steps import policy


def _check(desk: Desk) -> dict[str, object]:
    return dict(desk.serve("check_opening", item_id=desk.variables["item_id"]).outputs)


def _late(desk: Desk) -> None:
    """Scenario 3: T4 recorded a day late, everything else in time."""
    steps.trained(desk, window_on=(2026, 9, 30), late_reason="主讲人生病。")
    desk.at(2026, 10, 8, 16)
    steps.opening_accepted(desk)


def test_the_case_is_known_by_the_number_of_its_item(desk: Desk) -> None:
    item = steps.launched(desk)

    loaded = desk.serve("load_item", item_id=str(item.id))

    assert (loaded.business_key, loaded.title) == (item.number, item.name)
    assert loaded.outputs == {
        "implementer_org": "STB",
        "disbursement_type": "APPLY",
        "open_at": "2026-10-12T09:00:00+08:00",
    }
    assert item.instance_id == desk.root


def test_pushes_are_kept_with_their_evidence(desk: Desk) -> None:
    item = steps.launched(desk)

    desk.do("publicity", "item_lifecycle/push_publicity", launching.pushes("2026-09-01"))

    assert [push.reach for push in publications.list_pushes(desk.session, item)] == [300]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"url": None}, "pushes.0.url"),
        ({"channel": "海报张贴"}, "pushes.0.place"),
        ({"sent_on": "2026-09-02"}, "pushes.0.sent_on"),
    ],
)
def test_a_push_without_proof_place_or_a_day_that_has_come_is_refused(
    desk: Desk, changes: dict[str, object], field: str
) -> None:
    steps.launched(desk)

    with pytest.raises(AnswersRefused) as refused:
        answers = launching.pushes("2026-09-01")
        answers["pushes"][0] |= changes
        desk.do("publicity", "item_lifecycle/push_publicity", answers)

    assert field in refused.value.fields


def test_an_item_that_has_everything_is_ready(desk: Desk) -> None:
    steps.ready(desk)

    assert _check(desk) == {"opening_ready": True, "missing": None, "open_at": "2026-10-12T09:00:00+08:00"}


def test_everything_that_is_missing_is_named_in_words(desk: Desk) -> None:
    steps.launched(desk)

    missing = str(_check(desk)["missing"])

    assert "企业解读培训还没有完成（应于2026年9月29日前完成）" in missing
    assert "窗口形式审查培训还没有完成" in missing
    assert "开放报备还没有被政数局接收（应于2026年10月8日前报备）" in missing


def test_an_item_nobody_applies_for_only_needs_its_guide(desk: Desk) -> None:
    steps.launched(desk, launching.without_application())

    assert _check(desk)["opening_ready"] is True


def test_a_late_window_training_keeps_the_opening_shut(desk: Desk) -> None:
    _late(desk)

    found = _check(desk)

    assert found["opening_ready"] is False
    assert "窗口形式审查培训于2026年9月30日完成，晚于期限2026年9月29日" in str(found["missing"])


def test_the_leaders_agreement_opens_it_and_is_kept_with_its_reason(desk: Desk) -> None:
    _late(desk)
    item = steps.item(desk)

    signed = desk.do("maker_leader", "item_lifecycle/approve_exception", launching.exception())

    assert signed.outputs == {"exception_result": "同意", "open_at": "2026-10-12T09:00:00+08:00"}
    assert _check(desk)["opening_ready"] is True
    kept = filings.list_exceptions(desk.session, item)[0]
    assert "窗口形式审查培训" in kept.missing[0]
    assert kept.reason == "窗口人员已补训，企业急需。"


def test_a_refused_exception_leaves_it_shut_and_tells_the_maker_why(desk: Desk) -> None:
    _late(desk)

    desk.do("maker_leader", "item_lifecycle/approve_exception", launching.exception("不同意", reason="请顺延开放。"))

    facts = {fact.label: fact.value for fact in desk.prepare("maker", "remedy_opening").facts}
    assert _check(desk)["opening_ready"] is False
    assert facts["不同意例外开放的理由"] == "请顺延开放。"


def test_an_exception_needs_a_reason_and_what_it_excuses(desk: Desk) -> None:
    _late(desk)

    with pytest.raises(AnswersRefused) as refused:
        desk.do("maker_leader", "item_lifecycle/approve_exception", {"exception_result": "同意"})

    assert set(refused.value.fields) == {"reason", "what"}


def test_moving_the_opening_makes_what_was_late_be_in_time(desk: Desk) -> None:
    _late(desk)

    moved = desk.do("maker", "item_lifecycle/remedy_opening", launching.remedy("2026-10-13"))

    assert _check(desk) == {"opening_ready": True, "missing": None, "open_at": "2026-10-13T09:00:00+08:00"}
    assert moved.changes["open_at"] == ["2026-10-12T09:00:00+08:00", "2026-10-13T09:00:00+08:00"]


def test_an_opening_cannot_be_moved_into_the_past(desk: Desk) -> None:
    _late(desk)

    with pytest.raises(AnswersRefused) as refused:
        desk.do("maker", "item_lifecycle/remedy_opening", launching.remedy("2026-10-08"))

    assert "open_date" in refused.value.fields


def test_an_explanation_is_shown_to_the_leader_who_is_asked_again(desk: Desk) -> None:
    _late(desk)

    desk.do("maker", "item_lifecycle/remedy_opening", launching.remedy())

    facts = {fact.label: fact.value for fact in desk.prepare("maker_leader", "approve_exception").facts}
    assert facts["制定部门的说明"] == "已逐人补训并测试。"


def test_an_item_opens_and_its_policy_runs(desk: Desk) -> None:
    item = steps.ready(desk)
    desk.at(2026, 10, 12, 9)

    opened = desk.serve("open_item", item_id=str(item.id))

    assert item.status == ItemStatus.OPEN
    assert item.opened_at == datetime(2026, 10, 12, 9, tzinfo=SHANGHAI)
    assert policy(desk).status == PolicyStatus.RUNNING
    assert opened.outputs == {"effective_to_at": "2999-12-31T23:59:59+08:00"}


def test_the_conditions_hold_once_more_at_the_moment_of_the_opening(desk: Desk) -> None:
    item = steps.launched(desk)
    desk.at(2026, 10, 12, 9)

    with pytest.raises(BusinessError) as refused:
        desk.serve("open_item", item_id=str(item.id))

    assert refused.value.code == "OPENING_NOT_READY"
    assert item.status == ItemStatus.LAUNCHED


def test_a_policy_with_an_end_closes_its_item_after_the_last_day(desk: Desk) -> None:
    item = steps.ready(desk)
    policy(desk).effective_to = date(2026, 12, 31)
    desk.at(2026, 10, 12, 9)
    opened = desk.serve("open_item", item_id=str(item.id))
    desk.at(2027, 1, 1, 0)

    closed = desk.serve("close_item", item_id=str(item.id))

    code = guides.find_code_of(desk.session, item)
    assert opened.outputs == {"effective_to_at": "2027-01-01T00:00:00+08:00"}
    assert closed.outputs == {"running_cases": 0}
    assert (item.status, item.close_reason) == (ItemStatus.OFFLINE, "政策有效期届满")
    assert code is not None and code.state == QrState.OFFLINE
    assert guides.find_published_guide(desk.session, item) is None
    assert policy(desk).status == PolicyStatus.EXPIRED


def test_an_item_closed_by_a_message_says_so(desk: Desk) -> None:
    item = steps.ready(desk)
    desk.at(2026, 10, 12, 9)
    desk.serve("open_item", item_id=str(item.id))
    desk.variables["stop_reason"] = "政策废止：长新管发〔2026〕30号"

    desk.serve("close_item", item_id=str(item.id))

    assert item.close_reason == "政策废止：长新管发〔2026〕30号"
    assert policy(desk).status == PolicyStatus.ABOLISHED


def test_the_nightly_look_finds_nothing_in_an_item_that_opened_as_it_should(desk: Desk) -> None:
    item = steps.ready(desk)
    desk.at(2026, 10, 12, 9)
    desk.serve("open_item", item_id=str(item.id))

    assert list_opening_breaches(desk.session, DISTRICT) == []


def test_the_nightly_look_finds_an_item_that_was_opened_past_its_gates(desk: Desk) -> None:
    item = steps.launched(desk)
    item.status, item.opened_at = ItemStatus.OPEN, desk.now
    for record in publications.list_publications(desk.session, item):
        record.confirmed_at, record.state = None, SyncState.PENDING
    desk.session.commit()

    found = [(each.gate, each.number) for each in list_opening_breaches(desk.session, DISTRICT)]

    assert found == [("G10", item.number), *[("G2", item.number)] * 3]
