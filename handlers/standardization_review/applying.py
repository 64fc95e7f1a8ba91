"""The department's side: ask for guidance, apply, hand in again; and the check before anybody reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields

from forms.answers import plain
from handlers import case
from handlers.stage import Fact, Prepared, Result, TaskContext
from handlers.standardization_review.register import review_of, stage
from handlers.standardization_review.request_checks import blocking_problems, word_findings
from processes.errors import BusinessError
from processes.money import plain_yuan
from processes.policy_words import PolicyStatus
from storage import policies
from storage.db import new_id
from storage.models.policies import Policy, PolicyVersion
from storage.models.policy_reviews import ReviewGuidance, StandardizationReview


class ReviewParameters(Schema):
    review_id = fields.String(required=True, metadata={"label": "标准化审查"})


@stage.prepare("apply_review")
def prepare_application(task: TaskContext) -> Prepared:
    """The clauses of the newest text, guidance given so far, and the review that another text passed."""
    policy = case.policy_of(task)
    versions = policies.list_versions(task.session, policy)
    facts = [Fact("政策", policy.title)]
    if versions:
        newest = versions[0]
        facts.append(Fact("最近的文本", f"第 {newest.version_no} 版，哈希 {case.short(newest.digest)}…"))
    facts += [
        Fact("业务指导意见", each.advice) for each in policies.list_guidances(task.session, policy) if each.advice
    ]
    passed = policies.find_passed_review(task.session, policy)
    initial: dict[str, Any] = {"clauses": versions[0].clauses} if versions else {}
    if passed is not None:
        known = f"{passed.number}，{case.in_words(passed.decided_at)}，哈希 {case.short(passed.digest)}…"
        facts.append(Fact("已通过审查的文本", f"{known}；文本有改动须重新审查。"))
        initial["items_proposed"] = as_answers(passed.items_proposed)
    return Prepared(initial=initial, options={"departments": case.department_options(task)}, facts=tuple(facts))


@stage.user_task(
    "提交标准化审查申请",
    outputs=("guidance_wanted", "review_id", "round_no", "text_version_id"),
    errors=("ANSWERS_REFUSED", "FAIR_COMPETITION_NOT_PASSED", "REVIEW_UNDER_WAY"),
    makes=("PolicyVersion", "ReviewGuidance", "StandardizationReview"),
)
def apply_review(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """Ask for guidance, or hand a text in for review.

    Raises BusinessError FAIR_COMPETITION_NOT_PASSED (gate G1b) or REVIEW_UNDER_WAY before anything is written.
    """
    policy = case.policy_of(task)
    if answers["guidance_wanted"]:
        _ask_guidance(task, policy, answers["question"])
        return _applied(guidance=True, version_id=task.variables.get("text_version_id"))
    case.check_fair_competition(task, policy)
    _check_none_open(task, policy)
    version = case.take_text(task, policy, answers, field="text_version")
    review = StandardizationReview(
        district_id=task.district_id,
        id=new_id(),
        policy_id=policy.id,
        policy_version_id=version.id,
        digest=version.digest,
        round_no=1,
        items_proposed=plain(list(answers["items_proposed"])),
        material_ids=case.file_ids(answers, "materials"),
        submitted_by=task.actor.id,
        submitted_at=task.now,
    )
    task.session.add(review)
    case.move_status(policy, PolicyStatus.REVIEWING, at=task.now)
    return _applied(guidance=False, version_id=str(version.id), review=review)


def _applied(*, guidance: bool, version_id: Any, review: StandardizationReview | None = None) -> Result:
    outputs = {
        "guidance_wanted": guidance,
        "review_id": None if review is None else str(review.id),
        "round_no": 0 if review is None else review.round_no,
        "text_version_id": version_id,
    }
    return Result(outputs=outputs, changes={} if review is None else {"text_sha256": [None, review.digest]})


def _ask_guidance(task: TaskContext, policy: Policy, question: str) -> None:
    task.session.add(
        ReviewGuidance(
            district_id=task.district_id,
            id=new_id(),
            policy_id=policy.id,
            question=question,
            asked_by=task.actor.id,
            asked_at=task.now,
        )
    )


def _check_none_open(task: TaskContext, policy: Policy) -> None:
    other = policies.find_open_review(task.session, policy)
    if other is not None:
        raise BusinessError(
            "REVIEW_UNDER_WAY",
            f"“{policy.title}”于{case.in_words(other.submitted_at)}提交的标准化审查还在办理，请等其办结或撤回后再申请。",
        )


@stage.service("检查文本和事项要素", parameters=ReviewParameters, outputs=("blocking_count",))
def check_review_request(task: TaskContext, parameters: Mapping[str, Any]) -> Result:
    """Find what blocks the application and which words to question; words alone never block."""
    review = policies.get(task.session, StandardizationReview, task.district_id, parameters["review_id"])
    policy = policies.get_policy(task.session, task.district_id, review.policy_id)
    version = policies.get(task.session, PolicyVersion, task.district_id, review.policy_version_id)
    review.blocking = list(blocking_problems(task, review, policy))
    review.lint = [finding.as_data() for finding in word_findings(version.clauses, review.items_proposed)]
    return Result(outputs={"blocking_count": len(review.blocking)})


@stage.prepare("resubmit_review")
def prepare_resubmission(task: TaskContext) -> Prepared:
    """What must be put right, and what was handed in before."""
    review, policy = review_of(task)
    version = policies.get(task.session, PolicyVersion, task.district_id, review.policy_version_id)
    facts = [Fact("政策", policy.title), *(Fact("必须改正", problem) for problem in review.blocking)]
    if not review.blocking and review.opinion:
        facts.append(Fact("审查意见", review.opinion))
        facts += [
            Fact(f"不合格：{line['line']}", line["remark"] or "未说明")
            for line in review.checklist
            if line["outcome"] == "不合格"
        ]
    if review.due_fix_on is not None:
        facts.append(Fact("请于此日前修改", case.day_in_words(review.due_fix_on)))
    facts += [Fact(f"用词提示（{finding['place']}）", finding["message"]) for finding in review.lint]
    initial = {"clauses": version.clauses, "items_proposed": as_answers(review.items_proposed)}
    return Prepared(initial=initial, options={"departments": case.department_options(task)}, facts=tuple(facts))


@stage.user_task(
    "修改后重新提交",
    outputs=("round_no", "text_version_id"),
    errors=("ANSWERS_REFUSED", "FAIR_COMPETITION_NOT_PASSED"),
    makes=("PolicyVersion",),
)
def resubmit_review(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """Begin a new round; the round before is kept in the record. Raises BusinessError as `apply_review` does."""
    review, policy = review_of(task)
    case.check_fair_competition(task, policy)
    version = case.take_text(task, policy, answers, field="text_version")
    before = review.digest
    review.rounds = [*review.rounds, _round(review)]
    review.round_no += 1
    review.policy_version_id, review.digest = version.id, version.digest
    review.items_proposed = plain(list(answers["items_proposed"]))
    review.material_ids = case.file_ids(answers, "materials") or review.material_ids
    review.submitted_by, review.submitted_at = task.actor.id, task.now
    review.reviewer_id, review.reviewed_at, review.proposed_result = None, None, None
    review.blocking, review.checklist, review.lint_decisions = [], [], []
    review.opinion, review.due_fix_on = "", None
    return Result(
        outputs={"round_no": review.round_no, "text_version_id": str(version.id)},
        changes={"text_sha256": [before, version.digest]},
    )


def _round(review: StandardizationReview) -> dict[str, Any]:
    """What a round leaves behind."""
    return {
        "round_no": review.round_no,
        "digest": review.digest,
        "version_id": str(review.policy_version_id),
        "submitted_at": review.submitted_at.isoformat(),
        "blocking": review.blocking,
        "result": review.proposed_result,
        "opinion": review.opinion,
        "reviewer_id": None if review.reviewer_id is None else str(review.reviewer_id),
        "reviewed_at": None if review.reviewed_at is None else review.reviewed_at.isoformat(),
    }


def as_answers(items: list[Any]) -> list[dict[str, Any]]:
    """Proposed items as answers of the form: blanks left out, money in 元."""
    rows = [{key: value for key, value in item.items() if value is not None} for item in items]
    return [{**row, "budget": plain_yuan(row["budget"])} if "budget" in row else row for row in rows]
