"""意见征询: everybody is asked long enough, departments answer definitely, and a no cannot end in a yes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.opinion_consultation.rules import earliest_comment_end
from processes.calendar import WorkingCalendar
from processes.errors import AnswersRefused, BusinessError, SeparationOfDuties
from storage import policies
from storage.models.policies import PolicyVersion
from storage.models.policy_opinions import Consultation, Opinion
from tests import making
from tests.stages import steps
from tests.stages.desk import DISTRICT, Desk


def _consultation(desk: Desk) -> Consultation:
    return policies.get(desk.session, Consultation, DISTRICT, desk.variables["consultation_id"])


def _opinions(desk: Desk) -> list[Opinion]:
    return list(policies.list_opinions(desk.session, _consultation(desk)))


def _offered(desk: Desk) -> list[str]:
    """The conclusions the form of the summary offers now."""
    return [str(option.value) for option in desk.prepare("maker", "summarise_opinions").options["conclusions"]]


def _summarise(desk: Desk, conclusion: str) -> None:
    answers = making.summary(len([each for each in _opinions(desk) if each.stance]), conclusion=conclusion)
    desk.do("maker", "opinion_consultation/summarise_opinions", answers)


class TestOpening:
    def test_seven_working_days_from_24_september_end_on_12_october(self, desk: Desk) -> None:
        steps.initiated(desk, economic_activity=False)
        desk.at(2026, 9, 24)
        with pytest.raises(AnswersRefused) as refused:
            steps.opened(desk, public_comment=True, comment_from="2026-09-24", comment_to="2026-10-11")
        assert "2026-10-12" in refused.value.fields["comment_to"][0]
        steps.opened(desk, public_comment=True, comment_from="2026-09-24", comment_to="2026-10-12")
        assert desk.variables["comment_to_at"] == "2026-10-13T00:00:00+08:00"

    def test_a_policy_touching_business_is_open_to_comment_for_thirty_days(self, desk: Desk) -> None:
        steps.initiated(desk, economic_activity=True)
        with pytest.raises(AnswersRefused) as refused:
            steps.opened(desk, public_comment=True, comment_from="2026-08-03", comment_to="2026-09-01")
        assert "2026-09-02" in refused.value.fields["comment_to"][0]

    def test_comment_cannot_begin_in_the_past(self, desk: Desk) -> None:
        with pytest.raises(AnswersRefused) as refused:
            steps.opened(desk, public_comment=True, comment_from="2026-07-01", comment_to="2026-12-01")
        assert "comment_from" in refused.value.fields

    def test_a_specialised_policy_needs_experts(self, desk: Desk) -> None:
        steps.initiated(desk, specialised=True)
        with pytest.raises(AnswersRefused) as refused:
            steps.opened(desk)
        assert "expert_orgs" in refused.value.fields
        steps.opened(desk, expert_orgs=["EXP"])
        assert desk.variables["expert_orgs"] == ["EXP"]

    def test_nobody_invited_needs_a_reason(self, desk: Desk) -> None:
        with pytest.raises(AnswersRefused) as refused:
            steps.opened(desk, invited=[])
        assert "invited" in refused.value.fields
        steps.opened(desk, invited=[], no_outside_reason="区内暂无同类企业。")
        assert desk.variables["respondents"] == []

    def test_a_major_decision_is_put_before_the_public(self, desk: Desk) -> None:
        steps.initiated(desk, major_decision=True)
        with pytest.raises(AnswersRefused) as refused:
            steps.opened(desk, public_comment=False)
        assert "public_comment" in refused.value.fields

    def test_a_second_round_is_numbered_and_keeps_the_first(self, desk: Desk) -> None:
        steps.opened(desk)
        first = desk.variables["consultation_id"]
        steps.opened(desk)
        assert desk.variables["consultation_id"] != first
        assert _consultation(desk).round_no == 2


class TestPublicComment:
    def test_comments_cannot_be_gathered_one_minute_before_the_period_is_over(self, desk: Desk) -> None:
        steps.initiated(desk, economic_activity=False)
        desk.at(2026, 9, 24)
        steps.opened(desk, public_comment=True, comment_from="2026-09-24", comment_to="2026-10-12")
        desk.serve("publish_draft", consultation_id=desk.variables["consultation_id"])
        answers = {"comments": [{"stance": "同意", "opinion": "支持。"}], "summary": "收到一条。"}
        desk.at(2026, 10, 12, 23, 59)
        with pytest.raises(BusinessError) as refused:
            desk.do("maker", "opinion_consultation/collect_public_comments", answers)
        assert refused.value.code == "COMMENT_PERIOD_OPEN"
        desk.at(2026, 10, 13, 0, 0)
        desk.do("maker", "opinion_consultation/collect_public_comments", answers)
        assert desk.variables["comment_count"] == 1
        assert [each.text for each in _opinions(desk) if each.source_type == "社会公众"] == ["支持。"]


@given(start=st.dates(date(2026, 1, 1), date(2026, 11, 1)), business=st.booleans(), major=st.booleans())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_comment_period_is_shorter_than_seven_working_days_or_thirty_days_for_business(
    desk: Desk, start: date, business: bool, major: bool
) -> None:
    if "policy_id" not in desk.variables:
        steps.initiated(desk)
    policy = steps.policy(desk)
    policy.economic_activity, policy.major_decision = business, major
    ends = earliest_comment_end(desk.context("maker", "open_consultation"), policy, start)
    desk.session.rollback()
    assert WorkingCalendar.shipped().working_days_between(start, ends) >= 7
    if business or major:
        assert ends >= start + timedelta(days=30)


class TestReplies:
    def test_what_is_typed_for_somebody_else_needs_evidence_and_shows_as_such(self, desk: Desk) -> None:
        steps.opened(desk)
        respondent = desk.variables["respondents"][0]
        with pytest.raises(AnswersRefused) as refused:
            desk.do(
                "maker",
                "opinion_consultation/reply_outside",
                making.outside_reply(typed_for_them=True),
                item=respondent,
            )
        assert "files" in refused.value.fields
        answers = making.outside_reply(typed_for_them=True, files=[desk.attach(b"minutes")])
        desk.do("maker", "opinion_consultation/reply_outside", answers, item=respondent)
        assert [each.typed_for_them for each in _opinions(desk)] == [True]

    def test_an_experts_opinion_is_kept_with_who_he_is(self, desk: Desk) -> None:
        steps.opened(desk, expert_orgs=["EXP"])
        answers = {
            "expert": "庄教授",
            "unit": "示例大学",
            "field": "产业经济",
            "stance": "修改后同意",
            "opinion": "细化条件。",
        }
        desk.do("expert", "opinion_consultation/argue_policy", answers, item="EXP")
        assert [each.respondent for each in _opinions(desk) if each.stance] == ["庄教授（示例大学，产业经济）"]

    def test_no_department_agrees_while_its_result_says_no(self, desk: Desk) -> None:
        steps.drafted(desk)
        for login, key, answers in (
            ("legal_officer", "reply_legal", making.legal_reply(legal_result="不通过")),
            ("finance_officer", "reply_finance", making.finance_reply(fund_result="无保障")),
        ):
            with pytest.raises(AnswersRefused) as refused:
                desk.do(login, f"opinion_consultation/{key}", answers)
            assert "stance" in refused.value.fields

    def test_the_data_bureau_names_what_stands_in_the_way(self, desk: Desk) -> None:
        steps.opened(desk, kind="上线征询", invited=[])
        answers = {"stance": "不同意", "opinion": "实施部门不明确。", "online_feasible": False}
        with pytest.raises(AnswersRefused) as refused:
            desk.do("dsb_operator", "opinion_consultation/reply_data_bureau", answers)
        assert "obstacle" in refused.value.fields
        desk.do("dsb_operator", "opinion_consultation/reply_data_bureau", {**answers, "obstacle": ["B1"]})
        assert desk.variables["online_feasible"] is False


class TestTextAndFairness:
    def test_the_text_becomes_a_version_with_the_digest_of_its_bytes(self, desk: Desk) -> None:
        steps.drafted(desk)
        version = policies.get(desk.session, PolicyVersion, DISTRICT, desk.variables["text_version_id"])
        assert version.version_no == 1
        assert [clause["clause_no"] for clause in version.clauses] == ["一", "三"]

    def test_a_violation_allows_no_other_conclusion_than_failed(self, desk: Desk) -> None:
        steps.drafted(desk)
        answers = {**making.fair_review("不符合"), "conclusion": "不具有排除限制竞争效果"}
        with pytest.raises(AnswersRefused) as refused:
            desk.do("maker", "opinion_consultation/review_fair_competition", answers)
        assert "conclusion" in refused.value.fields

    def test_all_four_groups_of_standards_are_gone_through(self, desk: Desk) -> None:
        steps.drafted(desk)
        answers = making.fair_review()
        answers["findings"][3] = answers["findings"][0]
        with pytest.raises(AnswersRefused) as refused:
            desk.do("maker", "opinion_consultation/review_fair_competition", answers)
        assert "影响生产经营行为" in refused.value.fields["findings"][0]

    def test_an_exception_names_its_clause_and_its_limit(self, desk: Desk) -> None:
        steps.drafted(desk)
        answers = making.fair_review("适用例外")
        with pytest.raises(AnswersRefused) as refused:
            desk.do("maker", "opinion_consultation/review_fair_competition", answers)
        assert {"exception_clause", "exception_until"} <= set(refused.value.fields)
        answers |= {"exception_clause": "为维护公共利益", "exception_until": "2027-12-31"}
        desk.do("maker", "opinion_consultation/review_fair_competition", answers)
        assert desk.variables["fair_result"] == "适用例外"


class TestConclusion:
    def test_with_every_answer_in_favour_the_policy_is_feasible(self, desk: Desk) -> None:
        steps.replied(desk)
        assert _offered(desk) == ["可行", "修改后再征询", "不可行"]
        _summarise(desk, "可行")
        desk.serve("check_conclusion", consultation_id=desk.variables["consultation_id"], conclusion="可行")
        assert desk.variables["conclusion_allowed"] is True
        desk.do("maker_head", "opinion_consultation/confirm_summary", making.agreed("confirm_result"))
        assert _consultation(desk).confirmed_by == desk.person("maker_head")

    @pytest.mark.parametrize(
        ("replies", "reason"),
        [
            ({"finance": making.no_money_reply()}, "资金无保障"),
            ({"legal": making.legal_reply(stance="不同意", legal_result="不通过")}, "合法性审核不通过"),
            ({"legal": making.legal_reply(stance="不同意", fair_result="不符合")}, "不符合公平竞争"),
            ({"fair": "不符合"}, "公平竞争审查不符合"),
        ],
    )
    def test_an_answer_that_says_no_takes_feasible_off_the_list_and_the_service_refuses_it_too(
        self, desk: Desk, replies: dict[str, Any], reason: str
    ) -> None:
        steps.replied(desk, **replies)
        assert _offered(desk) == ["修改后再征询", "不可行"]
        with pytest.raises(AnswersRefused) as refused:
            _summarise(desk, "可行")
        assert "conclusion" in refused.value.fields
        desk.serve("check_conclusion", consultation_id=desk.variables["consultation_id"], conclusion="可行")
        assert desk.variables["conclusion_allowed"] is False
        assert reason in desk.variables["forbidden_reason"]

    def test_a_department_that_has_not_answered_is_never_taken_to_agree(self, desk: Desk) -> None:
        steps.drafted(desk)
        desk.do("maker", "opinion_consultation/review_fair_competition", making.fair_review())
        desk.do("legal_officer", "opinion_consultation/reply_legal", making.legal_reply())
        assert "可行" not in _offered(desk)
        desk.serve("check_conclusion", consultation_id=desk.variables["consultation_id"], conclusion="可行")
        assert "财政局还没有答复" in desk.variables["forbidden_reason"]

    def test_a_launch_consultation_also_needs_the_data_bureau(self, desk: Desk) -> None:
        steps.opened(desk, kind="上线征询", invited=[])
        desk.do("legal_officer", "opinion_consultation/reply_legal", making.legal_reply())
        desk.do("finance_officer", "opinion_consultation/reply_finance", making.finance_reply())
        assert _offered(desk) == ["不可上线"]
        answers = {"stance": "同意", "opinion": "可以。", "online_feasible": True}
        desk.do("dsb_operator", "opinion_consultation/reply_data_bureau", answers)
        assert _offered(desk) == ["可上线", "不可上线"]

    def test_pending_is_no_conclusion(self, desk: Desk) -> None:
        steps.replied(desk)
        desk.serve("check_conclusion", consultation_id=desk.variables["consultation_id"], conclusion="待定")
        assert desk.variables["conclusion_allowed"] is False

    def test_every_opinion_is_answered_and_one_not_adopted_has_a_reason(self, desk: Desk) -> None:
        steps.replied(desk)
        with pytest.raises(AnswersRefused) as refused:
            desk.do("maker", "opinion_consultation/summarise_opinions", making.summary(2))
        assert "rows" in refused.value.fields
        rows = [{"adopted": "采纳"}, {"adopted": "不采纳"}, {"adopted": "采纳"}]
        with pytest.raises(AnswersRefused) as refused:
            desk.do("maker", "opinion_consultation/summarise_opinions", making.summary(3, rows=rows))
        assert "rows.1.reason" in refused.value.fields
        rows[1]["reason"] = "超出财力。"
        desk.do("maker", "opinion_consultation/summarise_opinions", making.summary(3, rows=rows))
        assert [each.adoption for each in _opinions(desk)] == ["采纳", "不采纳", "采纳"]

    def test_who_summed_up_does_not_confirm(self, desk: Desk) -> None:
        steps.replied(desk)
        _summarise(desk, "可行")
        with pytest.raises(SeparationOfDuties):
            desk.do("maker", "opinion_consultation/confirm_summary", making.agreed("confirm_result"))

    def test_a_confirmed_infeasible_ends_the_making_of_the_policy(self, desk: Desk) -> None:
        steps.replied(desk)
        _summarise(desk, "不可行")
        desk.do("maker_head", "opinion_consultation/confirm_summary", making.agreed("confirm_result"))
        assert steps.policy(desk).status == "终止制定"

    def test_a_text_changed_after_the_opinions_is_the_next_version(self, desk: Desk) -> None:
        steps.replied(desk)
        before = desk.variables["text_version_id"]
        changed = making.summary(3, text_after=[desk.attach(making.CHANGED_TEXT)])
        desk.do("maker", "opinion_consultation/summarise_opinions", changed)
        assert desk.variables["text_version_id"] != before
        assert [each.version_no for each in policies.list_versions(desk.session, steps.policy(desk))] == [2, 1]


def test_a_published_draft_is_open_to_the_public_from_its_first_to_its_last_day(desk: Desk) -> None:
    steps.initiated(desk, economic_activity=False)
    steps.opened(desk, public_comment=True, comment_from="2026-08-05", comment_to="2026-08-20")
    days = [date(2026, 8, day) for day in (4, 5, 20, 21)]

    def shown() -> list[int]:
        return [len(policies.list_public_consultations(desk.session, DISTRICT, on=day)) for day in days]

    assert shown() == [0, 0, 0, 0]
    desk.serve("publish_draft", consultation_id=desk.variables["consultation_id"])
    assert shown() == [0, 1, 1, 0]
