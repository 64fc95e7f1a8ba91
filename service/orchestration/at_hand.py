"""Which verbs beside completing a person may use on an open task now, for buttons and programs. Reads only."""

from __future__ import annotations

from processes.desk_words import RoundState, SignerState, SigningOrder
from service import permissions
from service.orchestration.runtime import Unit
from storage import signing
from storage.models.desk import SigningRound
from storage.models.instances import Task


def round_about(unit: Unit, task: Task) -> SigningRound | None:
    """The task's latest round of signatures."""
    return signing.find_latest_round(unit.session, unit.district_id, task.id)


def verbs_around(unit: Unit, task: Task, found: SigningRound | None) -> set[str]:
    """What does not need the task itself: sign, remove_signer, recall, resume, comment, copy, urge."""
    actions = set()
    people = {unit.actor.id, *(each.id for each in unit.actor.principals)}
    if permissions.takes_part(unit.session, unit.actor, task.root_id):
        actions |= {"comment", "copy", "urge"}
    if found is not None and found.state == RoundState.OPEN:
        for each in signing.list_signers(unit.session, unit.district_id, [found.id]):
            if each.user_id in people and each.state == SignerState.ASKED:
                actions.add("sign")
            if each.added_by in people and each.state in signing.UNANSWERED:
                actions.add("remove_signer")
    assigns = permissions.may_assign(unit.actor, task)
    if task.owner_id is not None and (task.owner_id in people or assigns):
        actions.add("recall")
    if task.held_at is not None and (task.assignee_id in people or assigns):
        actions.add("resume")
    return actions


def verbs_in_hand(task: Task, found: SigningRound | None) -> tuple[set[str], str | None]:
    """What the assignee may do, and the sentence that says why the task cannot be completed now."""
    if task.held_at is not None:
        until = "" if task.held_until is None else f"（预计到 {task.held_until}）"
        return {"resume"}, f"任务“{task.name}”已挂起{until}：{task.held_reason}。恢复后才能继续办理。"
    if task.owner_id is not None:
        return {"return_delegated", "hold"}, f"任务“{task.name}”是委派给您的，填写意见后交回，由委派人办结。"
    if found is not None and found.state == RoundState.OPEN:
        return {"hold", "save_draft"}, f"任务“{task.name}”正在加签，签署完成后才能办结。"
    actions = {"save_draft", "add_signers", "delegate", "hold", "assign"}
    if task.role is not None:
        actions.add("release")
    if found is not None and found.state == RoundState.REFUSED and found.placing == SigningOrder.BEFORE:
        return actions, f"任务“{task.name}”办理前加签没有通过，请按意见处理后重新加签。"
    return actions | {"complete"}, None
