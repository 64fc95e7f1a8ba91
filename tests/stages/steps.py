"""A policy brought up to a stage, step by step at a desk."""

from __future__ import annotations

from typing import Any

from storage import policies
from storage.models.policies import Policy
from tests import making
from tests.stages.desk import DISTRICT, Desk


def policy(desk: Desk) -> Policy:
    return policies.get_policy(desk.session, DISTRICT, desk.variables["policy_id"])


def initiated(desk: Desk, **changes: Any) -> Policy:
    desk.do("maker", "policy_lifecycle/initiate_policy", making.initiation(str(desk.person("maker")), **changes))
    return policy(desk)


def assessed(desk: Desk) -> Policy:
    """Initiated, with a signed report that recommends the policy."""
    made = initiated(desk)
    desk.serve("find_similar_policies", policy_id=desk.variables["policy_id"])
    desk.do("maker", "pre_assessment/write_assessment", making.assessment(desk.attach(b"report")))
    desk.do("maker_head", "pre_assessment/sign_assessment", making.agreed("sign_result"))
    return made


def opened(desk: Desk, kind: str = "制定征询", **changes: Any) -> None:
    """A consultation is open; the policy is initiated when there is none yet."""
    if "policy_id" not in desk.variables:
        initiated(desk)
    desk.variables["kind"] = kind
    desk.do("maker", "opinion_consultation/open_consultation", making.opening(desk.attach(b"draft"), **changes))


def drafted(desk: Desk, text: bytes = making.TEXT) -> None:
    """Open, answered by the invited bodies, with a text."""
    opened(desk)
    for respondent in desk.variables["respondents"]:
        desk.do("maker", "opinion_consultation/reply_outside", making.outside_reply(), item=respondent)
    desk.do("maker", "opinion_consultation/draft_text", making.text_answers(desk.attach(text)))


def replied(
    desk: Desk, *, legal: dict[str, Any] | None = None, finance: dict[str, Any] | None = None, fair: str | None = None
) -> None:
    """Drafted, reviewed for fair competition, answered by the departments."""
    drafted(desk)
    review = making.fair_review(fair) if fair else making.fair_review()
    desk.do("maker", "opinion_consultation/review_fair_competition", review)
    desk.do("legal_officer", "opinion_consultation/reply_legal", legal or making.legal_reply())
    desk.do("finance_officer", "opinion_consultation/reply_finance", finance or making.finance_reply())


def consulted(desk: Desk) -> Policy:
    """Assessed and consulted on, confirmed as feasible."""
    made = assessed(desk)
    replied(desk)
    desk.do("maker", "opinion_consultation/summarise_opinions", making.summary(3))
    desk.do("maker_head", "opinion_consultation/confirm_summary", making.agreed("confirm_result"))
    return made


def applied(desk: Desk, **changes: Any) -> Policy:
    """Consulted on and handed in for review."""
    made = consulted(desk)
    answers = making.application(desk.attach(making.TEXT), **changes)
    desk.do("maker", "standardization_review/apply_review", answers)
    return made


def judged(desk: Desk, **changes: Any) -> None:
    """The checks run and both people of 政数局 agree that the review passes."""
    desk.serve("check_review_request", review_id=desk.variables["review_id"])
    desk.do("dsb_reviewer", "standardization_review/review_text", making.review_answers(**changes))
    desk.do("dsb_approver", "standardization_review/approve_review", making.agreed("approve_result"))
    desk.serve("pass_review", review_id=desk.variables["review_id"])


def reviewed(desk: Desk) -> Policy:
    """Consulted on and passed in review."""
    made = applied(desk)
    judged(desk)
    return made
