"""What stands between a task and its completion or transfer: a hold, a delegation, signers who have not decided."""

from __future__ import annotations

from processes.desk_words import RoundState, SigningOrder
from processes.errors import SigningOpen, TaskDelegated, TaskHeld
from service.orchestration.runtime import Unit
from storage.models.desk import SigningRound
from storage.models.instances import Task
from storage.people import get_user
from storage.signing import find_latest_round


def refuse_completion(unit: Unit, task: Task, found: SigningRound | None) -> None:
    """Raise TaskHeld, TaskDelegated or SigningOpen when the task may not be completed now, `found` its last round."""
    refuse_held(task)
    if task.owner_id is not None:
        owner = get_user(unit.session, unit.district_id, task.owner_id).name
        raise TaskDelegated(
            f"任务“{task.name}”是{owner}委派给您的，您可以填写意见后交回，由{owner}办结。", task_id=str(task.id)
        )
    if found is None:
        return
    if found.state == RoundState.OPEN:
        raise SigningOpen(
            f"任务“{task.name}”正在加签，签署人还没有签完，暂时不能办结。可催办或减签。", task_id=str(task.id)
        )
    if found.state == RoundState.REFUSED and found.placing == SigningOrder.BEFORE:
        raise SigningOpen(
            f"任务“{task.name}”办理前加签没有通过，不能办结。请按意见处理后重新加签。", task_id=str(task.id)
        )


def refuse_moving(unit: Unit, task: Task, *, verb: str) -> None:
    """Raise unless the task may change hands; `verb` is its Chinese word (转办, 退回岗位, 委派)."""
    refuse_held(task)
    if task.owner_id is not None:
        raise TaskDelegated(f"任务“{task.name}”正在委派中，请先交回或收回，再{verb}。", task_id=str(task.id))
    found = find_latest_round(unit.session, unit.district_id, task.id)
    if found is not None and found.state == RoundState.OPEN:
        raise SigningOpen(f"任务“{task.name}”正在加签，请等签署完成或减签后，再{verb}。", task_id=str(task.id))


def refuse_held(task: Task) -> None:
    """Raise TaskHeld when the task was put aside."""
    if task.held_at is not None:
        until = "" if task.held_until is None else f"（预计到 {task.held_until}）"
        raise TaskHeld(
            f"任务“{task.name}”已挂起{until}：{task.held_reason}。请先恢复，再继续办理。", task_id=str(task.id)
        )
