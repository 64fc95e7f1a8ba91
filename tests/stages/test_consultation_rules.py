"""However the answers of the departments combine: a good end needs every answer, and none that says no."""

from __future__ import annotations

from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.opinion_consultation.rules import allowed_conclusions, forbidden_reasons
from processes.policy_words import CONCLUSIONS, POSITIVE, ConsultationKind, SourceType
from storage.db import new_id
from storage.models.policy_opinions import Consultation, FairCompetitionReview, Opinion
from tests.stages import steps
from tests.stages.desk import DISTRICT, Desk

LEGAL = st.sampled_from([None, "通过", "修改后通过", "不通过"])
FAIR_REPLY = st.sampled_from(["不涉及", "符合", "适用例外", "不符合"])
FUND = st.sampled_from([None, "有保障", "部分保障", "无保障"])
ONLINE = st.sampled_from([None, True, False])
FAIR_REVIEW = st.sampled_from([None, "不具有排除限制竞争效果", "不符合"])


@given(
    kind=st.sampled_from(list(ConsultationKind)),
    legal=LEGAL,
    fair=FAIR_REPLY,
    fund=FUND,
    online=ONLINE,
    review=FAIR_REVIEW,
    business=st.booleans(),
)
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_only_a_full_set_of_answers_without_a_no_allows_a_good_conclusion(
    desk: Desk,
    kind: ConsultationKind,
    legal: str | None,
    fair: str,
    fund: str | None,
    online: bool | None,
    review: str | None,
    business: bool,
) -> None:
    if "policy_id" not in desk.variables:
        steps.opened(desk, invited=[], no_outside_reason="没有对象。")
    policy = steps.policy(desk)
    consultation = desk.session.get(Consultation, (DISTRICT, UUID(desk.variables["consultation_id"])))
    assert consultation is not None
    policy.economic_activity, consultation.kind = business, kind
    if legal is not None:
        _answer(desk, consultation, SourceType.LEGAL, legal_result=legal, fair_result=fair)
    if fund is not None:
        _answer(desk, consultation, SourceType.FINANCE, fund_result=fund)
    if online is not None and kind is ConsultationKind.LAUNCH:
        _answer(desk, consultation, SourceType.DATA_BUREAU, online_feasible=online)
    if review is not None:
        _review(desk, consultation, review)
    desk.session.flush()

    reasons = forbidden_reasons(desk.context("maker", "summarise_opinions"), consultation, policy)
    allowed = allowed_conclusions(consultation, reasons)
    desk.session.rollback()

    good = legal in ("通过", "修改后通过") and fair != "不符合" and fund in ("有保障", "部分保障")
    if kind is ConsultationKind.LAUNCH:
        good = good and online is True
    elif business:
        good = good and review == "不具有排除限制竞争效果"
    assert bool(POSITIVE & set(allowed)) is good
    assert set(CONCLUSIONS[kind]) - POSITIVE <= set(allowed) <= set(CONCLUSIONS[kind])
    assert good is (not reasons)


def _answer(desk: Desk, consultation: Consultation, source: SourceType, **results: str | bool) -> None:
    desk.session.add(
        Opinion(
            district_id=DISTRICT,
            id=new_id(),
            consultation_id=consultation.id,
            source_type=source,
            respondent=str(source),
            stance="修改后同意",
            received_at=desk.now,
            received_by=desk.person("maker"),
            **results,
        )
    )


def _review(desk: Desk, consultation: Consultation, conclusion: str) -> None:
    desk.session.add(
        FairCompetitionReview(
            district_id=DISTRICT,
            id=new_id(),
            policy_id=consultation.policy_id,
            consultation_id=consultation.id,
            conclusion=conclusion,
            stakeholders=[],
            findings=[],
            reviewed_by=desk.person("maker"),
            reviewed_at=desk.now,
        )
    )
