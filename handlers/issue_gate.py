"""Gate G1: a text may be issued only when the latest review of exactly this text has passed (三(二)2)."""

from __future__ import annotations

from handlers import case
from handlers.stage import TaskContext
from processes.errors import BusinessError
from processes.policy_words import ReviewResult
from storage import policies
from storage.models.policies import Policy
from storage.models.policy_reviews import StandardizationReview
from storage.models.records import Attachment


def reviewed_text(task: TaskContext, policy: Policy, final: Attachment) -> StandardizationReview:
    """The review that allows this file to be issued.

    Raises BusinessError TEXT_NOT_REVIEWED (naming both texts and their dates) or REVIEW_EXPIRED.
    """
    review = policies.find_review_of_text(task.session, policy, final.digest)
    if review is None or review.result != ReviewResult.PASSED:
        raise BusinessError(
            "TEXT_NOT_REVIEWED",
            f"“{policy.title}”的本文本版本尚无通过的标准化审查结论，不得出台。{_this(review, final)}"
            f"{_passed(task, policy)}请使用审查通过的文本，或就新文本重新申请标准化审查。",
            digest=final.digest,
            reviewed_digest=_passed_digest(task, policy),
        )
    if review.valid_until is not None and review.valid_until < task.today:
        raise BusinessError(
            "REVIEW_EXPIRED",
            f"“{policy.title}”的标准化审查结论（{review.number}）有效期至{case.day_in_words(review.valid_until)}，"
            "已经过期，请重新申请标准化审查。",
            review=str(review.number),
        )
    return review


def _this(review: StandardizationReview | None, final: Attachment) -> str:
    words = f"本次上传的文本（{case.in_words(final.uploaded_at)}，哈希 {case.short(final.digest)}）"
    if review is None:
        return f"{words}没有送审过；"
    return f"{words}的最近一次审查结果为“{review.result or '审查中'}”；"


def _passed(task: TaskContext, policy: Policy) -> str:
    review = policies.find_passed_review(task.session, policy)
    if review is None:
        return "该政策还没有审查通过的文本。"
    words = f"{case.in_words(review.decided_at)}，哈希 {case.short(review.digest)}，{review.number}"
    return f"审查通过的文本（{words}）与之不同。"


def _passed_digest(task: TaskContext, policy: Policy) -> str | None:
    review = policies.find_passed_review(task.session, policy)
    return None if review is None else review.digest
