"""The stage object, the day its duties count from, and what its handlers share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from marshmallow import Schema, fields
from sqlalchemy.orm import Session

from handlers import case
from handlers.item_case import item_facts, moment_in_words
from handlers.stage import Fact, Stage, TaskContext
from processes.clock import business_date
from storage import changes, items, policies
from storage.models.changes import ChangeRequest
from storage.models.items import PolicyItem
from storage.models.policies import Policy

stage = Stage("policy_change")


class ChangeParameters(Schema):
    change_id = fields.String(required=True, metadata={"label": "变更申请"})


def change_of(task: TaskContext) -> tuple[ChangeRequest, PolicyItem, Policy]:
    """The change the task data names, its item and policy. Raises NotFound or BusinessError."""
    change = changes.get_change(task.session, task.district_id, case.required_id(task, "change_id"))
    item = items.get_item(task.session, task.district_id, change.item_id)
    return change, item, policies.get_policy(task.session, task.district_id, change.policy_id)


def change_facts(task: TaskContext) -> tuple[Fact, ...]:
    """What everybody who decides on a change sees: what changes, from when, why, and whether in time."""
    change, item, policy = change_of(task)
    facts = [
        Fact("变更编号", f"{change.number}（第 {change.round_no} 次提交）"),
        *item_facts(item, policy),
        Fact("变更种类", f"{change.kind}，{'涉及实质内容' if change.material else '仅更正文字'}"),
        Fact("生效时间", moment_in_words(change.effective_at)),
        Fact("是否按期申请", in_time_words(change)),
        Fact("变更理由", change.reason),
        *(Fact(f"变更：{row['label']}", f"{row['old'] or '无'} → {row['new'] or '无'}") for row in change.differences),
        Fact("在办件如何办理", change.transition),
        Fact("告知内容", change.notice_text),
    ]
    if change.late_opinion:
        facts.append(Fact(f"分管负责人{change.late_result}", change.late_opinion))
    return tuple(facts)


def in_time_words(change: ChangeRequest) -> str:
    """Whether the change was applied for by the day it was due (DL8)."""
    applied = case.in_words(change.applied_at)
    if change.due_on is None:
        return f"{applied}提出；仅更正文字，不受5个工作日限制"
    due = f"期限{case.day_in_words(change.due_on)}（生效日前第5个工作日）"
    return f"{applied}提出，{due}" + (f"，逾期：{change.late_reason}" if change.late else "，按期")


@stage.anchor("effective_on")
def effective_on(session: Session, district_id: str, variables: Mapping[str, Any]) -> date | None:
    """E, the day the change takes effect (DL8, DL9), also for the filing of the item's change."""
    if variables.get("change_id"):
        change = changes.get_change(session, district_id, variables["change_id"])
        return business_date(change.effective_at)
    if not variables.get("item_id"):
        return None
    pending = changes.find_pending_change(session, items.get_item(session, district_id, variables["item_id"]))
    return None if pending is None else business_date(pending.effective_at)
