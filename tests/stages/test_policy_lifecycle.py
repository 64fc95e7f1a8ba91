"""The lifecycle's own tasks: a policy gets its number, and only the very text that passed review is issued."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from handlers.registry import REGISTRY
from processes.errors import AnswersRefused, BusinessError
from storage import archives, policies
from storage.policy_gates import list_gate_breaches
from tests import making
from tests.stages import steps
from tests.stages.desk import DISTRICT, Desk


def _issue(desk: Desk, text: bytes, **changes: Any) -> None:
    desk.do("maker", "policy_lifecycle/register_issue", making.issue(desk.attach(text), **changes))


class TestInitiation:
    def test_the_policy_is_numbered_in_its_year_and_the_case_is_known_by_that_number(self, desk: Desk) -> None:
        first = desk.do(
            "maker", "policy_lifecycle/initiate_policy", making.initiation(str(desk.person("maker")), title="甲")
        )
        second = steps.initiated(desk, title="乙")
        assert (first.business_key, first.title) == ("ZC-2026-0001", "甲")
        assert second.number == "ZC-2026-0002"
        desk.at(2027, 1, 1, 0, 30)
        assert steps.initiated(desk, title="丙").number == "ZC-2027-0001"

    def test_the_flags_the_diagram_decides_on_are_put_out(self, desk: Desk) -> None:
        steps.initiated(desk, specialised=True, economic_activity=False, major_decision=True)
        put_out = {name: desk.variables[name] for name in ("specialised", "economic_activity", "major_decision")}
        assert put_out == {"specialised": True, "economic_activity": False, "major_decision": True}
        assert desk.variables["maker_org"] == "STB"

    def test_who_has_not_read_the_lessons_does_not_start(self, desk: Desk) -> None:
        with pytest.raises(AnswersRefused) as refused:
            steps.initiated(desk, lessons_read=False)
        assert "lessons_read" in refused.value.fields

    def test_shares_of_the_money_make_a_whole(self, desk: Desk) -> None:
        with pytest.raises(AnswersRefused) as refused:
            steps.initiated(desk, fund_sources=[{"fund_level": "新区", "ratio": "99.99"}])
        assert "99.99" in refused.value.fields["fund_sources"][0]

    def test_a_maker_makes_policies_for_his_own_department_only(self, desk: Desk) -> None:
        with pytest.raises(AnswersRefused) as refused:
            steps.initiated(desk, maker_org="FIN")
        assert "maker_org" in refused.value.fields

    def test_the_district_does_not_make_national_policies(self, desk: Desk) -> None:
        with pytest.raises(AnswersRefused) as refused:
            steps.initiated(desk, level="国家", role="制定")
        assert "role" in refused.value.fields

    def test_a_revision_starts_from_what_was_registered_and_records_old_and_new(self, desk: Desk) -> None:
        steps.initiated(desk)
        start = dict(desk.prepare("maker", "revise_initiation").initial)
        del start["maker_org"]
        answers = {**start, "title": "改名后的措施", "lessons_read": True, "change_note": "改名。"}
        result = desk.do("maker", "policy_lifecycle/revise_initiation", answers)
        assert result.changes == {"title": ["长春新区高新技术企业认定奖励措施", "改名后的措施"]}
        assert steps.policy(desk).budget_total_fen == 500_000_000


class TestIssue:
    def test_the_reviewed_text_is_issued_with_review_version_and_digest_on_record(self, desk: Desk) -> None:
        steps.reviewed(desk)
        _issue(desk, making.TEXT)
        policy = steps.policy(desk)
        assert policy.status == "已出台"
        assert policy.issued_digest == desk.variables["text_sha256"]
        assert str(policy.issued_review_id) == desk.variables["review_id"]

    def test_one_character_changed_after_review_is_refused_with_both_digests_and_dates(self, desk: Desk) -> None:
        steps.reviewed(desk)
        passed = desk.variables["text_sha256"]
        desk.at(2026, 8, 20)
        with pytest.raises(BusinessError) as refused:
            _issue(desk, making.CHANGED_TEXT)
        assert refused.value.code == "TEXT_NOT_REVIEWED"
        assert passed[:12] in refused.value.message
        assert "2026年8月3日" in refused.value.message
        assert "2026年8月20日" in refused.value.message
        assert refused.value.facts["reviewed_digest"] == passed
        assert steps.policy(desk).status == "审查通过"
        assert steps.policy(desk).doc_no is None

    def test_a_new_round_on_the_changed_text_makes_the_issue_work(self, desk: Desk) -> None:
        steps.reviewed(desk)
        answers = making.application(desk.attach(making.CHANGED_TEXT))
        desk.do("maker", "standardization_review/apply_review", answers)
        with pytest.raises(BusinessError, match="审查中"):
            _issue(desk, making.CHANGED_TEXT)
        steps.judged(desk)
        _issue(desk, making.CHANGED_TEXT)
        assert desk.variables["review_no"] == "BZ-2026-2"
        assert steps.policy(desk).issued_digest == desk.variables["text_sha256"]

    def test_a_later_review_of_the_same_text_that_fails_takes_the_pass_away(self, desk: Desk) -> None:
        steps.reviewed(desk)
        desk.at(2026, 8, 10)
        desk.do("maker", "standardization_review/apply_review", making.application(desk.attach(making.TEXT)))
        desk.serve("withdraw_review", review_id=desk.variables["review_id"])
        with pytest.raises(BusinessError, match="撤回"):
            _issue(desk, making.TEXT)

    def test_a_conclusion_that_has_expired_allows_nothing(self, desk: Desk) -> None:
        made = steps.reviewed(desk)
        review = policies.find_passed_review(desk.session, made)
        assert review is not None
        review.valid_until = desk.now.date()
        desk.session.commit()
        desk.at(2026, 8, 4)
        with pytest.raises(BusinessError) as refused:
            _issue(desk, making.TEXT)
        assert refused.value.code == "REVIEW_EXPIRED"

    def test_dates_stand_in_their_order(self, desk: Desk) -> None:
        steps.reviewed(desk)
        with pytest.raises(AnswersRefused) as refused:
            _issue(desk, making.TEXT, published_on="2026-08-01", effective_to="2026-08-31")
        assert set(refused.value.fields) == {"published_on", "effective_to"}

    def test_what_is_not_made_public_has_a_reason(self, desk: Desk) -> None:
        steps.reviewed(desk)
        with pytest.raises(AnswersRefused) as refused:
            _issue(desk, making.TEXT, confidential=True)
        assert "confidential_reason" in refused.value.fields

    def test_the_database_itself_refuses_an_issue_without_a_review(self, desk: Desk) -> None:
        made = steps.initiated(desk)
        made.status = "已出台"
        with pytest.raises(IntegrityError):
            desk.session.flush()
        desk.session.rollback()

    def test_the_issue_date_moves_from_planned_to_published(self, desk: Desk) -> None:
        steps.reviewed(desk)
        anchor = REGISTRY.anchors["issue_on"]
        before = anchor(desk.session, DISTRICT, desk.variables)
        _issue(desk, making.TEXT)
        after = anchor(desk.session, DISTRICT, desk.variables)
        assert (str(before), str(after)) == ("2026-12-01", "2026-08-03")


def test_an_archive_lists_the_texts_and_its_digest_covers_them(desk: Desk) -> None:
    made = steps.reviewed(desk)
    _issue(desk, making.TEXT)
    desk.serve("archive_policy", policy_id=desk.variables["policy_id"])
    archive = archives.find_archive(desk.session, made)
    assert archive is not None
    assert steps.policy(desk).status == "归档"
    assert archive.contents["texts"] == [{"version": 1, "sha256": made.issued_digest}]
    assert archive.digest == archives.digest_of(archive.contents)
    assert archives.digest_of({**archive.contents, "texts": []}) != archive.digest


class TestNightlyLook:
    def test_a_policy_issued_by_the_rules_breaks_no_gate(self, desk: Desk) -> None:
        steps.reviewed(desk)
        _issue(desk, making.TEXT)
        assert list_gate_breaches(desk.session, DISTRICT) == []

    def test_data_changed_behind_the_handlers_is_found(self, desk: Desk) -> None:
        made = steps.reviewed(desk)
        _issue(desk, making.TEXT)
        review = policies.find_passed_review(desk.session, made)
        fair = policies.find_fair_review(desk.session, made)
        assert review is not None
        assert fair is not None
        made.issued_digest = "0" * 64
        review.reviewer_id = desk.person("maker_head")
        fair.conclusion = "不符合"
        desk.session.commit()
        assert [breach.gate for breach in list_gate_breaches(desk.session, DISTRICT)] == ["G1", "G4", "G1b"]


def test_a_draft_after_three_rounds_comes_with_a_word_of_warning(desk: Desk) -> None:
    for _ in range(2):
        steps.opened(desk)
    assert "提醒" not in [fact.label for fact in desk.prepare("maker", "revise_draft").facts]
    steps.opened(desk)
    assert "提醒" in [fact.label for fact in desk.prepare("maker", "revise_draft").facts]
