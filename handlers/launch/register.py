"""The stage object, and the parameters its service tasks share."""

from __future__ import annotations

from collections.abc import Sequence

from marshmallow import Schema, fields

from handlers.stage import Stage, TaskContext
from processes.errors import BusinessError
from storage import items
from storage.models.items import PolicyItem
from storage.models.policies import Policy

stage = Stage("launch")


class PolicyParameters(Schema):
    policy_id = fields.String(required=True, metadata={"label": "政策"})


class ReviewedParameters(PolicyParameters):
    review_id = fields.String(required=True, metadata={"label": "标准化审查"})


def items_of(task: TaskContext, policy: Policy) -> Sequence[PolicyItem]:
    """The items under way in this launch. Raises BusinessError when there are none."""
    found = items.list_items_of(task.session, policy)
    if not found:
        raise BusinessError(
            "CASE_INCOMPLETE", f"“{policy.title}”还没有政策服务事项，请先完成事项填报，或联系分析员核对。"
        )
    return found
