"""Journeys through the making of a policy: acceptance scenarios 1, 9, 10 and 11 on the real diagrams."""

from __future__ import annotations

from uuid import UUID

import pytest

from processes.clock import end_of_day
from processes.errors import AnswersRefused, BusinessError, Forbidden
from service.orchestration import timers
from storage.models.instances import ProcessInstance
from storage.models.policies import Policy
from storage.models.policy_reviews import StandardizationReview
from tests import making
from tests.journeys import making_route as route
from tests.world import World


def _policy(world: World, root: UUID) -> Policy:
    policy: Policy = world.one(Policy, instance_id=root)
    return policy


def _instance(world: World, root: UUID, process_key: str) -> UUID:
    child: ProcessInstance = world.one(ProcessInstance, root_id=root, process_key=process_key)
    return child.id


def _open(world: World, root: UUID) -> list[str]:
    return sorted(task.element_id for task in world.open_tasks(root))


def test_a_text_changed_by_one_character_goes_back_to_review_and_is_issued_after_it_passed(world: World) -> None:
    root = route.initiate(world)
    route.assess(world, root)
    route.consult(world, root)
    route.review(world, root)
    assert _policy(world, root).status == "审查通过"

    route.issue(world, root, making.CHANGED_TEXT)

    assert _open(world, root) == ["apply_review"]
    assert _policy(world, root).doc_no is None
    refused = [row.changes["refused"] for row in world.history(root) if "refused" in row.changes]
    assert [code for code, _ in refused] == ["TEXT_NOT_REVIEWED"]
    assert "2026年8月3日" in refused[0][1]

    route.review(world, root, making.CHANGED_TEXT)
    route.issue(world, root, making.CHANGED_TEXT)

    numbers = [review.number for review in world.rows(StandardizationReview)]
    assert sorted(numbers) == ["BZ-2026-1", "BZ-2026-2"]
    assert _policy(world, root).doc_no == "长新党政办发〔2026〕18号"
    assert "register_issue" not in _open(world, root)


def test_without_money_feasible_cannot_be_chosen_and_the_policy_is_stopped(world: World) -> None:
    root = route.initiate(world)
    route.assess(world, root)
    route.open_consultation(world, root)
    route.draft(world, root)
    route.reply(world, root, finance=making.no_money_reply())

    with pytest.raises(AnswersRefused) as refused:
        world.do("maker", "summarise_opinions", making.summary(3, conclusion="可行"), root)
    assert "conclusion" in refused.value.fields
    assert _open(world, root) == ["summarise_opinions"]

    route.conclude(world, root, "不可行")
    ended = world.instance(root)
    assert (ended.state, ended.end_element_id) == ("completed", "formulation_stopped")
    assert _policy(world, root).status == "终止制定"


def test_failed_fair_competition_shuts_the_way_to_standardization_review(world: World) -> None:
    root = route.initiate(world)
    route.assess(world, root)
    route.open_consultation(world, root)
    route.draft(world, root)
    route.reply(world, root, fair="不符合")
    route.conclude(world, root, "修改后再征询")
    assert _open(world, root) == ["revise_draft"]

    variables = {"policy_id": str(_policy(world, root).id), "maker_org": "STB", "text_version_id": None}
    past_the_diagram = world.start("standardization_review", by="admin", variables=variables)
    application = making.application(world.attach("maker", "text.txt", making.TEXT))
    with pytest.raises(BusinessError) as refused:
        world.do("maker", "apply_review", application, past_the_diagram)
    assert refused.value.code == "FAIR_COMPETITION_NOT_PASSED"
    assert world.rows(StandardizationReview) == []
    assert _open(world, past_the_diagram) == ["apply_review"]


def test_public_comment_cannot_be_closed_before_its_last_day_is_over(world: World) -> None:
    root = route.initiate(world, economic_activity=False)
    route.assess(world, root)
    world.at(2026, 9, 24)
    period = {"public_comment": True, "comment_from": "2026-09-24", "comment_to": "2026-10-12"}
    with pytest.raises(AnswersRefused) as refused:
        route.open_consultation(world, root, **{**period, "comment_to": "2026-10-11"})
    assert "comment_to" in refused.value.fields
    route.open_consultation(world, root, **period)

    world.at(2026, 10, 12, 23, 59)
    assert "collect_public_comments" not in _open(world, root)
    world.at(2026, 10, 13, 0, 0)
    assert _open(world, root) == ["collect_public_comments"]
    world.do("maker", "collect_public_comments", {"comments": [], "summary": "没有收到意见。"}, root)
    assert _open(world, root) == ["draft_text"]


def test_moving_the_timer_does_not_shorten_the_comment_period(world: World) -> None:
    root = route.initiate(world, economic_activity=False)
    route.assess(world, root)
    world.at(2026, 9, 24)
    route.open_consultation(
        world,
        root,
        public_comment=True,
        comment_from="2026-09-24",
        comment_to="2026-10-12",
        invited=[],
        no_outside_reason="区内暂无同类企业。",
    )
    consultation = _instance(world, root, "opinion_consultation")
    tonight = end_of_day(world.clock.now().date())
    timers.move_timer(
        world.runtime, consultation, "comment_period_over", tonight, by=world.actor("admin"), reason="试图提前"
    )
    world.at(2026, 9, 28)
    assert _open(world, root) == ["collect_public_comments"]
    with pytest.raises(BusinessError) as refused:
        world.do("maker", "collect_public_comments", {"comments": [], "summary": "无"}, root)
    assert refused.value.code == "COMMENT_PERIOD_OPEN"


def test_a_returned_review_comes_back_in_a_second_round_and_passes(world: World) -> None:
    root = route.initiate(world)
    route.assess(world, root)
    route.consult(world, root)
    world.do("maker", "apply_review", making.application(world.attach("maker", "text.txt", making.TEXT)), root)
    returned = making.review_answers(result="退回修改", opinion="时限不明确。")
    world.do("dsb_reviewer", "review_text", returned, root)
    assert _open(world, root) == ["resubmit_review"]
    changed = world.attach("maker", "text.txt", making.CHANGED_TEXT)
    world.do("maker", "resubmit_review", making.resubmission(changed), root)
    world.do("dsb_reviewer", "review_text", making.review_answers(), root)
    world.do("dsb_approver", "approve_review", making.agreed("approve_result"), root)
    review = world.one(StandardizationReview)
    assert (review.round_no, review.number, review.result) == (2, "BZ-2026-1", "通过")
    assert _open(world, root) == ["register_issue"]


def test_an_application_without_an_item_for_a_benefit_never_reaches_the_reviewer(world: World) -> None:
    root = route.initiate(world)
    route.assess(world, root)
    route.consult(world, root)
    incomplete = making.application(
        world.attach("maker", "text.txt", making.TEXT), items_proposed=[making.proposed_item(clause_no="一")]
    )
    world.do("maker", "apply_review", incomplete, root)
    assert _open(world, root) == ["resubmit_review"]


def test_a_withdrawn_review_ends_without_an_issue(world: World) -> None:
    root = route.initiate(world)
    route.assess(world, root)
    route.consult(world, root)
    world.do("maker", "apply_review", making.application(world.attach("maker", "text.txt", making.TEXT)), root)
    world.send("Withdraw", instance_id=_instance(world, root, "standardization_review"))
    ended = world.instance(root)
    assert (ended.state, ended.end_element_id) == ("completed", "policy_not_issued")
    assert world.one(StandardizationReview).result == "撤回"


def test_a_large_amount_is_looked_at_by_the_finance_bureau_and_the_writer_cannot_sign(world: World) -> None:
    root = route.initiate(world)
    report = world.attach("maker", "report.txt", b"report")
    world.do("maker", "write_assessment", making.assessment(report, est_amount="1000000"), root)
    assert _open(world, root) == ["assess_fund_effect"]
    view = {"fund_clear": True, "fund_source": "新区财政", "year_amount": "1000000", "fund_result": "有保障"}
    world.do("finance_officer", "assess_fund_effect", {**view, "opinion": "可以承受。"}, root)
    with pytest.raises(Forbidden):
        world.do("maker", "sign_assessment", making.agreed("sign_result"), root)
    world.do("maker_head", "sign_assessment", making.agreed("sign_result"), root)
    assert _open(world, root) == ["open_consultation"]
