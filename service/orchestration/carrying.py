"""Carry one instance over to another version of its diagram, with all that is open in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from forms.compiler import compile_form
from forms.model import keyed
from processes.engine import MovedState, OpenedTask, OpenedWait
from processes.errors import Conflict, NotFound, SeparationOfDuties
from processes.vocabulary import DefinitionKind, TaskState, WaitKind
from service import permissions
from service.approval_rules import approval_facts
from service.orchestration.apply import definition_of, drawn_facts, separated_from
from service.orchestration.candidates import check_candidates
from service.orchestration.carrying_back import keep
from service.orchestration.deadlines import open_deadline
from service.orchestration.migration_verdicts import Facts, Judgement
from service.orchestration.notices import tell
from service.orchestration.runtime import TELL, Unit
from storage.db import new_id
from storage.definitions import PublishedDefinition
from storage.instance_migrations import note_aliases
from storage.models.instances import Draft, ProcessInstance, Task, TaskSeparation, Wait
from storage.models.records import Deadline
from storage.people import load_actor


def carry_over(
    unit: Unit,
    instance: ProcessInstance,
    facts: Facts,
    judgement: Judgement,
    target: PublishedDefinition,
    mapping: Mapping[str, str],
    *,
    reason: str,
) -> dict[str, Any]:
    """Move the locked instance with all that is open in it; answers what is needed to take it back, as JSON.

    Assignees, claims, delegations, signatures and holds stay. Whoever may not do a task by the new rules loses it to
    its post. Raises Conflict when somebody would lose it who has it under way.
    """
    found = judgement.examination
    assert found is not None and found.moved is not None
    kept = keep(unit, instance, facts)
    before = instance.version
    instance.definition_id, instance.version = target.id, target.version
    instance.engine_state, instance.due_at = found.moved.state, found.moved.due_at
    released = _carry_tasks(unit, instance, facts, found.moved, mapping)
    _carry_waits(unit, instance, facts, found.moved)
    note_aliases(unit.session, unit.district_id, instance.root_id, mapping)
    if found.moved.due_at is not None:
        unit.enqueue("fire_timers", {"instance_id": str(instance.id)}, run_at=max(found.moved.due_at, unit.now))
    places = [[each.element_id, each.to_element_id, each.to_name] for each in found.places]
    changes = {"version": [before, target.version], "mapping": dict(mapping), "places": places, "released": released}
    versions = f"第 {before} 版 → 第 {target.version} 版"
    unit.record(instance, "instance_migrated", element_name=versions, changes=changes, reason=reason)
    kept["deadlines_opened"] = [str(row["id"]) for row in unit.rows.get(Deadline, ())]
    return kept


def _carry_tasks(
    unit: Unit, instance: ProcessInstance, facts: Facts, moved: MovedState, mapping: Mapping[str, str]
) -> list[str]:
    opened = {each.token: each for each in moved.tasks}
    released = []
    for task in facts.tasks:
        now = opened[task.token]
        if _carry_task(unit, instance, task, now, under_way=task.id in facts.rounds):
            released.append(now.name)
        back = facts.returns.get(task.id)
        if back is not None:
            back.from_element_id = mapping.get(back.from_element_id) or back.from_element_id
    return released


def _carry_task(unit: Unit, instance: ProcessInstance, task: Task, opened: OpenedTask, *, under_way: bool) -> bool:
    """Bring a task's row to what the new version says of it; True when its assignee lost it to the post."""
    drawn = drawn_facts(unit, opened)
    form_before = (task.form_key, task.form_version)
    post_before = (task.role, task.organisation)
    rule_before = task.deadline_rule
    rule = approval_facts(definition_of(unit, instance), opened.element_id)
    for name, value in {**drawn, **rule}.items():
        setattr(task, name, value)
    _separate(unit, task, opened)
    if form_before != (task.form_key, task.form_version):
        _keep_fitting_drafts(unit, task, form_before)
    if rule_before != task.deadline_rule:
        _cancel_deadline(unit, task)
        task.due_at = open_deadline(
            unit, instance, opened, task_id=task.id, organisation=task.organisation, opened_at=task.created_at
        )
    released = task.assignee_id is not None and not _may_keep(unit, task, opened)
    if released:
        if under_way or task.owner_id is not None or task.held_at is not None:
            raise Conflict(f"“{task.name}”正在办理中，按新版本的规则须换人办理，不能迁移。请先办结或收回后再迁移。")
        _tell_released(unit, instance, task)
        task.state, task.assignee_id, task.claimed_at = TaskState.READY, None, None
    if task.role is None and task.assignee_id is None:
        task.state, task.assignee_id, task.claimed_at = TaskState.CLAIMED, instance.started_by, unit.now
    if post_before != (task.role, task.organisation):
        check_candidates(unit, instance, {**drawn, "id": task.id})
        unit.enqueue(TELL, {"instances": [], "tasks": [str(task.id)]})
    return released


def _tell_released(unit: Unit, instance: ProcessInstance, task: Task) -> None:
    assert task.assignee_id is not None
    tell(
        unit,
        [task.assignee_id],
        kind="task_released",
        title=f"任务“{task.name}”已转给其他岗位（{instance.title}）",
        body="流程换了新版本，按新的岗位和回避规则，这项任务不再由您办理，您不需要再做什么。",
        key=f"migrated:{task.id}:{instance.version}",
        instance=instance,
    )


def _separate(unit: Unit, task: Task, opened: OpenedTask) -> None:
    here = (TaskSeparation.district_id == unit.district_id, TaskSeparation.task_id == task.id)
    unit.session.execute(delete(TaskSeparation).where(*here).execution_options(synchronize_session=False))
    for element_id in separated_from(opened.properties):
        unit.add(TaskSeparation, id=new_id(), task_id=task.id, element_id=element_id)


def _may_keep(unit: Unit, task: Task, opened: OpenedTask) -> bool:
    """Whether the assignee may go on by the new version's post and separations."""
    assert task.assignee_id is not None
    if task.role is None:
        return True
    try:
        person = load_actor(unit.session, unit.district_id, task.assignee_id, on=unit.today)
        permissions.check_separation(unit.session, task, (person,), separated_from(opened.properties))
    except (NotFound, SeparationOfDuties):
        return False
    return person.holds(task.role, task.organisation)


def _keep_fitting_drafts(unit: Unit, task: Task, form_before: tuple[str | None, int | None]) -> None:
    """What was typed stays where the new form has the same field; the rest would be refused."""
    fits = _same_fields(unit, form_before, (task.form_key, task.form_version))
    query = select(Draft).where(Draft.district_id == unit.district_id, Draft.task_id == task.id)
    for draft in unit.session.scalars(query):
        draft.answers = {name: value for name, value in draft.answers.items() if name in fits}


def _same_fields(
    unit: Unit, before: tuple[str | None, int | None], after: tuple[str | None, int | None]
) -> frozenset[str]:
    shapes = []
    for key, version in (before, after):
        if key is None or version is None:
            return frozenset()
        stored = unit.runtime.definitions.get(unit.session, unit.district_id, DefinitionKind.FORM, key, version)
        fields = keyed(compile_form(stored.content).fields)
        shapes.append({(each.key, each.type, each.kind, each.multiple) for each in fields if each.is_answered})
    return frozenset(shape[0] for shape in shapes[0] & shapes[1])


def _cancel_deadline(unit: Unit, task: Task) -> None:
    query = select(Deadline).where(
        Deadline.district_id == unit.district_id, Deadline.task_id == task.id, Deadline.state == "open"
    )
    for row in unit.session.scalars(query):
        row.state = "cancelled"


def _carry_waits(unit: Unit, instance: ProcessInstance, facts: Facts, moved: MovedState) -> None:
    open_now = {each.token: each for each in moved.waits}
    since = facts.since()
    hosts = {each.element_id: each.created_at for each in facts.tasks}
    listens = False
    for wait in facts.waits:
        if wait.kind == WaitKind.CALL_ACTIVITY:
            wait.element_id, wait.name = moved.calls[wait.token]
        elif wait.token not in open_now:
            unit.session.delete(wait)
        else:
            listens |= _same_wait(wait, open_now[wait.token])
    for token, now in open_now.items():
        if token not in since:
            unit.session.add(_new_wait(unit, instance, now, hosts.get(now.attached_to or "", unit.now)))
            listens |= now.message is not None
    if listens:
        unit.enqueue("deliver_kept", {"instance_id": str(instance.id)}, key=f"kept:{instance.id}:{new_id()}")


def _same_wait(wait: Wait, now: OpenedWait) -> bool:
    """Bring a wait's row up to date; True when it listens for another message than before."""
    other = now.message is not None and now.message != wait.message
    wait.element_id, wait.name, wait.kind, wait.message = now.element_id, now.name, now.kind, now.message
    wait.attached_to, wait.due_at = now.attached_to, now.due_at
    return other


def _new_wait(unit: Unit, instance: ProcessInstance, now: OpenedWait, since: datetime) -> Wait:
    return Wait(
        district_id=unit.district_id,
        id=new_id(),
        instance_id=instance.id,
        token=now.token,
        element_id=now.element_id,
        name=now.name,
        kind=now.kind,
        message=now.message,
        attached_to=now.attached_to,
        since=since,
        due_at=now.due_at,
    )
