"""Changing and abolishing an open item at the desk (长新党政办发〔2022〕24号, 三(三)4; gates G9 and G10)."""

from __future__ import annotations

from typing import Any

import pytest

from processes.change_words import ChangeStatus
from processes.errors import AnswersRefused, BusinessError, ChangeTooLate, Conflict, Forbidden, SeparationOfDuties
from processes.item_words import ItemStatus
from processes.opening_words import GuideStatus, QrState, SyncState
from storage import changes, guides, publications
from storage.models.changes import ChangeRequest
from storage.models.items import PolicyItem
from tests import changing, launching, making
from tests.stages import opening_steps as steps
from tests.stages.desk import DISTRICT, Desk


@pytest.fixture
def opened(desk: Desk) -> PolicyItem:
    """An item that opened long ago, seen in September."""
    item = steps.launched(desk, open_date="2026-09-02")
    item.status, item.opened_at = ItemStatus.OPEN, desk.now
    desk.session.commit()
    desk.at(2026, 9, 18)
    return item


def _apply(desk: Desk, answers: dict[str, Any], *, by: str = "maker") -> ChangeRequest:
    desk.do(by, "policy_change/apply_change", {"item": desk.variables["item_id"], **answers})
    return changes.get_change(desk.session, DISTRICT, desk.variables["change_id"])


def _decide(desk: Desk) -> None:
    desk.do("dsb_reviewer", "policy_change/review_change", making.agreed("review_result"))
    desk.do("dsb_approver", "policy_change/approve_change", making.agreed("change_result"))


def _in_force(desk: Desk, answers: dict[str, Any]) -> ChangeRequest:
    """Applied for, agreed, planned, and put in force at 00:00 of 2026-10-12."""
    change = _apply(desk, answers)
    _decide(desk)
    desk.do("dsb_operator", "policy_change/prepare_channels", changing.plan())
    desk.at(2026, 10, 12, 0)
    desk.serve("effect_change", change_id=str(change.id))
    return change


def test_a_change_applied_for_too_late_is_refused_with_the_earliest_day(desk: Desk, opened: PolicyItem) -> None:
    desk.at(2026, 9, 30)

    with pytest.raises(ChangeTooLate) as refused:
        _apply(desk, changing.abolition("2026-10-12"))

    assert refused.value.code == "CHANGE_TOO_LATE"
    assert "最早可于2026年10月13日生效" in refused.value.fields["effective_on"][0]
    assert "应于2026年9月29日24时前" in refused.value.message


@pytest.mark.parametrize(("day", "effective_on"), [(29, "2026-10-12"), (30, "2026-10-13")])
def test_a_change_applied_for_on_the_last_day_is_in_time(
    desk: Desk, opened: PolicyItem, day: int, effective_on: str
) -> None:
    desk.at(2026, 9, day, 23, 59)

    change = _apply(desk, changing.abolition(effective_on))

    assert (change.number, change.status, change.late) == ("TZ-2026-1", ChangeStatus.APPLIED, False)
    assert desk.variables["effective_at"] == f"{effective_on}T00:00:00+08:00"


def test_with_a_reason_a_late_change_goes_to_the_leader(desk: Desk, opened: PolicyItem) -> None:
    desk.at(2026, 9, 30)

    change = _apply(desk, changing.abolition("2026-10-12", late_reason="上级通知较晚。"))

    assert desk.variables["late_change"] is True
    desk.do("maker_leader", "policy_change/approve_late_change", changing.late_decision())
    assert (change.late_result, change.late_opinion) == ("同意", "上级通知较晚，情况属实。")


def test_a_correction_of_wording_needs_no_five_days_but_may_touch_nothing_material(
    desk: Desk, opened: PolicyItem
) -> None:
    with pytest.raises(AnswersRefused) as refused:
        _apply(desk, changing.correction("2026-09-19", changes=[{"element": "cap", "new": "200000"}]))
    assert "material" in refused.value.fields

    change = _apply(desk, changing.correction("2026-09-19"))

    assert (change.late, change.due_on) == (False, None)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"changes": [], "added_materials": []}, "changes"),
        ({"changes": [{"element": "handling_days", "new": "二十"}]}, "changes.0.new"),
        ({"changes": [{"element": "cap", "new": "-5"}]}, "changes.0.new"),
        ({"changes": [{"element": "handling_days", "new": "15"}], "added_materials": []}, "changes"),
        ({"changes": [{"element": "steps", "new": "一"}, {"element": "steps", "new": "二"}]}, "changes.1.element"),
        ({"dropped_materials": "身份证"}, "dropped_materials"),
        ({"added_materials": [{**changing.MATERIAL, "name": "营业执照"}]}, "added_materials.0.name"),
        ({"transition": "终止并告知"}, "transition"),
        ({"effective_on": "2026-09-18"}, "effective_on"),
    ],
)
def test_an_adjustment_says_what_becomes_what(
    desk: Desk, opened: PolicyItem, changed: dict[str, Any], field: str
) -> None:
    with pytest.raises(AnswersRefused) as refused:
        _apply(desk, changing.adjustment("2026-10-12") | changed)

    assert list(refused.value.fields) == [field]


def test_only_the_making_department_changes_its_open_item_and_one_change_at_a_time(
    desk: Desk, opened: PolicyItem
) -> None:
    with pytest.raises((AnswersRefused, Forbidden)):
        _apply(desk, changing.abolition("2026-10-12"), by="dsb_operator")
    _apply(desk, changing.abolition("2026-10-12"))
    with pytest.raises((AnswersRefused, Conflict)):
        _apply(desk, changing.abolition("2026-10-12"))


def test_who_reviewed_a_change_does_not_approve_it_and_its_department_does_neither(
    desk: Desk, opened: PolicyItem
) -> None:
    _apply(desk, changing.abolition("2026-10-12"))

    with pytest.raises(SeparationOfDuties):
        desk.do("maker", "policy_change/review_change", making.agreed("review_result"))
    desk.do("dsb_reviewer", "policy_change/review_change", making.agreed("review_result"))
    with pytest.raises(SeparationOfDuties):
        desk.do("dsb_reviewer", "policy_change/approve_change", making.agreed("change_result"))


def test_a_change_is_not_agreed_once_its_day_has_come(desk: Desk, opened: PolicyItem) -> None:
    _apply(desk, changing.abolition("2026-10-12"))
    desk.do("dsb_reviewer", "policy_change/review_change", making.agreed("review_result"))
    desk.at(2026, 10, 12, 0)

    with pytest.raises(AnswersRefused) as refused:
        desk.do("dsb_approver", "policy_change/approve_change", making.agreed("change_result"))

    assert list(refused.value.fields) == ["change_result"]


def test_a_returned_application_begins_a_new_round_and_is_judged_by_its_new_day(desk: Desk, opened: PolicyItem) -> None:
    change = _apply(desk, changing.abolition("2026-10-12"))
    desk.do("dsb_reviewer", "policy_change/review_change", {"review_result": "退回", "opinion": "请补充依据"})
    assert change.status == ChangeStatus.RETURNED
    desk.at(2026, 9, 30)

    with pytest.raises(ChangeTooLate):
        desk.do("maker", "policy_change/revise_change", changing.abolition("2026-10-12"))
    desk.do("maker", "policy_change/revise_change", changing.abolition("2026-10-13"))

    assert (change.round_no, change.status, change.review_result) == (2, ChangeStatus.APPLIED, None)


def test_an_agreed_adjustment_is_visible_only_from_its_day_on(desk: Desk, opened: PolicyItem) -> None:
    change = _apply(desk, changing.adjustment("2026-10-12"))
    _decide(desk)

    assert (opened.status, opened.handling_days, opened.version_no) == (ItemStatus.ADJUSTING, 15, 1)
    with pytest.raises(BusinessError) as refused:
        desk.serve("effect_change", change_id=str(change.id))
    assert refused.value.code == "CHANGE_NOT_DUE"


def test_on_its_day_an_adjustment_gives_item_and_guide_their_next_version_under_the_same_code(
    desk: Desk, opened: PolicyItem
) -> None:
    code = guides.code_of(desk.session, opened, at=desk.now).code

    change = _in_force(desk, changing.adjustment("2026-10-12"))

    assert (opened.status, opened.version_no, opened.handling_days) == (ItemStatus.OPEN, 2, 20)
    assert [row["name"] for row in opened.materials] == ["高新技术企业证书", "营业执照", "纳税证明"]
    guide = guides.find_published_guide(desk.session, opened)
    assert guide is not None and (guide.version_no, guide.item_version_no) == (2, 2)
    assert any("纳税证明" in row["value"] for row in guide.content)
    assert guides.list_guides(desk.session, opened)[1].status == GuideStatus.REPLACED
    assert guides.code_of(desk.session, opened, at=desk.now).code == code
    assert (change.item_version_before, change.item_version_after, change.guide_version_after) == (1, 2, 2)


def test_an_abolition_takes_the_guide_offline_and_tells_the_item(desk: Desk, opened: PolicyItem) -> None:
    change = _apply(desk, changing.abolition("2026-10-12"))
    _decide(desk)
    desk.at(2026, 10, 12, 0)

    told = desk.serve("effect_change", change_id=str(change.id))

    assert [(each.name, each.business_key) for each in told.messages] == [("PolicyAbolished", opened.number)]
    assert guides.find_published_guide(desk.session, opened) is None
    code = guides.find_code_of(desk.session, opened)
    assert code is not None and code.state == QrState.OFFLINE
    asked = {
        each.channel: each for each in publications.list_publications(desk.session, opened) if each.action == "下线"
    }
    assert {channel: row.state for channel, row in asked.items()} == {
        "网上大厅": SyncState.SYNCED,
        "门户网站": SyncState.PENDING,
        "政务公开专栏": SyncState.PENDING,
    }


def test_a_change_is_done_only_when_every_channel_is_vouched_for(desk: Desk, opened: PolicyItem) -> None:
    change = _in_force(desk, changing.adjustment("2026-10-12"))
    rows = [{}, {"url": "https://portal.example/1"}, {}]

    with pytest.raises(AnswersRefused) as refused:
        desk.do("dsb_operator", "policy_change/confirm_channels", changing.confirmation("2026-10-12", channels=rows))
    assert list(refused.value.fields) == ["channels.2.url"]
    with pytest.raises(AnswersRefused):
        desk.do("dsb_operator", "policy_change/confirm_channels", changing.confirmation("2026-10-13"))
    assert change.status == ChangeStatus.IN_FORCE

    desk.do("dsb_operator", "policy_change/confirm_channels", changing.confirmation("2026-10-12"))

    assert change.status == ChangeStatus.DONE


def test_a_withdrawn_change_changes_nothing(desk: Desk, opened: PolicyItem) -> None:
    change = _apply(desk, changing.adjustment("2026-10-12"))
    _decide(desk)

    desk.serve("withdraw_change", change_id=str(change.id))

    assert (opened.status, opened.version_no, opened.handling_days) == (ItemStatus.OPEN, 1, 15)
    assert change.status == ChangeStatus.WITHDRAWN
    assert changes.find_pending_change(desk.session, opened) is None


def test_what_was_published_of_an_open_item_is_not_edited_directly(desk: Desk, opened: PolicyItem) -> None:
    for login, key, answers in (
        ("maker", "launch/fill_item", launching.entry(handling_days=99)),
        ("dsb_operator", "launch/make_guide", launching.guide(summary="另一句话。")),
    ):
        with pytest.raises(BusinessError) as refused:
            desk.do(login, key, answers, item=str(opened.id))
        assert refused.value.code == "GUIDE_LOCKED"
        assert "请走政策调整流程" in refused.value.message
