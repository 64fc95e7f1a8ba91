"""标准化审查: checked by the service, judged by two people of another department, valid for one text only."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from processes.errors import AnswersRefused, BusinessError, SeparationOfDuties
from processes.policy_elements import CHECKLIST, ELEMENTS
from storage import policies
from storage.models.policy_reviews import StandardizationReview
from tests import making
from tests.stages import steps
from tests.stages.desk import DISTRICT, Desk


def _review(desk: Desk) -> StandardizationReview:
    return policies.get(desk.session, StandardizationReview, DISTRICT, desk.variables["review_id"])


def _check(desk: Desk) -> list[str]:
    """What blocks the application now."""
    desk.serve("check_review_request", review_id=desk.variables["review_id"])
    return _review(desk).blocking


def _apply(desk: Desk, **changes: Any) -> None:
    desk.do("maker", "standardization_review/apply_review", making.application(desk.attach(making.TEXT), **changes))


class TestApplying:
    def test_a_complete_application_is_numbered_and_locks_the_texts_digest(self, desk: Desk) -> None:
        policy = steps.applied(desk)
        assert policy.status == "审查中"
        assert _check(desk) == []
        steps.judged(desk)
        assert desk.variables["review_no"] == "BZ-2026-1"
        assert desk.variables["text_sha256"] == _review(desk).digest
        assert _review(desk).result == "通过"
        assert steps.policy(desk).status == "审查通过"

    def test_fair_competition_failed_refuses_the_application_and_writes_nothing(self, desk: Desk) -> None:
        steps.replied(desk, fair="不符合")
        with pytest.raises(BusinessError) as refused:
            _apply(desk)
        assert refused.value.code == "FAIR_COMPETITION_NOT_PASSED"
        assert "不符合" in refused.value.message
        assert policies.find_open_review(desk.session, steps.policy(desk)) is None

    def test_a_policy_touching_business_without_a_fair_competition_review_is_refused(self, desk: Desk) -> None:
        steps.initiated(desk, economic_activity=True)
        with pytest.raises(BusinessError, match="还没有公平竞争审查结论"):
            _apply(desk)

    def test_an_exception_that_has_run_out_is_refused(self, desk: Desk) -> None:
        steps.drafted(desk)
        fair = making.fair_review("适用例外", exception_clause="公共利益", exception_until="2026-08-31")
        desk.do("maker", "opinion_consultation/review_fair_competition", fair)
        desk.at(2026, 9, 1)
        with pytest.raises(BusinessError, match="届满"):
            _apply(desk)

    def test_two_reviews_of_one_policy_do_not_run_at_once(self, desk: Desk) -> None:
        steps.applied(desk)
        with pytest.raises(BusinessError) as refused:
            _apply(desk)
        assert refused.value.code == "REVIEW_UNDER_WAY"

    def test_a_new_text_comes_with_its_clauses_and_a_known_one_need_not(self, desk: Desk) -> None:
        steps.consulted(desk)
        changed = making.application(desk.attach(making.CHANGED_TEXT), clauses=[])
        with pytest.raises(AnswersRefused) as refused:
            desk.do("maker", "standardization_review/apply_review", changed)
        assert "clauses" in refused.value.fields
        _apply(desk, clauses=[])
        assert len(policies.list_versions(desk.session, steps.policy(desk))) == 1

    def test_guidance_is_given_first_when_asked_for_and_seen_when_applying(self, desk: Desk) -> None:
        steps.consulted(desk)
        desk.do(
            "maker", "standardization_review/apply_review", {"guidance_wanted": True, "question": "如何写办理时限？"}
        )
        assert (desk.variables["review_id"], desk.variables["round_no"]) == (None, 0)
        elements = [
            {"element": name, "present": "15天左右", "advised": "15个工作日"}
            for name in ("实施主体", "办理时限", "申报要件", "兑现内容")
        ]
        answers = {"elements": [*elements[:3], elements[0]], "advice": "时限写工作日。"}
        with pytest.raises(AnswersRefused) as refused:
            desk.do("dsb_reviewer", "standardization_review/give_guidance", answers)
        assert "兑现内容" in refused.value.fields["elements"][0]
        desk.do("dsb_reviewer", "standardization_review/give_guidance", {**answers, "elements": elements})
        facts = [fact.value for fact in desk.prepare("maker", "apply_review").facts]
        assert "时限写工作日。" in facts


class TestChecks:
    @pytest.mark.parametrize("element", [each for each in ELEMENTS if not each.optional], ids=lambda each: each.label)
    def test_an_element_that_is_missing_blocks_the_application(self, desk: Desk, element: Any) -> None:
        steps.replied(desk)
        if element.keys[0] in ("name", "clause_no", "benefit_kind", "disbursement_type"):
            with pytest.raises(AnswersRefused):
                _apply(desk, items_proposed=[making.proposed_item(**{element.keys[0]: None})])
            return
        _apply(desk, items_proposed=[making.proposed_item(**{element.keys[0]: None})])
        assert any(f"{element.number} {element.label}" in problem for problem in _check(desk))

    def test_items_paid_without_application_need_no_materials_and_no_window(self, desk: Desk) -> None:
        item = making.proposed_item(disbursement_type="AUTO", materials=None, channels=None)
        steps.applied(desk, items_proposed=[item])
        assert _check(desk) == []

    def test_a_benefit_without_an_item_and_an_item_without_a_clause_block(self, desk: Desk) -> None:
        steps.applied(desk, items_proposed=[making.proposed_item(clause_no="九")])
        problems = _check(desk)
        assert any("条款“三”含兑现内容" in problem for problem in problems)
        assert any("条款“九”在文本中不存在" in problem for problem in problems)

    def test_conclusions_that_are_not_there_block(self, desk: Desk) -> None:
        steps.replied(desk)
        _apply(desk)
        problems = " ".join(_check(desk))
        assert "事前评估报告" in problems
        assert "意见征询" in problems

    def test_doubtful_words_do_not_block_but_each_must_be_judged(self, desk: Desk) -> None:
        item = making.proposed_item(materials="营业执照等材料", steps="相关部门及时办理")
        steps.applied(desk, items_proposed=[item])
        assert _check(desk) == []
        found = [each["term"] for each in _review(desk).lint]
        assert found == ["and_so_on", "some_department", "in_time"]
        with pytest.raises(AnswersRefused) as refused:
            desk.do("dsb_reviewer", "standardization_review/review_text", making.review_answers(2))
        assert "term_findings" in refused.value.fields
        rejected = making.review_answers(
            term_findings=[{"decision": "不采纳"}, {"decision": "采纳"}, {"decision": "采纳"}]
        )
        with pytest.raises(AnswersRefused) as refused:
            desk.do("dsb_reviewer", "standardization_review/review_text", rejected)
        assert "term_findings.0.reason" in refused.value.fields
        desk.do("dsb_reviewer", "standardization_review/review_text", making.review_answers(3))
        assert [each["decision"] for each in _review(desk).lint_decisions] == ["采纳"] * 3


class TestJudging:
    def test_the_reviewer_sees_twenty_lines(self, desk: Desk) -> None:
        steps.applied(desk)
        given = desk.prepare("dsb_reviewer", "review_text").given
        assert [row["line"] for row in given["checklist"]] == [f"{no} {line}" for no, line in enumerate(CHECKLIST, 1)]
        with pytest.raises(AnswersRefused) as refused:
            short = making.review_answers(checklist=[{"outcome": "合格"}] * 19)
            desk.do("dsb_reviewer", "standardization_review/review_text", short)
        assert "checklist" in refused.value.fields

    def test_a_failed_line_says_what_is_wrong_and_forbids_a_pass(self, desk: Desk) -> None:
        steps.applied(desk)
        lines: list[dict[str, str]] = [{"outcome": "合格"}] * 20
        lines[1] = {"outcome": "不合格"}
        with pytest.raises(AnswersRefused) as refused:
            desk.do("dsb_reviewer", "standardization_review/review_text", making.review_answers(checklist=lines))
        assert set(refused.value.fields) == {"checklist.1.remark", "result"}

    def test_nobody_of_the_submitting_department_reviews(self, desk: Desk) -> None:
        steps.applied(desk)
        with pytest.raises(SeparationOfDuties):
            desk.do("maker_head", "standardization_review/review_text", making.review_answers())

    def test_the_reviewer_does_not_approve(self, desk: Desk) -> None:
        steps.applied(desk)
        _check(desk)
        desk.do("dsb_reviewer", "standardization_review/review_text", making.review_answers())
        with pytest.raises(SeparationOfDuties):
            desk.do("dsb_reviewer", "standardization_review/approve_review", making.agreed("approve_result"))

    def test_no_number_is_given_before_two_people_agree(self, desk: Desk) -> None:
        steps.applied(desk)
        desk.do("dsb_reviewer", "standardization_review/review_text", making.review_answers())
        with pytest.raises(BusinessError) as refused:
            desk.serve("pass_review", review_id=desk.variables["review_id"])
        assert refused.value.code == "REVIEW_NOT_APPROVED"
        assert _review(desk).number is None

    def test_the_approver_sends_back_and_the_reviewer_sees_why(self, desk: Desk) -> None:
        steps.applied(desk)
        desk.do("dsb_reviewer", "standardization_review/review_text", making.review_answers())
        returned = {"approve_result": "退回", "opinion": "请核对第 15 项。"}
        desk.do("dsb_approver", "standardization_review/approve_review", returned)
        facts = [fact.value for fact in desk.prepare("dsb_reviewer", "review_text").facts]
        assert "请核对第 15 项。" in facts
        assert _review(desk).approver_id is None

    def test_a_returned_text_comes_back_in_a_second_round_that_keeps_the_first(self, desk: Desk) -> None:
        steps.applied(desk)
        _check(desk)
        returned = making.review_answers(result="退回修改", opinion="时限不明确。", due_fix="2026-08-20")
        desk.do("dsb_reviewer", "standardization_review/review_text", returned)
        assert "时限不明确。" in [fact.value for fact in desk.prepare("maker", "resubmit_review").facts]
        first = _review(desk).digest
        changed = making.resubmission(desk.attach(making.CHANGED_TEXT))
        desk.do("maker", "standardization_review/resubmit_review", changed)
        review = _review(desk)
        assert (desk.variables["round_no"], review.round_no) == (2, 2)
        assert review.digest != first
        assert [(each["digest"], each["result"], each["opinion"]) for each in review.rounds] == [
            (first, "退回修改", "时限不明确。")
        ]
        steps.judged(desk)
        assert desk.variables["text_sha256"] == review.digest

    def test_a_failed_review_ends_without_a_number_and_the_policy_is_not_issued(self, desk: Desk) -> None:
        steps.applied(desk)
        desk.do("dsb_reviewer", "standardization_review/review_text", making.review_answers(result="不通过"))
        desk.do("dsb_approver", "standardization_review/approve_review", making.agreed("approve_result"))
        desk.serve("reject_review", review_id=desk.variables["review_id"])
        assert (_review(desk).result, _review(desk).number) == ("不通过", None)
        assert steps.policy(desk).status == "未出台"

    def test_a_withdrawn_application_is_kept_as_withdrawn(self, desk: Desk) -> None:
        steps.applied(desk)
        desk.serve("withdraw_review", review_id=desk.variables["review_id"])
        assert desk.variables["review_result"] == "撤回"
        assert _review(desk).result == "撤回"


@pytest.mark.parametrize(
    "wrong",
    [
        {"result": "通过", "decided": True, "number": None},
        {"result": "通过", "decided": False, "number": "BZ-2026-9"},
        {"approver": "dsb_reviewer"},
        {"reviewer": "maker"},
    ],
    ids=["pass without number", "pass without instant", "approver is reviewer", "submitter reviews"],
)
def test_the_database_itself_refuses_a_review_that_must_never_be(desk: Desk, wrong: dict[str, Any]) -> None:
    steps.applied(desk)
    review = _review(desk)
    reviewer, approver = wrong.get("reviewer", "dsb_reviewer"), wrong.get("approver", "dsb_approver")
    review.reviewer_id, review.approver_id = desk.person(reviewer), desk.person(approver)
    review.result, review.number = wrong.get("result"), wrong.get("number")
    review.decided_at = desk.now if wrong.get("decided") else None
    with pytest.raises(IntegrityError):
        desk.session.flush()
    desk.session.rollback()
