"""The application for a change (F39): in time by DL8, or late with the leader's consent (三(三)4, gate G9)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from forms.model import Option
from handlers import case
from handlers.item_case import label_of
from handlers.policy_change.elements import minor_only, read_changes
from handlers.policy_change.register import change_facts, change_of, stage
from handlers.stage import Fact, Prepared, Result, TaskContext
from processes import deadlines
from processes.change_words import ChangeKind, ChangeStatus
from processes.clock import SHANGHAI, business_date, start_of_day
from processes.errors import AnswersRefused, ChangeTooLate, Conflict, Forbidden
from processes.item_words import ItemStatus
from storage import changes, items, policies
from storage.db import new_id
from storage.models.changes import ChangeRequest
from storage.models.items import PolicyItem
from storage.models.policies import Policy
from storage.numbers import next_number

_OUTPUTS = ("change_id", "item_id", "maker_org", "implementer_org", "disbursement_type", "effective_at", "late_change")


@stage.prepare("apply_change")
def prepare_application(task: TaskContext) -> Prepared:
    """The open items of the department, and the earliest day a change applied for today can take effect."""
    own = None if task.actor.holds("admin", None) else task.actor.organisation
    found = changes.list_changeable_items(task.session, task.district_id, own)
    facts = [Fact("最早可按期生效的日期", _earliest_words(task))]
    if not found:
        facts.insert(0, Fact("没有可以变更的事项", "您的部门目前没有已开放、且没有变更在办的事项。"))
    return Prepared(
        options={"items": tuple(Option(str(item.id), label_of(item)) for item in found)}, facts=tuple(facts)
    )


@stage.user_task(
    "提出变更申请",
    outputs=_OUTPUTS,
    errors=("ANSWERS_REFUSED", "CHANGE_TOO_LATE", "CONFLICT", "FORBIDDEN"),
    makes=("ChangeRequest",),
)
def apply_change(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """Keep the application under a number. Raises ChangeTooLate with the earliest day when it comes too late and asks
    for no exception, Forbidden for another department's item, Conflict while a change of the item is under way.
    """
    item = items.lock_item(task.session, task.district_id, answers["item"])
    policy = policies.get_policy(task.session, task.district_id, item.policy_id)
    _check_item(task, item, policy)
    change = ChangeRequest(
        district_id=task.district_id,
        id=new_id(),
        policy_id=policy.id,
        item_id=item.id,
        instance_id=task.instance_id,
        item_version_before=item.version_no,
        round_no=0,
        created_at=task.now,
    )
    facts = _take_in(task, change, item, answers)
    change.number = next_number(task.session, task.district_id, "TZ", on=task.today)
    task.session.add(change)
    outputs = {
        "change_id": str(change.id),
        "item_id": str(item.id),
        "maker_org": policy.maker_org,
        "implementer_org": item.implementer_org,
        "disbursement_type": item.disbursement_type,
    }
    return Result(
        outputs={**outputs, **_timing(change)},
        business_key=change.number,
        title=f"{change.kind}：{item.name}",
        changes=facts,
    )


@stage.prepare("revise_change")
def prepare_revision(task: TaskContext) -> Prepared:
    """What was applied for, and why it came back."""
    change, _, _ = change_of(task)
    said = {
        "分管负责人意见": change.late_opinion,
        "审查意见": change.review_opinion,
        "审定意见": change.approve_opinion,
    }
    returned = [Fact(label, words) for label, words in said.items() if words]
    initial = {
        "kind": change.kind,
        "effective_on": business_date(change.effective_at).isoformat(),
        "reason": change.reason,
        "material": change.material,
        "transition": change.transition,
        "notice_text": change.notice_text,
        "late_reason": change.late_reason,
    }
    return Prepared(
        initial={name: value for name, value in initial.items() if value is not None},
        facts=(*returned, Fact("最早可按期生效的日期", _earliest_words(task)), *change_facts(task)),
    )


@stage.user_task(
    "修改变更申请",
    outputs=("effective_at", "late_change"),
    errors=("ANSWERS_REFUSED", "CHANGE_TOO_LATE"),
)
def revise_change(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """Apply once more for the same item; what was said to the earlier application stays in the history (G5)."""
    change, item, _ = change_of(task)
    facts = _take_in(task, change, item, answers)
    return Result(outputs=_timing(change), title=f"{change.kind}：{item.name}", changes=facts)


def _check_item(task: TaskContext, item: PolicyItem, policy: Policy) -> None:
    if not (task.actor.holds("maker", policy.maker_org) or task.actor.holds("admin", None)):
        raise Forbidden(f"事项“{item.name}”由其他部门制定，请由制定部门申请变更。", item_id=str(item.id))
    pending = changes.find_pending_change(task.session, item)
    if pending is not None:
        raise Conflict(f"事项“{item.name}”的变更 {pending.number}（{pending.status}）还在办理，请先办完或撤回。")
    if item.status != ItemStatus.OPEN or item.instance_id is None:
        raise Conflict(f"事项“{item.name}”的状态是“{item.status}”，只有已开放的事项才需要申请变更。")


def _take_in(
    task: TaskContext, change: ChangeRequest, item: PolicyItem, answers: Mapping[str, Any]
) -> dict[str, list[Any]]:
    """Write the answers into the change; what was decided on an earlier round no longer counts."""
    new, differences = read_changes(item, answers)
    change.kind = answers["kind"]
    change.material = change.kind == ChangeKind.ABOLISH or bool(answers.get("material"))
    _check_content(change, new, differences)
    change.new_elements, change.differences = new, differences
    _date(task, change, answers["effective_on"], answers["late_reason"])
    change.reason, change.transition = answers["reason"], answers["transition"]
    change.notice_text = answers["notice_text"]
    change.new_text_id = case.single_file(answers, "new_text")
    change.round_no += 1
    change.status, change.updated_at = ChangeStatus.APPLIED, task.now
    change.applied_by, change.applied_at = task.actor.id, task.now
    for name in ("late_result", "late_opinion", "late_decided_by", "late_decided_at", "review_result"):
        setattr(change, name, None)
    for name in ("review_opinion", "reviewed_by", "reviewed_at"):
        setattr(change, name, None)
    for name in ("approve_result", "approve_opinion", "approved_by", "approved_at"):
        setattr(change, name, None)
    return {
        "effective_at": [None, change.effective_at.astimezone(SHANGHAI).isoformat()],
        "due_on": [None, None if change.due_on is None else change.due_on.isoformat()],
        **{row["label"]: [row["old"], row["new"]] for row in differences},
    }


def _check_content(change: ChangeRequest, new: Mapping[str, Any], differences: list[dict[str, str]]) -> None:
    if change.kind == ChangeKind.ABOLISH:
        return
    if not differences:
        raise AnswersRefused({"changes": ["填写的内容与现行事项相同，没有变更。请填写要调整的要素。"]})
    if not change.material and not minor_only(new):
        labels = "、".join(row["label"] for row in differences)
        raise AnswersRefused({"material": [f"“{labels}”关系申报主体的权利，属于实质内容，请勾选后按期申请。"]})


def _date(task: TaskContext, change: ChangeRequest, day: date, late_reason: str | None) -> None:
    """Fix the day and whether it is in time (DL8). Raises AnswersRefused, or ChangeTooLate with the earliest day."""
    change.effective_at = start_of_day(day)
    if change.effective_at <= task.now:
        raise AnswersRefused({"effective_on": ["生效时间为当日零时，须在今天以后，请改期。"]})
    if not change.material:
        change.due_on, change.late, change.late_reason = None, False, None
        return
    change.due_on = deadlines.compute("DL8", anchor=day, calendar=task.calendar).date
    change.late = task.today > change.due_on
    change.late_reason = late_reason if change.late else None
    if change.late and not late_reason:
        due, asked = case.day_in_words(change.due_on), case.day_in_words(day)
        sentence = (
            f"{asked}生效的变更应于{due}24时前（生效日前第5个工作日）申请，已经过期。"
            f"今天申请，最早可于{_earliest_words(task)}生效；确需按原日期生效的，请填写理由，由分管负责人审批。"
        )
        raise ChangeTooLate({"effective_on": [sentence]}, sentence)


def _earliest_words(task: TaskContext) -> str:
    earliest = deadlines.earliest_anchor(deadlines.rule("DL8"), task.today, task.calendar)
    return case.day_in_words(earliest)


def _timing(change: ChangeRequest) -> dict[str, Any]:
    return {"effective_at": change.effective_at.astimezone(SHANGHAI).isoformat(), "late_change": change.late}
