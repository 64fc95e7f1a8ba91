"""审查审批: other people than accepted, a reason for every no, and never more than cap, budget and 就高不重复 allow."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from handlers.registry import REGISTRY
from processes.errors import AnswersRefused, BusinessError, ProcessError, SeparationOfDuties
from service.seed.people import ENTERPRISE, ENTERPRISE_2
from storage import applications
from storage.models.applications import ReviewOpinion
from tests import applying
from tests.stages import benefit_steps as steps
from tests.stages.desk import DISTRICT, Desk

FIRST, SECOND, DECISION = "review/review_first", "review/review_second", "review/decide_application"
THIS = "享受本事项（已享受的从中扣减）"
OTHER = "保留互斥事项，本件不予支持"


def _opinions(desk: Desk) -> list[ReviewOpinion]:
    return list(applications.list_review_opinions(desk.session, steps.application(desk)))


def _refused(desk: Desk, login: str, form: str, answers: dict[str, Any]) -> ProcessError:
    with pytest.raises(ProcessError) as refused:
        desk.do(login, form, answers)
    return refused.value


class TestBasis:
    def test_the_review_begins_with_amount_speciality_and_who_is_asked(self, desk: Desk) -> None:
        made = steps.accepted(desk, steps.item(desk, specialised=True, expert_orgs=["EXP"], joint_orgs=["TAX"]))
        names = ("requested_amount", "item_specialised", "expert_orgs", "joint_orgs")
        assert [desk.variables[name] for name in names] == [10_000_000, True, ["EXP"], ["TAX"]]
        assert made.status == "初审"

    def test_a_reviewer_sees_one_line_per_condition_the_checks_and_what_was_said(self, desk: Desk) -> None:
        steps.accepted(desk)
        desk.do("reviewer1", FIRST, applying.opinion(amount="80000", opinion="扣除重复部分。"))
        prepared = desk.prepare("reviewer2", "review_second")
        assert [row["condition"] for row in prepared.given["checks"]] == [each["text"] for each in applying.CONDITIONS]
        assert "没有享受过本事项" in prepared.given["duplicate_check"]
        assert prepared.given["exclusive_found"] is None
        assert prepared.initial["amount"] == "80000.00"
        said = [fact.value for fact in prepared.facts if fact.label == "初审意见"]
        assert said == ["初审言，通过，80,000.00 元，扣除重复部分。"]

    def test_the_promised_time_is_the_items_and_runs_from_acceptance(self, desk: Desk) -> None:
        desk.at(2026, 8, 10)
        steps.accepted(desk, steps.item(desk, handling_days=7))
        assert REGISTRY.limits["DL17"](desk.session, DISTRICT, desk.variables) == 7
        assert REGISTRY.anchors["accepted_on"](desk.session, DISTRICT, desk.variables) == date(2026, 8, 10)


class TestOpinions:
    def test_three_people_one_after_the_other_grant_the_benefit(self, desk: Desk) -> None:
        made = steps.approved(desk)
        assert [(each.stage, each.result) for each in _opinions(desk)] == [
            ("初审", "通过"),
            ("复审", "通过"),
            ("审定", "通过"),
        ]
        assert (made.approved_fen, made.approver_id) == (10_000_000, desk.person("approver"))
        assert desk.variables["approved_amount"] == 10_000_000

    @pytest.mark.parametrize("form", [FIRST, SECOND, DECISION])
    def test_every_no_carries_a_reason(self, desk: Desk, form: str) -> None:
        steps.accepted(desk)
        login = {FIRST: "reviewer1", SECOND: "reviewer2", DECISION: "approver"}[form]
        answers = {name: value for name, value in applying.refusal().items() if name != "reason_code"}
        refused = _refused(desk, login, form, answers)
        assert isinstance(refused, AnswersRefused)
        assert "reason_code" in refused.fields

    def test_a_refused_application_keeps_the_reason_and_grants_nothing(self, desk: Desk) -> None:
        made = steps.accepted(desk)
        desk.do("approver", DECISION, applying.refusal("Q3"))
        assert (made.reason_code, made.approved_fen, desk.variables["approved_amount"]) == ("Q3", None, 0)
        desk.serve("notify_refusal", application_id=str(made.id))
        assert made.status == "审查不通过"
        assert "材料不实" in str(made.refusal_text)

    def test_a_condition_that_is_not_met_a_restriction_or_the_other_item_cannot_pass(self, desk: Desk) -> None:
        steps.accepted(desk)
        unmet = [{"met": "不满足", "evidence": "未列入名单"}, {"met": "满足"}]
        for answers in (applying.opinion(checks=unmet), applying.opinion(credit="有失信限制")):
            refused = _refused(desk, "reviewer1", FIRST, answers)
            assert isinstance(refused, AnswersRefused)
            assert "result" in refused.fields

    def test_what_the_reviewer_found_of_the_standing_is_kept_with_the_applicant(self, desk: Desk) -> None:
        made = steps.accepted(desk)
        desk.do("reviewer1", FIRST, applying.refusal("Q7", credit="有失信限制"))
        applicant = applications.get_applicant(desk.session, made)
        assert applicant.credit_state == "有失信限制"
        desk.serve("prefill_application", application_id=str(made.id))
        assert desk.variables["finding_count"] == 1

    def test_an_opinion_sent_back_goes_to_the_first_reviewer_and_stays_in_the_record(self, desk: Desk) -> None:
        made = steps.accepted(desk)
        desk.do("reviewer1", FIRST, applying.opinion())
        desk.do("reviewer2", SECOND, applying.sent_back())
        assert (desk.variables["second_result"], made.status) == ("退回上一环节", "初审")
        desk.do("reviewer1", FIRST, applying.opinion())
        assert [each.result for each in _opinions(desk)] == ["通过", "退回上一环节", "通过"]


class TestSeparation:
    def test_no_acceptor_reviews_and_no_reviewer_decides_even_past_the_door(self, desk: Desk) -> None:
        steps.accepted(desk)
        assert isinstance(_refused(desk, "platform_clerk", FIRST, applying.opinion()), SeparationOfDuties)
        desk.do("reviewer1", FIRST, applying.opinion())
        assert isinstance(_refused(desk, "reviewer1", SECOND, applying.opinion()), SeparationOfDuties)
        desk.do("reviewer2", SECOND, applying.opinion())
        for login in ("platform_clerk", "reviewer1", "reviewer2"):
            assert _refused(desk, login, DECISION, applying.opinion()).code == "SOD_VIOLATION"

    def test_the_database_refuses_an_approver_who_accepted(self, desk: Desk) -> None:
        made = steps.approved(desk)
        made.approver_id = made.acceptor_id
        with pytest.raises(IntegrityError):
            desk.session.commit()
        desk.session.rollback()


class TestAmounts:
    def test_nobody_gets_more_than_asked_for(self, desk: Desk) -> None:
        steps.accepted(desk, requested_amount="50000")
        refused = _refused(desk, "reviewer1", FIRST, applying.opinion(amount="50000.01"))
        assert isinstance(refused, AnswersRefused)
        assert "amount" in refused.fields

    def test_the_yearly_cap_counts_what_the_applicant_had_already(self, desk: Desk) -> None:
        item = steps.item(desk, cap_fen=10_000_000)
        first = steps.approved(desk, item, requested_amount="60000")
        desk.variables |= {"payment_result": "成功", "paid_on": "2026-08-20"}
        desk.serve("close_application", application_id=str(first.id))
        steps.accepted(desk, item, requested_amount="60000")
        refused = _refused(desk, "reviewer1", FIRST, applying.opinion(amount="60000"))
        assert (refused.code, refused.facts["over_fen"]) == ("CAP_EXCEEDED", 2_000_000)
        desk.do("reviewer1", FIRST, applying.opinion(amount="40000"))

    def test_the_cap_begins_anew_with_the_year(self, desk: Desk) -> None:
        item = steps.item(desk)
        first = steps.approved(desk, item)
        desk.serve("close_application", application_id=str(first.id))
        desk.at(2027, 1, 1, 0, 30)
        steps.accepted(desk, item)
        desk.do("reviewer1", FIRST, applying.opinion())
        assert desk.variables["first_result"] == "通过"

    def test_a_decision_never_goes_beyond_the_budget_of_the_item(self, desk: Desk) -> None:
        item = steps.item(desk, budget_fen=15_000_000)
        steps.approved(desk, item)
        steps.accepted(desk, item, by="applicant2")
        desk.do("reviewer1", FIRST, applying.opinion())
        desk.do("reviewer2", SECOND, applying.opinion())
        refused = _refused(desk, "approver", DECISION, applying.opinion())
        assert (refused.code, refused.facts["over_fen"]) == ("BUDGET_EXCEEDED", 5_000_000)
        assert "50,000.00" in refused.message
        assert steps.application(desk).approved_fen is None
        desk.do("approver", DECISION, applying.opinion(amount="50000"))
        assert steps.application(desk).approved_fen == 5_000_000

    def test_an_item_without_budget_grants_no_money(self, desk: Desk) -> None:
        steps.accepted(desk, steps.item(desk, budget_fen=None), requested_amount="1")
        assert _refused(desk, "approver", DECISION, applying.opinion(amount="1")).code == "BUDGET_EXCEEDED"


@given(amounts=st.lists(st.integers(min_value=1, max_value=100), min_size=1, max_size=4))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_asked_for_grants_stay_within_budget_and_cap(desk: Desk, amounts: list[int]) -> None:
    item = steps.item(desk, budget_fen=20_000, cap_fen=15_000)
    for number, yuan in enumerate(amounts):
        by = ("applicant", "applicant2")[number % 2]
        made = steps.accepted(desk, item, by=by, requested_amount=str(yuan))
        try:
            desk.do("approver", DECISION, applying.opinion(amount=str(yuan)))
        except BusinessError:
            desk.do("approver", DECISION, applying.refusal("Q6"))
            desk.serve("notify_refusal", application_id=str(made.id))
        else:
            desk.serve("close_application", application_id=str(made.id))
    assert applications.granted_fen(desk.session, item, year=2026) <= 20_000
    for code in (ENTERPRISE, ENTERPRISE_2):
        applicant = applications.find_applicant(desk.session, DISTRICT, code)
        if applicant is not None:
            assert applications.granted_fen(desk.session, item, year=2026, applicant=applicant) <= 15_000


class TestExclusiveItems:
    """就高不重复: scenario 17."""

    @pytest.fixture
    def second(self, desk: Desk) -> Desk:
        """The applicant has 40,000 元 of an item that excludes the one now applied for with 100,000 元."""
        other = steps.item(desk, name="科技小巨人奖励")
        steps.approved(desk, other, requested_amount="40000")
        steps.accepted(desk, steps.item(desk, exclusive_item_ids=[str(other.id)]))
        return desk

    def test_the_message_names_the_other_item_and_the_reviewer_must_choose(self, second: Desk) -> None:
        found = second.prepare("reviewer1", "review_first").given["exclusive_found"]
        assert "科技小巨人奖励" in found
        assert "40,000.00" in found
        refused = _refused(second, "reviewer1", FIRST, applying.opinion(amount="60000"))
        assert isinstance(refused, AnswersRefused)
        assert "exclusive_choice" in refused.fields

    def test_both_together_never_exceed_the_higher_one(self, second: Desk) -> None:
        chosen = applying.opinion(amount="60000.01", exclusive_choice=THIS)
        assert _refused(second, "reviewer1", FIRST, chosen).code == "DUPLICATE_BENEFIT"
        second.do("reviewer1", FIRST, applying.opinion(amount="60000", exclusive_choice=THIS))

    def test_who_keeps_the_other_item_gets_nothing_here(self, second: Desk) -> None:
        refused = _refused(second, "reviewer1", FIRST, applying.opinion(exclusive_choice=OTHER))
        assert isinstance(refused, AnswersRefused)
        second.do("reviewer1", FIRST, applying.refusal("Q4", exclusive_choice=OTHER))

    def test_it_counts_whichever_of_the_two_names_the_other(self, desk: Desk) -> None:
        later = steps.item(desk, name="后出台事项")
        other = steps.item(desk, exclusive_item_ids=[str(later.id)])
        steps.approved(desk, other)
        steps.accepted(desk, later)
        assert desk.prepare("reviewer1", "review_first").given["exclusive_found"] is not None


class TestDeepReview:
    @pytest.fixture
    def large(self, desk: Desk) -> Desk:
        """A case whose first reviewer has found that it is 重大."""
        steps.accepted(desk, steps.item(desk, cap_fen=None, expert_orgs=["EXP"]), requested_amount="800000")
        desk.variables["review_level"] = "重大"
        desk.do("reviewer1", FIRST, applying.opinion(amount="800000"))
        return desk

    def test_time_with_experts_and_on_site_does_not_count(self, large: Desk) -> None:
        made = steps.application(large)
        before = made.promised_due_on
        large.do("expert", "review/argue_application", applying.expert_opinion(), item="EXP")
        large.at(2026, 8, 12)
        large.do("reviewer1", "review/visit_site", applying.site_visit("2026-08-11"))
        assert made.pauses == [{"start": "2026-08-03", "end": "2026-08-12", "reason": "专家论证和现场核查"}]
        # seven working days from 4 to 12 August did not count
        assert (str(before), str(made.promised_due_on)) == ("2026-08-24", "2026-09-02")

    def test_a_visit_is_made_by_two_people_after_acceptance_and_not_tomorrow(self, large: Desk) -> None:
        alone = applying.site_visit("2026-08-03", people=[{"name": "初审言", "unit": "科技创新局"}])
        for answers, field in (
            (alone, "people"),
            (applying.site_visit("2026-08-04"), "visited_on"),
            (applying.site_visit("2026-08-02"), "visited_on"),
        ):
            refused = _refused(large, "reviewer1", "review/visit_site", answers)
            assert isinstance(refused, AnswersRefused)
            assert field in refused.fields

    def test_what_outsiders_say_is_kept_with_who_they_are(self, large: Desk) -> None:
        large.do("expert", "review/argue_application", applying.expert_opinion(), item="EXP")
        joint = {"stance": "同意", "opinion": "无欠税。", "basis": "金税系统"}
        large.do("finance_officer", "review/give_joint_opinion", joint, item="TAX")
        expert, department = _opinions(large)[-2:]
        assert (expert.stage, expert.details["unit"]) == ("专家", "示例大学")
        assert (department.stage, department.details["department"]) == ("会办", "TAX")
        facts = large.prepare("finance_officer", "give_joint_opinion", item="TAX").facts
        assert facts[0].value == "税务局"
