"""政数局's side: give guidance, review, approve; and what follows: number and locked text, refusal, withdrawal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers import case
from handlers.stage import Fact, Prepared, Result, TaskContext
from handlers.standardization_review.applying import ReviewParameters
from handlers.standardization_review.register import review_of, stage
from processes.errors import AnswersRefused, BusinessError, SeparationOfDuties
from processes.policy_elements import CHECKLIST
from processes.policy_words import PolicyStatus, ReviewResult, Signature
from storage import policies
from storage.models.policies import Policy
from storage.models.policy_reviews import ReviewGuidance, StandardizationReview
from storage.numbers import next_number

#: Who may end a review, and with what.
_FINAL = (ReviewResult.PASSED, ReviewResult.FAILED)


@stage.prepare("give_guidance")
def prepare_guidance(task: TaskContext) -> Prepared:
    """What the department wants to know, with one line for each of the four elements."""
    guidance, policy = _open_guidance(task)
    elements = [{"element": name} for name in ("实施主体", "办理时限", "申报要件", "兑现内容")]
    return Prepared(
        initial={"elements": elements}, facts=(Fact("政策", policy.title), Fact("需要指导的问题", guidance.question))
    )


@stage.user_task("指导提炼政策事项", errors=("SOD_VIOLATION",))
def give_guidance(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """Keep the advice; the department sees it when it applies (R22)."""
    guidance, policy = _open_guidance(task)
    case.check_not_of_maker(task, policy)
    guidance.advice = answers["advice"]
    guidance.elements = [dict(row) for row in answers["elements"]]
    guidance.given_by, guidance.given_at = task.actor.id, task.now
    return Result()


def _open_guidance(task: TaskContext) -> tuple[ReviewGuidance, Policy]:
    policy = case.policy_of(task)
    waiting = [each for each in policies.list_guidances(task.session, policy) if each.given_at is None]
    if not waiting:
        raise BusinessError("CASE_INCOMPLETE", f"“{policy.title}”没有等待答复的指导请求，请联系分析员核对。")
    return waiting[0], policy


@stage.prepare("review_text")
def prepare_review(task: TaskContext) -> Prepared:
    """The twenty lines, the words to judge, and what was handed in."""
    review, policy = review_of(task)
    return Prepared(
        given={
            "checklist": [{"line": f"{number} {line}"} for number, line in enumerate(CHECKLIST, 1)],
            "term_findings": [{"place": each["place"], "finding": each["message"]} for each in review.lint],
        },
        facts=(
            Fact("政策", policy.title),
            Fact("送审轮次", f"第 {review.round_no} 轮，{case.in_words(review.submitted_at)}送审"),
            Fact("文本哈希", review.digest),
            Fact("拟提炼事项", "、".join(str(item["name"]) for item in review.items_proposed)),
            *_approver_words(review),
        ),
    )


def _approver_words(review: StandardizationReview) -> tuple[Fact, ...]:
    return (Fact("审定人退回的理由", review.approve_opinion),) if review.approve_opinion else ()


@stage.user_task(
    "审查文本和事项",
    outputs=("review_result",),
    errors=("ANSWERS_REFUSED", "SOD_VIOLATION"),
)
def review_text(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """Keep the checklist, the decision on each word and the reviewer's result; it ends nothing yet.

    Raises AnswersRefused unless all twenty lines and all findings are judged, SeparationOfDuties (gate G4).
    """
    review, policy = review_of(task)
    case.check_not_of_maker(task, policy)
    lines, decisions = answers["checklist"], answers["term_findings"]
    _check_complete(review, lines, decisions)
    review.checklist = [
        {"line": text, "outcome": row["outcome"], "remark": row["remark"]}
        for text, row in zip(CHECKLIST, lines, strict=True)
    ]
    review.lint_decisions = [
        {"key": finding["key"], "decision": row["decision"], "reason": row["reason"]}
        for finding, row in zip(review.lint, decisions, strict=True)
    ]
    review.proposed_result, review.opinion = answers["result"], answers["opinion"]
    review.due_fix_on = answers.get("due_fix")
    review.reviewer_id, review.reviewed_at = task.actor.id, task.now
    return Result(outputs={"review_result": review.proposed_result})


def _check_complete(review: StandardizationReview, lines: Any, decisions: Any) -> None:
    refused: dict[str, list[str]] = {}
    if len(lines) != len(CHECKLIST):
        refused["checklist"] = [f"审查清单共 {len(CHECKLIST)} 项，请逐项给出结论。"]
    if len(decisions) != len(review.lint):
        refused["term_findings"] = [f"共有 {len(review.lint)} 条用词提示，请逐条认定。"]
    if refused:
        raise AnswersRefused(refused)


@stage.prepare("approve_review")
def prepare_approval(task: TaskContext) -> Prepared:
    """The reviewer's result and what failed."""
    review, policy = review_of(task)
    failed = [line["line"] for line in review.checklist if line["outcome"] == "不合格"]
    return Prepared(
        facts=(
            Fact("政策", policy.title),
            Fact("审查意见", f"{review.proposed_result}：{review.opinion}"),
            Fact("不合格的要点", "、".join(failed) or "无"),
            Fact("文本哈希", review.digest),
        )
    )


@stage.user_task("审定审查结论", outputs=("approve_result",), errors=("SOD_VIOLATION",))
def approve_review(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """Agree with the reviewer or send it back to him. Raises SeparationOfDuties for the reviewer himself (G4)."""
    review, policy = review_of(task)
    case.check_not_of_maker(task, policy)
    if task.actor.id in (review.reviewer_id, review.submitted_by):
        raise SeparationOfDuties("审定人不能是本件的审查人或提交人，请由其他人员审定。")
    review.approve_opinion = answers["opinion"]
    review.approver_id = task.actor.id if answers["approve_result"] == Signature.AGREED else None
    return Result(outputs={"approve_result": answers["approve_result"]})


@stage.service(
    "核发编号并锁定文本",
    parameters=ReviewParameters,
    outputs=("review_no", "text_sha256"),
    irreversible=True,
    errors=("FAIR_COMPETITION_NOT_PASSED", "REVIEW_NOT_APPROVED"),
)
def pass_review(task: TaskContext, parameters: Mapping[str, Any]) -> Result:
    """Number the review and lock the text by its digest: only this text may be issued (gate G1)."""
    review, policy = _to_end(task, parameters, ReviewResult.PASSED)
    case.check_fair_competition(task, policy)
    review.number = next_number(task.session, task.district_id, "BZ", on=task.today)
    review.result, review.decided_at = ReviewResult.PASSED, task.now
    case.move_status(policy, PolicyStatus.REVIEWED, at=task.now)
    return Result(
        outputs={"review_no": review.number, "text_sha256": review.digest},
        changes={"text_sha256": [None, review.digest]},
    )


@stage.service("告知不通过理由", parameters=ReviewParameters, errors=("REVIEW_NOT_APPROVED",))
def reject_review(task: TaskContext, parameters: Mapping[str, Any]) -> Result:
    """End the review without a pass; the reason stays on the record for the department."""
    review, policy = _to_end(task, parameters, ReviewResult.FAILED)
    review.result, review.decided_at = ReviewResult.FAILED, task.now
    case.move_status(policy, PolicyStatus.NOT_ISSUED, at=task.now)
    return Result(changes={"opinion": [None, review.opinion]})


@stage.service("登记撤回", parameters=ReviewParameters, outputs=("review_result",))
def withdraw_review(task: TaskContext, parameters: Mapping[str, Any]) -> Result:
    """The department took the application back."""
    review = policies.get(task.session, StandardizationReview, task.district_id, parameters["review_id"])
    review.result, review.decided_at = ReviewResult.WITHDRAWN, task.now
    policy = policies.get_policy(task.session, task.district_id, review.policy_id)
    case.move_status(policy, PolicyStatus.NOT_ISSUED, at=task.now)
    return Result(outputs={"review_result": str(ReviewResult.WITHDRAWN)})


def _to_end(
    task: TaskContext, parameters: Mapping[str, Any], result: ReviewResult
) -> tuple[StandardizationReview, Policy]:
    """The review about to end with this result. Raises BusinessError when two people have not agreed on it."""
    review = policies.get(task.session, StandardizationReview, task.district_id, parameters["review_id"])
    policy = policies.get_policy(task.session, task.district_id, review.policy_id)
    if review.proposed_result != result or review.approver_id is None or result not in _FINAL:
        raise BusinessError(
            "REVIEW_NOT_APPROVED", f"“{policy.title}”的审查结论“{result}”还没有经审查和审定，请先完成这两个环节。"
        )
    return review, policy
