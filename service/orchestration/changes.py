"""The making department takes a change of an open item back, before it takes effect (三(三)4)."""

from __future__ import annotations

from uuid import UUID

from processes.actors import Actor
from processes.change_words import PENDING
from processes.errors import BadRequest, Conflict, Forbidden
from service.orchestration.door import Verb, guarded
from service.orchestration.messages import deliver_or_keep
from service.orchestration.runtime import Runtime, Unit
from storage import changes, policies
from storage.instances import lock_instance
from storage.models.changes import ChangeRequest

_LONGEST_REASON = 500


def withdraw_change(runtime: Runtime, change_id: UUID, *, by: Actor, reason: str) -> None:
    """End a change that has not taken effect; the item stays as it is.

    Raises BadRequest without a reason, NotFound, Forbidden for another department, Conflict when it is too late.
    """
    words = reason.strip()
    if not words or len(words) > _LONGEST_REASON:
        raise BadRequest(f"请填写撤回理由，不超过 {_LONGEST_REASON} 字。")

    def work(unit: Unit) -> None:
        change = changes.get_change(unit.session, unit.district_id, change_id)
        instance = lock_instance(unit.session, unit.district_id, change.instance_id)
        unit.session.refresh(change)
        _check(unit, change)
        change.withdraw_reason, change.withdrawn_by = words, unit.actor.id
        unit.record(instance, "withdrawal_asked", changes={"change": change.number}, reason=words)
        if not deliver_or_keep(unit, "WithdrawChange", {}, instance_id=change.instance_id):
            raise _too_late(change)

    guarded(runtime, by, Verb("withdraw_change", {"change_id": str(change_id), "reason": words}), work)


def _check(unit: Unit, change: ChangeRequest) -> None:
    policy = policies.get_policy(unit.session, unit.district_id, change.policy_id)
    if not unit.actor.holds("maker", policy.maker_org) and unit.actor.id != change.applied_by:
        raise Forbidden(f"变更 {change.number} 由其他部门申请，请由制定部门撤回。")
    if change.status not in PENDING:
        raise _too_late(change)


def _too_late(change: ChangeRequest) -> Conflict:
    return Conflict(
        f"变更 {change.number} 目前是“{change.status}”，不能撤回。已经生效的，请另行申请变更。", status=change.status
    )
