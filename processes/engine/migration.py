"""An instance's state for another version of its diagram (design 9.4).

The tree of tasks is built anew: what has finished only carries data and the shape of forks, what is open stands at the
element that answers to its own, with its token, its data and its copies; its boundary events are those of the new
version. Nothing runs. What cannot be moved is said in words, never guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin
from SpiffWorkflow.bpmn.specs.mixins import BoundaryEventMixin
from SpiffWorkflow.task import Task

from processes.engine import codec
from processes.engine.definition import Definition
from processes.engine.fitting import same_content, same_graph
from processes.engine.joins import EndOfBranches, Join, is_pending_arrival
from processes.engine.outcome import OpenedTask, OpenedWait, Surroundings
from processes.engine.pruning import LIVE, prune
from processes.engine.reaching import Marking, reachable
from processes.engine.rebuilding import Obstacle, Rebuilding
from processes.engine.scripting import FeelScriptEngine
from processes.engine.steps import faults
from processes.engine.tokens import all_tasks, due_of, open_now, opened_task
from processes.errors import EngineFault
from processes.migration_words import MOVABLE, Verdict, worst


@dataclass(frozen=True, slots=True)
class PlaceMoved:
    """One open task, call activity or wait and what becomes of it. `to_element_id` is None when it has no place."""

    token: str
    element_id: str
    name: str
    kind: str
    verdict: Verdict
    to_element_id: str | None
    to_name: str | None
    attached_to: str | None = None


@dataclass(frozen=True, slots=True)
class MovedState:
    """The state on the new version and everything that is open on it; tokens are kept."""

    state: bytes
    tasks: tuple[OpenedTask, ...]
    calls: Mapping[str, tuple[str, str]]  # token -> (element id, name)
    waits: tuple[OpenedWait, ...]
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Examination:
    """The verdict on an instance, place by place, and its new state when it may be moved."""

    verdict: Verdict
    places: tuple[PlaceMoved, ...]
    obstacles: tuple[Obstacle, ...]
    moved: MovedState | None


def examine(
    old: Definition,
    new: Definition,
    state: bytes,
    around: Surroundings,
    *,
    mapping: Mapping[str, str] | None = None,
    since: Mapping[str, datetime] | None = None,
) -> Examination:
    """What becomes of an instance that moves from one version of its diagram to another; nothing runs.

    `mapping` names for elements of the old version those that answer to them; an element left out answers to the one
    with the same id. `since` says per token when it came to its place: a timer that is new or changed counts from
    then. Raises StateRefused for bytes that are no state of the old version.
    """
    chosen = {one: other for one, other in (mapping or {}).items() if one in old.by_id}
    engine = FeelScriptEngine(around)
    with faults():
        before = codec.load(state, old, engine)
        work = Rebuilding(old, new, before, around, chosen, since or {})
        top = work.run()
        obstacles = list(work.obstacles)
        if not obstacles:
            obstacles = _unreachable(old, new, before, top, work)
        places = _places(old, new, before, work, obstacles)
        verdict = worst([each.verdict for each in obstacles or places])
        moved = _moved(new, top) if verdict in MOVABLE else None
    return Examination(verdict, places, tuple(obstacles), moved)


def _moved(new: Definition, top: BpmnWorkflow) -> MovedState:
    prune(top)
    found = open_now(top, new)
    if not found.tokens():
        raise EngineFault("迁移后的流程没有任何可办理的环节，没有保存。请流程负责人检查新版本。")
    calls = {}
    for token, task in found.calls.items():
        element = new.element(task.task_spec.bpmn_id)
        calls[token] = (element.id, element.name)
    due = [moment for task in all_tasks(top) if task._state & LIVE and (moment := due_of(task)) is not None]
    return MovedState(
        state=codec.dump(top),
        tasks=tuple(opened_task(token, task, new) for token, task in found.tasks.items()),
        calls=calls,
        waits=tuple(found.waits.values()),
        due_at=min(due, default=None),
    )


def _places(
    old: Definition, new: Definition, before: BpmnWorkflow, work: Rebuilding, obstacles: list[Obstacle]
) -> tuple[PlaceMoved, ...]:
    """The verdict on each open task, call activity and wait; a boundary event goes with its activity."""
    found = open_now(before, old)
    stands = {token: task.task_spec.bpmn_id for token, task in (*found.tasks.items(), *found.calls.items())}
    stands |= {token: wait.element_id for token, wait in found.waits.items()}
    hosts = {token: wait.attached_to for token, wait in found.waits.items()}
    stopped = {each.element_id: each for each in obstacles}
    others = worst([each.verdict for each in obstacles])
    places = []
    for token, element_id in stands.items():
        target = work.went.get(token.partition(".")[0])
        if "." in token and target is not None:
            target = element_id if element_id in new.by_id else target
        obstacle = stopped.get(work.stands_for(element_id))
        attached = hosts.get(token) is not None
        element = old.element(element_id)
        places.append(
            PlaceMoved(
                token=token,
                element_id=element_id,
                name=element.name,
                kind=element.kind,
                verdict=(
                    obstacle.verdict
                    if obstacle is not None
                    else _place_verdict(old, new, element_id, target, others=others, attached=attached)
                ),
                to_element_id=target,
                to_name=None if target is None else new.element(target).name,
                attached_to=hosts.get(token),
            )
        )
    return tuple(places)


def _place_verdict(
    old: Definition, new: Definition, element_id: str, target: str | None, *, others: Verdict, attached: bool
) -> Verdict:
    if target is None:
        return Verdict.SAME_ELEMENT if attached else others
    if target != element_id:
        return Verdict.MAPPED
    return Verdict.UNCHANGED if same_content(old, new, element_id) else Verdict.SAME_ELEMENT


def _unreachable(
    old: Definition, new: Definition, before: BpmnWorkflow, top: BpmnWorkflow, work: Rebuilding
) -> list[Obstacle]:
    """A word per process or sub-process in which the tokens would stand as no run of the new version ever does."""
    found = []
    for workflow, scope in ((top, None), *((inner, inner.spec.name) for inner in top.subprocesses.values())):
        origin = work.origins[id(workflow)]
        same_places = all(work.went.get(str(task.id), "") == task.task_spec.name for task in _standing(origin))
        if same_places and same_graph(origin.spec, workflow.spec):
            continue  # a run has come here already
        answer = reachable(new, scope, _marking(workflow))
        if answer is not True:
            found.append(_misplaced(old, before, workflow, decided=answer is not None, origin=origin))
    return found


def _standing(workflow: Any) -> list[Task]:
    """Tasks at which tokens stand, arrivals at joins among them; boundary events and copies go with their activity."""
    return [
        task
        for task in workflow.tasks.values()
        if (task._state & LIVE or is_pending_arrival(task)) and not _goes_with(task)
    ]


def _goes_with(task: Task) -> bool:
    return bool(task.triggered) or isinstance(task.task_spec, BoundaryEventMixin | BoundaryEventJoin)


def _marking(workflow: Any) -> Marking:
    places = [
        (task.task_spec.name, task.parent.task_spec.name if isinstance(task.task_spec, Join) else "")
        for task in _standing(workflow)
        if not isinstance(task.task_spec, EndOfBranches)
    ]
    return tuple(sorted(places))


def _misplaced(old: Definition, before: BpmnWorkflow, workflow: Any, *, decided: bool, origin: Any) -> Obstacle:
    drawn = [task for task in _standing(origin) if getattr(task.task_spec, "bpmn_id", None) in old.by_id]
    names = "、".join(dict.fromkeys(old.element(task.task_spec.bpmn_id).name for task in drawn))
    element_id = drawn[0].task_spec.bpmn_id if drawn else old.elements[0].id
    if not decided:
        words = (
            f"新版本的分支太多，没有判定出“{names}”能否同时在办，不能迁移。请流程负责人简化图形，或等分支汇聚后再迁移。"
        )
    else:
        words = (
            f"按新版本的图，办理不会停在“{names}”这样的位置：并行分支或汇聚与原来不同，迁移后会一直等不齐。"
            "请换一个对应环节，或等分支汇聚后再迁移。"
        )
    return Obstacle(element_id, old.element(element_id).name, words, Verdict.CANNOT)
