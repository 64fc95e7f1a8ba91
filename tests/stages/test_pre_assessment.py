"""事前评估: the report is kept as it was, seen beside what others have learnt, and signed by somebody else."""

from __future__ import annotations

import pytest

from processes.errors import AnswersRefused, SeparationOfDuties
from storage import policies
from storage.models.policies import PreAssessment
from tests import making
from tests.stages import steps
from tests.stages.desk import DISTRICT, Desk


def _report(desk: Desk) -> PreAssessment:
    return policies.get(desk.session, PreAssessment, DISTRICT, desk.variables["pre_assessment_id"])


def _write(desk: Desk, **changes: object) -> None:
    desk.do("maker", "pre_assessment/write_assessment", making.assessment(desk.attach(b"report"), **changes))


def test_the_report_puts_amount_in_fen_and_conclusion_into_the_case(desk: Desk) -> None:
    steps.initiated(desk)
    _write(desk, est_amount="1,500,000.50")
    assert desk.variables["est_amount"] == 150_000_050
    assert desk.variables["conclusion"] == "建议制定"
    assert _report(desk).est_beneficiaries == 50


def test_a_returned_report_stays_as_it_was_and_its_reason_is_shown_to_the_writer(desk: Desk) -> None:
    steps.initiated(desk)
    _write(desk)
    first = desk.variables["pre_assessment_id"]
    desk.do("maker_head", "pre_assessment/sign_assessment", {"sign_result": "退回", "opinion": "请补充测算依据。"})
    facts = {fact.label: fact.value for fact in desk.prepare("maker", "write_assessment").facts}
    assert facts["上次退回的理由"] == "请补充测算依据。"
    _write(desk, necessity="补充了测算依据。")
    assert desk.variables["pre_assessment_id"] != first
    assert policies.get(desk.session, PreAssessment, DISTRICT, first).necessity == "区内高新技术企业数量偏少。"
    assert _report(desk).round_no == 2


def test_a_return_without_a_reason_is_refused(desk: Desk) -> None:
    steps.initiated(desk)
    _write(desk)
    with pytest.raises(AnswersRefused) as refused:
        desk.do("maker_head", "pre_assessment/sign_assessment", {"sign_result": "退回"})
    assert "opinion" in refused.value.fields


def test_the_writer_may_not_sign_his_own_report(desk: Desk) -> None:
    steps.initiated(desk)
    _write(desk)
    with pytest.raises(SeparationOfDuties):
        desk.do("maker", "pre_assessment/sign_assessment", making.agreed("sign_result"))
    assert _report(desk).signed_by is None


def test_a_signed_advice_against_it_ends_the_making_of_the_policy(desk: Desk) -> None:
    steps.initiated(desk)
    _write(desk, conclusion="不建议制定")
    desk.do("maker_head", "pre_assessment/sign_assessment", making.agreed("sign_result"))
    assert steps.policy(desk).status == "终止制定"


def test_a_policy_with_a_similar_title_is_found_and_shown(desk: Desk) -> None:
    steps.initiated(desk)
    steps.initiated(desk, title="高新技术企业认定奖励办法（试行）")
    steps.initiated(desk, title="关于困难残疾人生活补贴的实施细则")
    steps.initiated(desk, title="长春新区关于高新技术企业认定奖励的若干措施")
    desk.serve("find_similar_policies", policy_id=desk.variables["policy_id"])
    assert desk.variables["similar_count"] == 2
    shown = [fact.value for fact in desk.prepare("maker", "write_assessment").facts if fact.label == "相似政策"]
    assert len(shown) == 2
    assert not any("残疾人" in words for words in shown)


def test_lessons_of_earlier_policies_are_counted_and_shown(desk: Desk) -> None:
    earlier = steps.initiated(desk, title="上一轮认定奖励措施")
    policies.add_lesson(desk.session, earlier, "奖励应与研发投入挂钩。", by=desk.person("maker"), at=desk.now)
    desk.session.commit()
    steps.initiated(desk)
    desk.serve("find_similar_policies", policy_id=desk.variables["policy_id"])
    assert desk.variables["lesson_count"] == 1
    shown = desk.prepare("maker", "write_assessment").facts
    assert any("上一轮认定奖励措施" in fact.label and fact.value == "奖励应与研发投入挂钩。" for fact in shown)


def test_more_beneficiaries_than_people_there_are_is_refused(desk: Desk) -> None:
    steps.initiated(desk)
    with pytest.raises(AnswersRefused) as refused:
        _write(desk, est_beneficiaries=301)
    assert "est_beneficiaries" in refused.value.fields


def test_money_that_is_not_clear_cannot_be_called_secured(desk: Desk) -> None:
    steps.initiated(desk)
    _write(desk)
    answers = {"fund_clear": False, "year_amount": "0", "fund_result": "有保障", "opinion": "待定"}
    with pytest.raises(AnswersRefused) as refused:
        desk.do("finance_officer", "pre_assessment/assess_fund_effect", answers)
    assert "fund_result" in refused.value.fields
    desk.do("finance_officer", "pre_assessment/assess_fund_effect", {**answers, "fund_result": "部分保障"})
    assert desk.variables["fund_result"] == "部分保障"
    assert _report(desk).fund_opinion == "待定"
