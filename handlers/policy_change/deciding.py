"""Who decides on a change: the leader on a late one, then 政数局 in two steps (三(三)4; gate G4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers import case
from handlers.policy_change.register import change_facts, change_of, stage
from handlers.stage import Fact, Prepared, Result, TaskContext
from processes.change_words import ChangeStatus
from processes.errors import AnswersRefused, SeparationOfDuties
from processes.item_words import ItemStatus
from processes.policy_words import Signature
from storage import running_cases
from storage.models.changes import ChangeRequest


@stage.prepare("approve_late_change", "review_change", "approve_change")
def prepare_decision(task: TaskContext) -> Prepared:
    """The change, what runs under it, and what was said before."""
    change, item, _ = change_of(task)
    running = running_cases.count_running_cases(task.session, item)
    facts = [*change_facts(task), Fact("在办件和在办批次", f"{running} 件")]
    if change.review_result is not None:
        facts.append(Fact(f"审查意见：{change.review_result}", change.review_opinion or "未写明"))
    return Prepared(facts=tuple(facts))


@stage.user_task("审批逾期变更", outputs=("late_result",))
def approve_late_change(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """The leader in charge lets a change come sooner than five working days, or does not (DL8)."""
    change, _, _ = change_of(task)
    change.late_result, change.late_opinion = answers["late_result"], answers["opinion"]
    change.late_decided_by, change.late_decided_at, change.updated_at = task.actor.id, task.now, task.now
    return Result(outputs={"late_result": answers["late_result"]})


@stage.user_task("审查变更申请", outputs=("review_result",), errors=("SOD_VIOLATION",))
def review_change(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """政数局 looks at the change. Raises SeparationOfDuties for people of the department (G4)."""
    change, _, policy = change_of(task)
    case.check_not_of_maker(task, policy)
    change.review_result, change.review_opinion = answers["review_result"], answers["opinion"]
    change.reviewed_by, change.reviewed_at, change.updated_at = task.actor.id, task.now, task.now
    agreed = answers["review_result"] == Signature.AGREED
    return Result(
        outputs={"review_result": answers["review_result"]},
        changes=_moved(change, ChangeStatus.REVIEWING if agreed else ChangeStatus.RETURNED),
    )


@stage.user_task(
    "审定变更申请",
    outputs=("change_result",),
    errors=("ANSWERS_REFUSED", "SOD_VIOLATION"),
)
def approve_change(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """Decide on the change; the item stays open, as being adjusted, until its day.

    Raises SeparationOfDuties for the reviewer or the department, AnswersRefused once the day has come.
    """
    change, item, policy = change_of(task)
    case.check_not_of_maker(task, policy)
    if change.reviewed_by == task.actor.id:
        raise SeparationOfDuties("变更申请不能由审查人自己审定，请由审定人办理。")
    agreed = answers["change_result"] == Signature.AGREED
    if agreed and change.effective_at <= task.now:
        raise AnswersRefused({"change_result": ["申请的生效时间已过，不能同意。请退回，由制定部门改期。"]})
    change.approve_result, change.approve_opinion = answers["change_result"], answers["opinion"]
    change.approved_by, change.approved_at, change.updated_at = task.actor.id, task.now, task.now
    if agreed and item.status == ItemStatus.OPEN:
        item.status, item.updated_at = ItemStatus.ADJUSTING, task.now
    return Result(
        outputs={"change_result": answers["change_result"]},
        changes=_moved(change, ChangeStatus.AGREED if agreed else ChangeStatus.RETURNED),
    )


def _moved(change: ChangeRequest, status: ChangeStatus) -> dict[str, list[str]]:
    before, change.status = str(change.status), status
    return {"status": [before, str(status)]}
