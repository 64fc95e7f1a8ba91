"""The end of a signing round: what was staged is handed in in the assignee's name, or kept as a draft."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError

from processes.desk_words import RoundState, SignerState, SigningOrder
from processes.errors import HandlerFault, ProcessError
from service.orchestration import tasks
from service.orchestration.notices import tell
from service.orchestration.runtime import Unit
from storage.models.desk import Signer, SigningRound
from storage.models.instances import ProcessInstance, Task
from storage.people import load_actor
from storage.signing import UNANSWERED

_OUTCOMES = {RoundState.PASSED: "已通过", RoundState.REFUSED: "未通过", RoundState.CANCELLED: "已撤销"}


def close_round(
    unit: Unit,
    task: Task,
    instance: ProcessInstance,
    found: SigningRound,
    signers: Sequence[Signer],
    state: RoundState,
) -> None:
    """End a round: who has not answered is spared, and the task goes on or back to its assignee."""
    found.state, found.closed_at = state, unit.now
    for each in signers:
        if each.state in UNANSWERED:
            each.state, each.ended_at, each.ended_by = SignerState.SPARED, unit.now, unit.actor.id
    changes = {"outcome": _OUTCOMES[state], "placing": found.placing}
    tasks.record(unit, instance, task, "signing_closed", unit.actor, unit.actor, changes=changes)
    words = f"加签{_OUTCOMES[state]}：{task.name}（{task.title}）"
    if found.placing == SigningOrder.AFTER:
        refusal = _hand_in(unit, task, found) if state == RoundState.PASSED else ""
        if refusal is None:
            words = f"{words}，已按您填写的内容办结"
        elif task.assignee_id is not None:
            tasks.keep_draft(unit, task, found.answers or {}, user_id=task.assignee_id)
            words = f"{words}，请继续办理" + (f"：{refusal}" if refusal else "")
    _tell_assignee(unit, task, instance, found, words)


def _hand_in(unit: Unit, task: Task, found: SigningRound) -> str | None:
    """Complete the task in its assignee's name; the sentence that says why it could not be, with nothing changed."""
    assert task.assignee_id is not None
    unit.session.flush()
    assignee = load_actor(unit.session, unit.district_id, task.assignee_id, on=unit.today)
    part = unit.in_name_of(assignee)
    try:
        with unit.session.begin_nested():
            tasks.complete(part, task.id, found.answers or {})
    except ProcessError as error:
        if isinstance(error, HandlerFault) and isinstance(
            error.__cause__, StaleDataError | IntegrityError | OperationalError
        ):
            raise
        unit.parts.remove(part)
        return error.message
    return None


def _tell_assignee(unit: Unit, task: Task, instance: ProcessInstance, found: SigningRound, words: str) -> None:
    people = set() if task.assignee_id is None else {task.assignee_id}
    tell(
        unit,
        people,
        kind="signing_closed",
        title=words,
        key=f"signing_closed:{found.id}",
        link=f"/tasks/{task.id}",
        instance=instance,
        task_id=task.id,
    )
