"""Move the opening of an item: the record, the duties that count from it, and the timer that waits for it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from handlers.item_case import label_of, moment_in_words
from handlers.opening_gate import due_day, obstacles, opening_day, opening_problem
from processes.actors import Actor
from processes.clock import SHANGHAI
from processes.errors import BadRequest, BusinessError, Conflict, Forbidden
from processes.item_words import ItemStatus
from processes.opening_words import TRAINING_RULES, TrainingKind, TrainingStatus
from processes.vocabulary import WaitKind
from service import permissions
from service.orchestration.door import Verb, guarded
from service.orchestration.runtime import Runtime, Unit
from service.orchestration.timers import move_timer_in, recompute_case
from storage import instances, items, policies, trainings
from storage.models.instances import ProcessInstance
from storage.models.items import PolicyItem
from storage.models.policies import Policy

#: The element of item_lifecycle that waits for the opening.
OPENING_TIMER = "open_time_reached"

#: An opening can be moved from the confirmation of the launch until the item is open.
MOVABLE = (ItemStatus.FILLED, ItemStatus.LAUNCHED)


def move_opening(runtime: Runtime, item_id: UUID, open_at: datetime, *, by: Actor, reason: str) -> int:
    """Let an item open at another instant; answers how many open deadlines moved with it (DL1–DL4).

    The history of the item's case keeps old and new of the opening, of every deadline and of the timer. Raises
    Forbidden for a department that did not make the policy, Conflict once the item is open, BadRequest for an
    instant that cannot be, BusinessError OPENING_NOT_READY when the waiting item could not open then (gate G2).
    """
    permissions.require(by, "move_dates")
    if not reason.strip():
        raise BadRequest("请填写改期原因，原因会写入留痕记录。")
    if open_at.tzinfo is None:
        raise BadRequest("开放时间须带时区，例如 2026-10-09T09:00:00+08:00。")

    def work(unit: Unit) -> int:
        item = items.lock_item(unit.session, unit.district_id, item_id)
        policy = policies.get_policy(unit.session, unit.district_id, item.policy_id)
        _check(unit, item, policy, open_at)
        case = _case_of(unit, item, policy)
        waiting = _waiting_timer(unit, item)
        if waiting:
            _check_still_ready(unit, item, open_at)
        return _move(unit, item, case, open_at, reason=reason, waiting=waiting)

    arguments = {"item_id": str(item_id), "open_at": open_at.isoformat(), "reason": reason}
    return guarded(runtime, by, Verb("move_opening", arguments), work)


def _check(unit: Unit, item: PolicyItem, policy: Policy, open_at: datetime) -> None:
    if not (unit.actor.holds("maker", policy.maker_org) or permissions.can(unit.actor, "manage_calendar")):
        raise Forbidden(f"事项“{item.name}”由其他部门制定，请由制定部门或系统管理员改期。", item_id=str(item.id))
    if item.status not in MOVABLE or item.open_at is None:
        raise Conflict(
            f"事项“{item.name}”的状态是“{item.status}”，开放时间不能再改。已开放的事项请走政策调整流程。",
            item_id=str(item.id),
        )
    problem = opening_problem(item, open_at, now=unit.now)
    if problem is not None:
        raise BadRequest(problem)


def _case_of(unit: Unit, item: PolicyItem, policy: Policy) -> ProcessInstance:
    """The item's own case, or the policy's while the launch is still under way."""
    instance_id = item.instance_id or policy.instance_id
    if instance_id is None:
        raise Conflict(f"事项“{item.name}”没有在办的流程，开放时间不能在这里改。")
    return instances.lock_instance(unit.session, unit.district_id, instance_id)


def _waiting_timer(unit: Unit, item: PolicyItem) -> bool:
    if item.instance_id is None:
        return False
    waits = instances.list_waits(unit.session, unit.district_id, item.instance_id)
    return any(wait.element_id == OPENING_TIMER and wait.kind == WaitKind.TIMER for wait in waits)


def _check_still_ready(unit: Unit, item: PolicyItem, open_at: datetime) -> None:
    found = obstacles(unit.session, unit.calendar, item, open_at=open_at)
    if found:
        raise BusinessError(
            "OPENING_NOT_READY",
            f"事项“{item.name}”不能提前到{moment_in_words(open_at)}开放：{''.join(found)}请选择更晚的时间。",
        )


def _move(unit: Unit, item: PolicyItem, case: ProcessInstance, open_at: datetime, *, reason: str, waiting: bool) -> int:
    before, item.open_at, item.updated_at = item.open_at, open_at, unit.now
    unit.record(
        case,
        "opening_moved",
        changes={"item": label_of(item), "open_at": [_in_history(before), _in_history(open_at)]},
        reason=reason,
    )
    _move_trainings(unit, item)
    unit.session.flush()
    moved = recompute_case(unit, case.root_id, reason=reason)
    if waiting and item.instance_id is not None:
        move_timer_in(unit, item.instance_id, OPENING_TIMER, open_at, reason=reason)
    return moved


def _in_history(instant: datetime | None) -> str | None:
    return None if instant is None else instant.astimezone(SHANGHAI).isoformat()


def _move_trainings(unit: Unit, item: PolicyItem) -> None:
    """Trainings that are not finished are due by the new opening."""
    opens_on = opening_day(item)
    for training in trainings.list_trainings(unit.session, item):
        kind = TrainingKind(training.kind)
        if opens_on is not None and kind is not TrainingKind.REVIEWERS and training.status != TrainingStatus.FINISHED:
            training.due_on = due_day(TRAINING_RULES[kind], opens_on, unit.calendar)
