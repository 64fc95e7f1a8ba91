"""Launching the items of an issued policy (长新党政办发〔2022〕24号, 三(二), 三(三)1; gates G1, G10)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from handlers.item_case import elements_of
from processes.clock import SHANGHAI
from processes.errors import AnswersRefused, BusinessError
from processes.item_words import ItemStatus
from processes.opening_words import Channel, GuideStatus, PublicationSubject, SyncState
from processes.policy_elements import missing_elements
from processes.policy_words import PolicyStatus
from storage import guides, items, publications
from tests import launching, making
from tests.stages import opening_steps as steps
from tests.stages.desk import DISTRICT, Desk
from tests.stages.steps import policy, reviewed


def test_items_are_listed_from_the_review_that_allowed_the_issue(desk: Desk) -> None:
    item = steps.listed(desk)

    assert (item.name, item.status) == ("高新技术企业首次认定奖励", ItemStatus.PROPOSED)
    assert item.number == f"SX-{policy(desk).number}-01"
    assert policy(desk).status == PolicyStatus.LAUNCHING


def test_listing_again_makes_no_second_record(desk: Desk) -> None:
    item = steps.listed(desk)

    again = desk.serve("list_items", policy_id=desk.variables["policy_id"], review_id=desk.variables["review_id"])

    assert again.outputs["item_ids"] == [str(item.id)]


def test_entry_stays_locked_before_the_policy_is_issued_on_its_review(desk: Desk) -> None:
    reviewed(desk)

    with pytest.raises(BusinessError) as refused:
        desk.serve("list_items", policy_id=desk.variables["policy_id"], review_id=desk.variables["review_id"])

    assert refused.value.code == "ITEM_ENTRY_LOCKED"
    assert items.list_items(desk.session, DISTRICT) == []


def test_the_form_starts_with_what_passed_review(desk: Desk) -> None:
    item = steps.listed(desk)

    start = desk.prepare("maker", "fill_item", str(item.id)).initial

    assert start["budget"] == "5000000.00"
    assert start["materials"] == [{"name": "高新技术企业证书"}, {"name": "营业执照"}]


def test_an_item_is_entered_with_all_twenty_elements(desk: Desk) -> None:
    item = steps.filled(desk)

    assert missing_elements(elements_of(item)) == ()
    assert item.status == ItemStatus.FILLED
    assert (item.budget_fen, item.cap_fen) == (500_000_000, 10_000_000)
    assert [row["no"] for row in item.materials] == ["M1", "M2"]
    assert item.paper_required


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"channels": "线上"}, "channels"),
        ({"open_mode": "不需申报"}, "open_mode"),
        ({"materials": [*launching.MATERIALS, launching.MATERIALS[0]]}, "materials.2.name"),
        ({"materials": [launching.MATERIALS[1] | {"share_source": None}]}, "materials.0.share_source"),
        ({"conditions": [{"text": "规模", "field": "营业收入"}]}, "conditions.0.operator"),
        ({"implementer_org": "NOBODY"}, "implementer_org"),
        ({"budget": None}, "budget"),
        ({"handling_days": "15天"}, "handling_days"),
    ],
)
def test_an_entry_that_contradicts_itself_is_refused_at_the_field(
    desk: Desk, changes: dict[str, Any], field: str
) -> None:
    item = steps.listed(desk)

    with pytest.raises(AnswersRefused) as refused:
        desk.do("maker", "launch/fill_item", launching.entry(**changes), item=str(item.id))

    assert field in refused.value.fields


def test_an_item_nobody_applies_for_needs_no_materials_and_no_window(desk: Desk) -> None:
    item = steps.filled(desk, launching.without_application())

    assert (item.materials, item.channels, item.window_org) == ([], None, None)
    assert missing_elements(elements_of(item)) == ()


def test_what_is_entered_as_reviewed_shows_no_difference(desk: Desk) -> None:
    steps.filled(desk)

    assert steps.compared(desk) == 0


def test_every_element_that_differs_from_the_review_is_shown_side_by_side(desk: Desk) -> None:
    steps.filled(desk, launching.entry(handling_days=20, budget="6000000"))

    assert steps.compared(desk) == 2
    rows = desk.prepare("dsb_reviewer", "judge_differences").given["differences"]
    assert [(row["element"], row["reviewed"], row["entered"]) for row in rows] == [
        ("11 办理时限", "15", "20"),
        ("15 资金来源和年度额度", "5,000,000.00元", "6,000,000.00元"),
    ]


def test_accepted_differences_let_the_launch_go_on(desk: Desk) -> None:
    steps.filled(desk, launching.entry(handling_days=20))
    steps.compared(desk)

    judged = desk.do("dsb_reviewer", "launch/judge_differences", {"difference_result": "接受", "opinion": "更明确。"})

    assert judged.outputs == {"difference_result": "接受", "launch_result": None}


def test_differences_sent_back_to_review_make_the_items_void(desk: Desk) -> None:
    item = steps.filled(desk, launching.entry(handling_days=20))
    steps.compared(desk)

    judged = desk.do("dsb_reviewer", "launch/judge_differences", {"difference_result": "退回审查", "opinion": "须重审"})

    assert judged.outputs["launch_result"] == "退回"
    assert item.status == ItemStatus.CANCELLED


def test_an_item_without_money_is_a_blocker_nobody_can_accept(desk: Desk) -> None:
    steps.filled(desk, launching.entry(budget="0"))
    steps.compared(desk)

    with pytest.raises(AnswersRefused) as refused:
        desk.do("dsb_reviewer", "launch/judge_differences", {"difference_result": "接受", "opinion": "可以"})

    assert "B2 财政资金不明确" in refused.value.fields["difference_result"][0]


def test_items_are_classified_for_the_guide_database(desk: Desk) -> None:
    item = steps.guided(desk)

    assert item.facets["amount_band"] == "1万至10万元"
    assert item.facets["apply_mode"] == "需要企业申报类"
    assert item.facets["beneficiary"] == ["企业"]


def test_a_guide_says_all_twenty_elements(desk: Desk) -> None:
    guide = guides.find_guide(desk.session, steps.guided(desk))

    assert guide is not None
    assert [row["number"] for row in guide.content] == list(range(1, 21))
    assert guide.content[8]["value"].startswith("高新技术企业证书（复印件，须交纸质）")
    assert guide.confirmed_by == desk.person("maker")


def test_a_guide_sent_back_tells_why_and_gets_a_next_version(desk: Desk) -> None:
    item = steps.guided(desk)

    desk.do("maker", "launch/confirm_guides", {"guide_result": "退回", "opinion": "请补充常见问题。"})
    told = desk.prepare("dsb_operator", "make_guide", str(item.id)).facts[0]
    desk.do("dsb_operator", "launch/make_guide", launching.guide(), item=str(item.id))

    assert told.value == "请补充常见问题。"
    assert [guide.version_no for guide in guides.list_guides(desk.session, item)] == [2, 1]


def test_a_guide_sent_back_needs_a_reason(desk: Desk) -> None:
    steps.guided(desk)

    with pytest.raises(AnswersRefused) as refused:
        desk.do("maker", "launch/confirm_guides", {"guide_result": "退回"})

    assert "opinion" in refused.value.fields


def test_the_launch_fixes_the_opening_of_every_item(desk: Desk) -> None:
    item = steps.confirmed(desk)

    assert item.open_at is not None
    assert item.open_at == datetime(2026, 10, 12, 9, tzinfo=SHANGHAI)


def test_the_approver_sees_the_earliest_day_that_can_still_be_in_time(desk: Desk) -> None:
    steps.guided(desk)
    desk.at(2026, 9, 29)

    facts = {fact.label: fact.value for fact in desk.prepare("dsb_approver", "confirm_launch").facts}

    assert facts["最早可按期开放的日期"].startswith("2026年10月11日")


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"test_passed": False}, "items.0.test_passed"),
        ({"hall_ok": False}, "items.0.hall_ok"),
        ({"window_ok": False}, "items.0.window_ok"),
        ({"open_date": "2026-08-31"}, "items.0.open_date"),
        ({"open_time": "25:00"}, "items.0.open_time"),
        ({"close_date": "2026-10-01"}, "items.0.close_date"),
    ],
)
def test_a_launch_that_was_not_tried_out_is_refused(desk: Desk, row: dict[str, Any], field: str) -> None:
    steps.guided(desk)
    desk.at(2026, 9, 1)
    answers = launching.launch()
    answers["items"][0] |= row

    with pytest.raises(AnswersRefused) as refused:
        desk.do("dsb_approver", "launch/confirm_launch", answers)

    assert field in refused.value.fields


def test_an_entry_sent_back_tells_the_maker_why(desk: Desk) -> None:
    item = steps.guided(desk)
    answers = launching.launch(launch_result="退回", note="窗口地址不对。")

    result = desk.do("dsb_approver", "launch/confirm_launch", answers)

    facts = {fact.label: fact.value for fact in desk.prepare("maker", "fill_item", str(item.id)).facts}
    assert result.outputs["launch_result"] == "退回"
    assert facts["退回填报的理由"] == "窗口地址不对。"
    assert item.status == ItemStatus.FILLING


def test_the_hall_publishes_itself_and_the_other_two_channels_wait_for_a_person(desk: Desk) -> None:
    item = steps.confirmed(desk)

    pending = desk.serve("publish_channels", policy_id=desk.variables["policy_id"]).outputs["pending_channels"]

    assert pending == ["门户网站", "政务公开专栏"]
    hall = publications.find_publication(desk.session, item, subject=PublicationSubject.GUIDE, channel=Channel.HALL)
    code = guides.find_code_of(desk.session, item)
    assert hall is not None and code is not None
    assert (hall.state, hall.url) == (SyncState.SYNCED, f"/g/{code.code}")


def test_a_publication_by_hand_needs_evidence_and_a_day_that_has_come(desk: Desk) -> None:
    steps.confirmed(desk)
    desk.serve("publish_channels", policy_id=desk.variables["policy_id"])

    with pytest.raises(AnswersRefused) as unproven:
        answers = launching.publication("2026-09-01", items=1) | {"items": [{}]}
        desk.do("dsb_operator", "launch/publish_by_hand", answers, item="门户网站")
    with pytest.raises(AnswersRefused) as early:
        desk.do("dsb_operator", "launch/publish_by_hand", launching.publication("2026-09-02"), item="门户网站")

    assert "items.0.url" in unproven.value.fields
    assert "done_on" in early.value.fields


def test_the_launch_waits_until_all_three_channels_are_confirmed(desk: Desk) -> None:
    item = steps.confirmed(desk)
    policy_id = desk.variables["policy_id"]
    desk.serve("publish_channels", policy_id=policy_id)
    desk.do("dsb_operator", "launch/publish_by_hand", launching.publication("2026-09-01"), item="门户网站")

    with pytest.raises(BusinessError) as refused:
        desk.serve("finish_launch", policy_id=policy_id)

    assert refused.value.code == "CHANNEL_SYNC_FAILED"
    assert "政务公开专栏" in refused.value.message
    assert item.status == ItemStatus.FILLED


def test_a_launched_item_is_online_with_its_guide_its_code_and_its_duties(desk: Desk) -> None:
    item = steps.launched(desk)

    guide = guides.find_published_guide(desk.session, item)
    poster = guides.find_poster(desk.session, item)
    assert item.status == ItemStatus.LAUNCHED
    assert policy(desk).status == PolicyStatus.LAUNCHED
    assert guide is not None and guide.status == GuideStatus.PUBLISHED
    assert poster is not None and poster.title == item.name


def test_a_code_stays_the_same_over_versions_of_the_guide(desk: Desk) -> None:
    item = steps.launched(desk)
    first = guides.find_code_of(desk.session, item)
    desk.do("dsb_operator", "launch/make_guide", launching.guide(), item=str(item.id))
    desk.do("maker", "launch/confirm_guides", making.agreed("guide_result"))
    desk.serve("index_guides", policy_id=desk.variables["policy_id"])
    desk.serve("make_qr_posters", policy_id=desk.variables["policy_id"])

    again = guides.find_code_of(desk.session, item)
    assert first is not None and again is not None and first.code == again.code
    assert [guide.status for guide in guides.list_guides(desk.session, item)] == [
        GuideStatus.PUBLISHED,
        GuideStatus.REPLACED,
    ]


def test_scans_of_a_code_are_counted(desk: Desk) -> None:
    item = steps.launched(desk)
    code = guides.find_code_of(desk.session, item)
    assert code is not None

    for _ in range(3):
        guides.count_scan(desk.session, guides.get_code(desk.session, DISTRICT, code.code))
    desk.session.commit()

    desk.session.refresh(code)
    assert code.scans == 3


def test_guides_are_found_by_words_of_their_title(desk: Desk) -> None:
    item = steps.launched(desk)

    found = guides.search_guides(desk.session, DISTRICT, text="首次认定")

    assert [each.number for each, _ in found] == [item.number]
    assert guides.search_guides(desk.session, DISTRICT, text="人才") == []
