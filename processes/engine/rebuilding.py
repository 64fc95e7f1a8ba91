"""The tree of a workflow, built anew for another version of its diagram, token by token."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin, BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.event_definitions import MultipleEventDefinition
from SpiffWorkflow.bpmn.specs.mixins import BoundaryEventMixin
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import SubWorkflowTask
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from processes.engine.definition import Definition
from processes.engine.events import DUE
from processes.engine.fitting import event_of, kind_of, why_not_fit
from processes.engine.joins import EndOfBranches, Join, is_pending_arrival, upwards
from processes.engine.moment import Then
from processes.engine.outcome import Surroundings
from processes.engine.pruning import LIVE
from processes.engine.scripting import FeelScriptEngine
from processes.migration_words import Verdict

_TO_COME = TaskState.FUTURE | TaskState.PREDICTED_MASK


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a token at an element cannot move as it stands, in a sentence. Only some can be helped by a mapping."""

    element_id: str
    element_name: str
    sentence: str
    verdict: Verdict


class Rebuilding:
    """One workflow on its way from one version to another. `went` says where each token stands afterwards."""

    def __init__(
        self,
        old: Definition,
        new: Definition,
        before: BpmnWorkflow,
        around: Surroundings,
        mapping: Mapping[str, str],
        since: Mapping[str, datetime],
    ) -> None:
        self.old = old
        self.new = new
        self.before = before
        self.around = around
        self.mapping = mapping
        self.since = since
        self.obstacles: list[Obstacle] = []
        self.went: dict[str, str] = {}
        self.origins: dict[int, Any] = {}
        self.top: Any = None

    def run(self) -> BpmnWorkflow:
        """The workflow on the new version; of use only when no obstacle was met."""
        engine = FeelScriptEngine(self.around)
        self.top = BpmnWorkflow(self.new.spec, dict(self.new.sub_specs), script_engine=engine, deserializing=True)
        self.top.correlations = self.before.correlations
        self._tree(self.before, self.top)
        return self.top

    def stands_for(self, element_id: str) -> str:
        """The activity with which an element moves: that of a boundary event, else the element itself."""
        for spec in (self.old.spec, *self.old.sub_specs.values()):
            found = spec.task_specs.get(element_id)
            if isinstance(found, BoundaryEventMixin):
                return str(found.inputs[0].name.removesuffix(".BoundaryEventSplit"))
        return element_id

    def _tree(self, before: Any, after: Any) -> None:
        self.origins[id(after)] = before
        needed: set[Any] = set()
        for task in before.tasks.values():
            if task._state & LIVE or is_pending_arrival(task):
                needed.update(each.id for each in upwards(task))
        root = self._made(after, before.task_tree, after.spec.start, None)
        after.task_tree = root
        after.data = before.data
        after.completed = after.success = False
        for child in before.task_tree.children:
            self._walk(child, root, needed)
        last = before.last_task
        after.last_task = None if last is None else after.tasks.get(last.id)

    def _walk(self, task: Task, parent: Task, needed: set[Any]) -> None:
        """Build what is still needed of a task and all below it."""
        if task.id not in needed or isinstance(task.task_spec, BoundaryEventJoin):
            return
        if isinstance(task.task_spec, BoundaryEventSplit):
            main = next((each for each in task.children if not isinstance(each.task_spec, BoundaryEventMixin)), None)
            if main is not None and main._state & LIVE:
                self._activity(main, parent, needed, split=task)
                return
        if isinstance(task.task_spec, Join) and (task._state & LIVE or is_pending_arrival(task)):
            self._arrival(task, parent)
        elif task._state & LIVE:
            self._activity(task, parent, needed)
        else:
            made = self._made(parent.workflow, task, self._carrier(task, parent.workflow.spec), parent)
            for child in task.children:
                self._walk(child, made, needed)

    def _carrier(self, task: Task, scope: Any) -> Any:
        """What a finished task is in the new version; one that is gone there still carries data and forks."""
        found = scope.task_specs.get(self._name(task.task_spec.name))
        return found if found is not None and type(found) is type(task.task_spec) else scope.start

    def _name(self, name: str) -> str:
        return self.mapping.get(name, name)

    def _made(self, workflow: Any, task: Task, spec: Any, parent: Task | None) -> Task:
        made = Task(workflow, spec, parent, state=task._state, id=task.id)
        self._fill(made, task)
        return made

    def _fill(self, made: Task, task: Task) -> None:
        made._state, made.triggered, made.data = task._state, task.triggered, task.data
        made.internal_data, made.last_state_change = task.internal_data, task.last_state_change

    def _open(self, task: Task, spec: Any, parent: Any) -> Task:
        """A task with what is predicted to follow it, then in the state it was in."""
        first = TaskState.MAYBE if isinstance(spec, BoundaryEventMixin) else TaskState.FUTURE
        made = Task(parent.workflow, spec, parent, state=first, id=task.id)
        spec._predict(made, mask=_TO_COME)
        self._fill(made, task)
        self.went[str(task.id)] = spec.bpmn_id or spec.name
        return made

    # Joins

    def _arrival(self, task: Task, parent: Task) -> None:
        """A token that waits at a join for others: the way on which it came must be there still."""
        scope = parent.workflow.spec
        if isinstance(task.task_spec, EndOfBranches):
            self._placed(task, scope.end, parent)
            return
        spec = scope.task_specs.get(self._name(task.task_spec.name))
        source = task.parent.task_spec
        name = self._words(source.name)
        if spec is None or not isinstance(spec, Join):
            self._stop(source.name, f"“{name}”已办完，在汇聚处等其他分支，而新版本没有这个汇聚，不能迁移。")
        elif (problem := why_not_fit(task.task_spec, spec, old_name=name, new_name=spec.name)) is not None:
            self._stop(source.name, problem)
        elif parent.task_spec.name not in spec._inputs:
            self._stop(
                source.name,
                f"“{name}”已办完，在汇聚处等其他分支，而新版本里它不再直接通向这个汇聚，不能中途迁移。"
                "请等分支汇聚后再迁移。",
            )
        else:
            self._placed(task, spec, parent)

    def _placed(self, task: Task, spec: Any, parent: Task) -> None:
        if task._state & LIVE:
            self._open(task, spec, parent)
        else:
            self._made(parent.workflow, task, spec, parent)
            self.went[str(task.id)] = spec.bpmn_id or spec.name

    # Activities and events

    def _activity(self, task: Task, parent: Task, needed: set[Any], split: Task | None = None) -> None:
        """An open place with its boundary events: those of the new version."""
        spec = self._target(task, parent.workflow.spec)
        if spec is None:
            return
        around = parent.workflow.spec.task_specs.get(f"{spec.name}.BoundaryEventSplit")
        if around is not None:
            fork = Task(parent.workflow, around, parent, state=TaskState.COMPLETED, id=split.id if split else None)
            fork.data = parent.data if split is None else split.data
            parent = fork
        made = self._open(task, spec, parent)
        if isinstance(task.task_spec, CatchingEvent):
            self._keep_time(task, made, self._since(task))
        self._copies(task, made, needed)
        self._inside(task, made)
        self._events(split, parent if around is not None else None, self._since(task), needed, host=task)

    def _target(self, task: Task, scope: Any) -> Any:
        name = task.task_spec.name
        words = self._words(name)
        spec = scope.task_specs.get(self._name(name))
        if spec is None or getattr(spec, "bpmn_id", None) is None:
            gone = self._name(name) not in self.new.by_id
            why = "新版本没有这个环节" if gone else "对应的环节不在同一个子流程里"
            self._stop(name, f"“{words}”正在办理，{why}，请指定它对应到哪个环节。", Verdict.NEEDS_MAPPING)
            return None
        refusal = why_not_fit(task.task_spec, spec, old_name=words, new_name=self._new_words(spec.name))
        if refusal is not None:
            same_kind = type(task.task_spec) is type(spec)
            self._stop(name, refusal, Verdict.CANNOT if same_kind else Verdict.NEEDS_MAPPING)
            return None
        return spec

    def _copies(self, owner: Task, made: Task, needed: set[Any]) -> None:
        """The copies of a repeated activity, finished ones among them: they are counted."""
        if not isinstance(owner.task_spec, LoopTask):
            return
        spec = made.workflow.spec.task_specs[made.task_spec.task_spec]
        for child in owner.children:
            if child.triggered:
                copy = self._made(made.workflow, child, spec, made)
                self.went[str(child.id)] = made.task_spec.bpmn_id
                self._inside(child, copy)

    def _inside(self, owner: Task, made: Task) -> None:
        """What runs inside a sub-process."""
        before = self.before.subprocesses.get(owner.id)
        if before is None or not isinstance(made.task_spec, SubWorkflowTask):
            return
        inner = BpmnSubWorkflow(self.top.subprocess_specs[made.task_spec.spec], made.id, self.top, deserializing=True)
        self.top.subprocesses[made.id] = inner
        self._tree(before, inner)
        inner.completed_event.connect(made.task_spec._on_subworkflow_completed, made)

    def _events(self, split: Task | None, fork: Task | None, since: datetime, needed: set[Any], *, host: Task) -> None:
        """Boundary events: those that wait are kept or left out, those that are new begin to wait."""
        known = {} if fork is None else {each.name: each for each in _boundaries(fork.task_spec)}
        had = {} if split is None else {self._name(each.name): each for each in _boundaries(split.task_spec)}
        settled = {name for name, spec in known.items() if name in had and kind_of(had[name]) == kind_of(spec)}
        for event in [] if split is None else split.children:
            if not isinstance(event.task_spec, BoundaryEventMixin):
                continue
            name = self._name(event.task_spec.name)
            if event._state == TaskState.WAITING and name in settled:
                kept = self._open(event, known[name], fork)
                self._keep_time(event, kept, self._since(event, since))
            elif event._state == TaskState.COMPLETED and event.id in needed:
                self._fired(event, known.get(name), fork, needed, host)
        for name in known.keys() - settled:
            self._arm(known[name], fork, since)

    def _fired(self, event: Task, spec: Any, fork: Task | None, needed: set[Any], host: Task) -> None:
        """A reminder that has come and whose branch is not finished: it needs its event in the new version."""
        if spec is None or fork is None or spec.cancel_activity:
            words, name = self._words(event.task_spec.name), self._words(host.task_spec.name)
            self._stop(
                host.task_spec.name,
                f"“{name}”的边界事件“{words}”已触发，后续还在办理，而新版本没有这个不中断的边界事件，不能迁移。",
            )
            return
        made = self._made(fork.workflow, event, spec, fork)
        for child in event.children:
            self._walk(child, made, needed)

    def _arm(self, spec: Any, fork: Any, since: datetime) -> None:
        armed = Task(fork.workflow, spec, fork, state=TaskState.MAYBE)
        spec._predict(armed, mask=_TO_COME)
        armed._state = TaskState.WAITING
        armed.data = dict(fork.data)
        self._begin(armed, since)

    def _keep_time(self, before: Task, after: Task, since: datetime) -> None:
        """A timer whose rule has changed is counted again, from when it began to wait; any other keeps its moment."""
        if event_of(before.task_spec) != event_of(after.task_spec):
            after.internal_data.pop(DUE, None)
            self._begin(after, since)

    def _begin(self, task: Task, since: datetime) -> None:
        event = task.task_spec.event_definition
        events = event.event_definitions if isinstance(event, MultipleEventDefinition) else [event]
        top, own = self.top, self.top.script_engine
        top.script_engine = FeelScriptEngine(Then(self.around, since))
        try:
            for each in events:
                if hasattr(each, "begin"):
                    each.begin(task)
        finally:
            top.script_engine = own

    def _since(self, task: Task, default: datetime | None = None) -> datetime:
        tokens: Iterator[datetime] = (at for token, at in self.since.items() if token.partition(".")[0] == str(task.id))
        near = [*task.children, *([] if task.parent is None else task.parent.children)]
        beside = (self.since[str(each.id)] for each in near if str(each.id) in self.since)  # copies, boundary events
        return next(tokens, None) or next(beside, None) or default or self.around.now()

    # Words

    def _words(self, name: str) -> str:
        plain = name.removesuffix(" [child]")
        return self.old.by_id[plain].name if plain in self.old.by_id else plain

    def _new_words(self, name: str) -> str:
        return self.new.by_id[name].name if name in self.new.by_id else name

    def _stop(self, name: str, sentence: str, verdict: Verdict = Verdict.CANNOT) -> None:
        self.obstacles.append(Obstacle(name.removesuffix(" [child]"), self._words(name), sentence, verdict))


def _boundaries(split: Any) -> list[Any]:
    return [each for each in split.outputs if isinstance(each, BoundaryEventMixin)]
