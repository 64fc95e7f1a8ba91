"""Write what one engine step produced: the state, opened and closed elements, children, messages, the end."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from handlers.stage import Message
from processes import engine
from processes.checks.names import plain_names
from processes.engine import ChildStart, Definition, Finished, OpenedTask, OpenedWait, Outcome
from processes.errors import EngineFault
from processes.feel import FeelError, evaluate
from processes.vocabulary import STARTER, DefinitionKind, InstanceState, TaskState, WaitKind
from service.approval_rules import approval_facts
from service.orchestration.candidates import check_candidates
from service.orchestration.deadlines import open_deadline, settle_deadlines
from service.orchestration.effects import send_later
from service.orchestration.runtime import Unit
from service.orchestration.surroundings import Stepping
from storage import instances, signing
from storage.db import new_id
from storage.definitions import PublishedDefinition, find_definition
from storage.models.instances import ProcessInstance, Task, TaskSeparation, Wait


def definition_of(unit: Unit, instance: ProcessInstance) -> Definition:
    """The parsed diagram version on which the instance runs."""
    stored = unit.runtime.definitions.get(
        unit.session, unit.district_id, DefinitionKind.PROCESS, instance.process_key, instance.version
    )
    return engine.parse(stored.content)


def apply(unit: Unit, instance: ProcessInstance, outcome: Outcome, *, own_token: str | None = None) -> None:
    """Store an Outcome. `own_token` is the completed task's token, whose row the caller has already closed."""
    instance.engine_state = outcome.state
    instance.due_at = outcome.due_at
    if outcome.variables:
        instance.variables = dict(outcome.variables)
    _close(unit, instance, [token for token in outcome.closed if token != own_token], cancelled=set(outcome.cancelled))
    for task in outcome.opened:
        _open_task(unit, instance, task)
    for wait in outcome.waits:
        _open_wait(unit, instance, wait)
    if any(wait.message for wait in outcome.waits):
        unit.enqueue("deliver_kept", {"instance_id": str(instance.id)}, key=f"kept:{instance.id}:{new_id()}")
    for number, thrown in enumerate(outcome.messages):
        message = Message(thrown.name, thrown.variables, business_key=instance.business_key)
        send_later(unit, message, key=f"{instance.id}:{thrown.element_id}:{instance.history_seq}:{number}")
    if outcome.due_at is not None:
        unit.enqueue(
            "fire_timers",
            {"instance_id": str(instance.id)},
            run_at=outcome.due_at,
            key=f"timers:{instance.id}:{outcome.due_at.isoformat()}",
        )
    for child in outcome.started_children:
        _start_child(unit, instance, child)
    if outcome.finished is not None:
        _finish(unit, instance, outcome.finished)


def _close(unit: Unit, instance: ProcessInstance, closed: Collection[str], *, cancelled: Collection[str]) -> None:
    """End the rows of tokens that are gone; cancelled call activities take their children with them."""
    gone = {*closed, *cancelled}
    if not gone:
        return
    unit.write_rows()
    instances.delete_waits(unit.session, unit.district_id, instance.id, gone)
    if not cancelled:
        return
    instances.cancel_tasks(unit.session, unit.district_id, instance.id, at=unit.now, tokens=cancelled)
    _cancel_rounds(unit, instance, cancelled)
    settle_deadlines(unit, instance, tokens=cancelled)
    for child in instances.lock_children(unit.session, unit.district_id, instance.id, cancelled):
        terminate_tree(unit, child, reason="上级流程的对应环节已取消")


def _cancel_rounds(unit: Unit, instance: ProcessInstance, tokens: Collection[str] | None) -> None:
    """Nobody has to sign a task that was cancelled."""
    signing.cancel_rounds(unit.session, unit.district_id, instance.id, at=unit.now, by=unit.actor.id, tokens=tokens)


def terminate_tree(unit: Unit, instance: ProcessInstance, *, reason: str) -> None:
    """End an instance and everything below it without an end event."""
    for child in instances.lock_children(unit.session, unit.district_id, instance.id):
        terminate_tree(unit, child, reason=reason)
    instances.cancel_tasks(unit.session, unit.district_id, instance.id, at=unit.now)
    _cancel_rounds(unit, instance, None)
    tokens = [wait.token for wait in instances.list_waits(unit.session, unit.district_id, instance.id)]
    if tokens:
        instances.delete_waits(unit.session, unit.district_id, instance.id, tokens)
    settle_deadlines(unit, instance, tokens=None)
    instance.state = InstanceState.TERMINATED
    instance.ended_at = unit.now
    instance.due_at = None
    unit.record(instance, "instance_terminated", reason=reason)


def _open_task(unit: Unit, instance: ProcessInstance, opened: OpenedTask) -> None:
    drawn = drawn_facts(unit, opened)
    role = drawn["role"]
    task_id = new_id()
    due_at = open_deadline(unit, instance, opened, task_id=task_id, organisation=drawn["organisation"])
    values: dict[str, Any] = {
        "id": task_id,
        "instance_id": instance.id,
        "root_id": instance.root_id,
        "process_key": instance.process_key,
        "token": opened.token,
        "title": instance.title,
        **drawn,
        **approval_facts(definition_of(unit, instance), opened.element_id),
        "state": TaskState.READY if role else TaskState.CLAIMED,
        "assignee_id": None if role else instance.started_by,
        "variables": dict(opened.variables),
        "item": opened.item,
        "due_at": due_at,
        "created_at": unit.now,
        "claimed_at": None if role else unit.now,
    }
    unit.add(Task, **values)
    unit.opened.append(values)
    check_candidates(unit, instance, values)
    for element_id in separated_from(opened.properties):
        unit.add(TaskSeparation, id=new_id(), task_id=task_id, element_id=element_id)


def drawn_facts(unit: Unit, opened: OpenedTask) -> dict[str, Any]:
    """What the diagram says of a task's row: element, post, form in its newest version, deadline rule.

    Raises EngineFault when the expression of its post has no value.
    """
    role, organisation = _post(opened)
    form_key = opened.properties.get("form") or None
    form_version = None
    if form_key is not None:
        form = find_definition(unit.session, unit.district_id, DefinitionKind.FORM, form_key)
        form_version = None if form is None else form.version
    return {
        "element_id": opened.element_id,
        "name": opened.name,
        "lane": opened.lane,
        "role": role,
        "organisation": organisation,
        "form_key": form_key,
        "form_version": form_version,
        "excluded_organisation": _expression(opened, "exclude_organisation"),
        "deadline_rule": opened.properties.get("deadline") or None,
    }


def separated_from(properties: Any) -> list[str]:
    """Element ids whose performers may not do this task (property `separate_from`)."""
    return [name.strip() for name in properties.get("separate_from", "").split(",") if name.strip()]


def _post(opened: OpenedTask) -> tuple[str | None, str | None]:
    """(role, organisation code) of the task's post; (None, None) sends it to the person who started."""
    text = opened.properties.get("post", "").strip()
    if text in ("", STARTER):
        return None, None
    role, _, expression = text.partition("@")
    if not expression.strip():
        return role.strip(), None
    organisation = _evaluated(opened, expression, what="岗位的部门")
    if organisation is None:
        raise EngineFault(
            f"任务“{opened.name}”的岗位部门“{expression.strip()}”没有取到值，请流程负责人核对岗位设置。",
            element_id=opened.element_id,
        )
    return role.strip(), organisation


def _expression(opened: OpenedTask, name: str) -> str | None:
    text = opened.properties.get(name, "").strip()
    return _evaluated(opened, text, what="回避部门") if text else None


def _evaluated(opened: OpenedTask, expression: str, *, what: str) -> str | None:
    names = dict(opened.variables)
    if opened.item is not None:
        names.setdefault("item", opened.item)
    try:
        value = evaluate(expression.strip().removeprefix("="), names)
    except FeelError as error:
        raise EngineFault(
            f"任务“{opened.name}”的{what}表达式有误：{error.message}", element_id=opened.element_id
        ) from error
    return None if value is None else str(value)


def _open_wait(unit: Unit, instance: ProcessInstance, wait: OpenedWait) -> None:
    unit.add(
        Wait,
        id=new_id(),
        instance_id=instance.id,
        token=wait.token,
        element_id=wait.element_id,
        name=wait.name,
        kind=wait.kind,
        message=wait.message,
        attached_to=wait.attached_to,
        since=unit.now,
        due_at=wait.due_at,
    )


def _start_child(unit: Unit, parent: ProcessInstance, start: ChildStart) -> None:
    """A call activity was entered: start the published version at this moment, in the same transaction."""
    stored = find_definition(unit.session, unit.district_id, DefinitionKind.PROCESS, start.process_key, start.version)
    if stored is None:
        raise EngineFault(
            f"环节“{start.name}”调用的流程“{start.process_key}”还没有发布，请流程负责人先发布该流程。",
            element_id=start.element_id,
        )
    child_id = new_id()
    unit.add(
        Wait,
        id=new_id(),
        instance_id=parent.id,
        token=start.token,
        element_id=start.element_id,
        name=start.name,
        kind=WaitKind.CALL_ACTIVITY,
        since=unit.now,
        child_id=child_id,
    )
    child = ProcessInstance(
        id=child_id,
        parent_id=parent.id,
        parent_token=start.token,
        root_id=parent.root_id,
        business_key=parent.business_key,
        title=parent.title,
        started_by=parent.started_by,
    )
    begin(unit, child, stored, variables=dict(start.variables))


def begin(unit: Unit, instance: ProcessInstance, stored: PublishedDefinition, *, variables: dict[str, Any]) -> None:
    """Fill in a new instance row, run it to its first wait, and store that."""
    instance.district_id = unit.district_id
    instance.definition_id = stored.id
    instance.process_key = stored.key
    instance.version = stored.version
    instance.state = InstanceState.RUNNING
    instance.engine_state = b""
    instance.variables = variables
    instance.started_at = unit.now
    instance.history_seq = 0
    instance.history_mac = ""
    unit.session.add(instance)
    unit.session.flush()
    definition = engine.parse(stored.content)
    unit.record(instance, "instance_started", changes={"variables": variables})
    outcome = engine.start(definition, variables, Stepping(unit, instance))
    note_passed(unit, instance, outcome)
    apply(unit, instance, outcome)


def note_passed(unit: Unit, instance: ProcessInstance, outcome: Outcome) -> None:
    """Keep the path the tokens took, for the diagram and the auditor."""
    if outcome.passed:
        passed = [[item.element_id, item.kind, item.name] for item in outcome.passed]
        unit.record(instance, "elements_passed", changes={"passed": passed})


def _finish(unit: Unit, instance: ProcessInstance, finished: Finished) -> None:
    instance.state = InstanceState.COMPLETED
    instance.ended_at = unit.now
    instance.due_at = None
    instance.end_element_id = finished.end_element_id
    instance.variables = dict(finished.variables)
    unit.record(
        instance,
        "instance_completed",
        element_id=finished.end_element_id,
        changes={"error_code": finished.error_code} if finished.error_code else {},
    )
    if instance.parent_id is not None and instance.parent_token is not None:
        _continue_parent(unit, instance, finished)


def _continue_parent(unit: Unit, child: ProcessInstance, finished: Finished) -> None:
    """The child has ended: complete its element in the parent, in the same transaction."""
    assert child.parent_id is not None and child.parent_token is not None
    parent = instances.lock_instance(unit.session, unit.district_id, child.parent_id)
    definition = definition_of(unit, parent)
    around = Stepping(unit, parent)
    if finished.error_code is not None:
        outcome = engine.throw_error(
            definition, parent.engine_state, child.parent_token, finished.error_code, child.title, around
        )
        if outcome is None:
            raise EngineFault(
                f"子流程“{child.process_key}”以错误“{finished.error_code}”结束，上级流程没有处理这种情况的路径。",
                element_id=finished.end_element_id,
            )
    else:
        outputs = _outputs(unit, parent, child, finished, definition)
        outcome = engine.complete(definition, parent.engine_state, child.parent_token, outputs, around)
    note_passed(unit, parent, outcome)
    apply(unit, parent, outcome)


def _outputs(
    unit: Unit, parent: ProcessInstance, child: ProcessInstance, finished: Finished, definition: Definition
) -> dict[str, Any]:
    """Only what the call activity declares comes back from the child."""
    element_id = _element_of_token(unit, parent, child)
    declared = definition.element(element_id).properties.get("outputs", "")
    return {name: finished.variables.get(name) for name in plain_names(declared)}


def _element_of_token(unit: Unit, parent: ProcessInstance, child: ProcessInstance) -> str:
    for row in unit.rows.get(Wait, []):
        if row["instance_id"] == parent.id and row["token"] == child.parent_token:
            return str(row["element_id"])
    assert child.parent_token is not None
    wait = instances.find_wait(unit.session, unit.district_id, parent.id, child.parent_token)
    if wait is None:
        raise EngineFault("上级流程已不再等待这个子流程，请分析员核对两者状态。")
    return wait.element_id
