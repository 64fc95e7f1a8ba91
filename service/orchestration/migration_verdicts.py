"""The verdict on moving an instance to another version: by the engine, and by what people have under way in it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from processes import engine
from processes.desk_words import ReturnMode, RoundState, SigningOrder
from processes.engine import Definition, Examination, OpenedTask, PlaceMoved
from processes.errors import EngineFault, ProcessError
from processes.migration_words import MOVABLE, Verdict, worst
from service.orchestration.apply import definition_of, drawn_facts, separated_from
from service.orchestration.runtime import Unit
from service.orchestration.surroundings import Stepping
from storage.definitions import PublishedDefinition
from storage.instances import OPEN_TASK
from storage.models.desk import SigningRound, TaskReturn
from storage.models.instances import ProcessInstance, Task, Wait
from storage.models.records import HistoryRow


@dataclass(frozen=True, slots=True)
class Facts:
    """What is open in one instance, and what people have under way around its tasks."""

    tasks: Sequence[Task] = ()
    waits: Sequence[Wait] = ()
    rounds: Mapping[UUID, SigningRound] = field(default_factory=dict)
    returns: Mapping[UUID, TaskReturn] = field(default_factory=dict)
    done: frozenset[str] = frozenset()

    def since(self) -> dict[str, datetime]:
        """Per token when it came to its place."""
        return {each.token: each.since for each in self.waits} | {each.token: each.created_at for each in self.tasks}


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on one instance: its places, why not in words, and the examination with the new state."""

    verdict: Verdict
    places: tuple[PlaceMoved, ...]
    sentences: tuple[str, ...]
    examination: Examination | None

    @property
    def sentence(self) -> str:
        return "".join(self.sentences)


def gather(unit: Unit, instance_ids: Collection[UUID]) -> dict[UUID, Facts]:
    """The facts of many instances in five statements."""
    ids = list(instance_ids)
    tasks = _of(unit, Task, ids, Task.state.in_(OPEN_TASK))
    waits = _of(unit, Wait, ids)
    task_ids = [task.id for each in tasks.values() for task in each]
    rounds = select(SigningRound).where(
        SigningRound.district_id == unit.district_id,
        SigningRound.task_id.in_(task_ids),
        SigningRound.state == RoundState.OPEN,
    )
    returns = select(TaskReturn).where(
        TaskReturn.district_id == unit.district_id,
        TaskReturn.task_id.in_(task_ids),
        TaskReturn.mode == ReturnMode.STRAIGHT_BACK,
    )
    signing = {each.task_id: each for each in unit.session.scalars(rounds)}
    going_back = {each.task_id: each for each in unit.session.scalars(returns)}
    done = _done(unit, ids)
    return {
        each: Facts(tasks.get(each, ()), waits.get(each, ()), signing, going_back, done.get(each, frozenset()))
        for each in ids
    }


def _of(unit: Unit, model: Any, ids: Sequence[UUID], *conditions: Any) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = {}
    query = select(model).where(model.district_id == unit.district_id, model.instance_id.in_(ids), *conditions)
    for row in unit.session.scalars(query.order_by(model.id)):
        found.setdefault(row.instance_id, []).append(row)
    return found


def _done(unit: Unit, ids: Sequence[UUID]) -> dict[UUID, frozenset[str]]:
    query = (
        select(HistoryRow.instance_id, HistoryRow.element_id)
        .where(
            HistoryRow.district_id == unit.district_id,
            HistoryRow.instance_id.in_(ids),
            HistoryRow.kind == "task_completed",
        )
        .distinct()
    )
    found: dict[UUID, set[str]] = {}
    for instance_id, element_id in unit.session.execute(query):
        found.setdefault(instance_id, set()).add(str(element_id))
    return {instance_id: frozenset(elements) for instance_id, elements in found.items()}


class Judge:
    """Judges instances that move to one version with one mapping. An empty text in it: nothing answers to this."""

    def __init__(self, unit: Unit, target: PublishedDefinition, mapping: Mapping[str, str]) -> None:
        self.unit = unit
        self.target = target
        self.new = engine.parse(target.content)
        self.mapping = {old: new for old, new in mapping.items() if new}
        self.settled = frozenset(mapping)

    def judge(self, instance: ProcessInstance, facts: Facts) -> Judgement:
        """The verdict as things stand. Nothing is written."""
        old = definition_of(self.unit, instance)
        try:
            found = engine.examine(
                old,
                self.new,
                instance.engine_state,
                Stepping(self.unit, instance),
                mapping=self.mapping,
                since=facts.since(),
            )
        except ProcessError as error:
            return Judgement(Verdict.CANNOT, (), (error.message,), None)
        sentences = [each.sentence for each in found.obstacles]
        verdicts = [found.verdict]
        for verdict, sentence in [*self._renamed(old, facts), *self._under_way(found, facts)]:
            verdicts.append(verdict)
            sentences.append(sentence)
        return Judgement(worst(verdicts), found.places, tuple(dict.fromkeys(sentences)), found)

    def _renamed(self, old: Definition, facts: Facts) -> list[tuple[Verdict, str]]:
        """Done elements that separation of duties looks at: under another name they must not be forgotten (G3)."""
        gone = sorted((self.separated(old) & facts.done) - self.settled - self.new.by_id.keys())
        return [(Verdict.NEEDS_MAPPING, _forgotten(old, name)) for name in gone]

    def separated(self, old: Definition) -> set[str]:
        """Elements whose performers may not do some other element of the diagram."""
        return {name for each in old.elements for name in separated_from(each.properties)}

    def _under_way(self, found: Examination, facts: Facts) -> list[tuple[Verdict, str]]:
        if found.moved is None:
            return []
        opened = {each.token: each for each in found.moved.tasks}
        problems = [self._why_not(task, opened[task.token], facts) for task in facts.tasks if task.token in opened]
        return [(Verdict.CANNOT, problem) for problem in problems if problem is not None]

    def _why_not(self, task: Task, opened: OpenedTask, facts: Facts) -> str | None:
        try:
            drawn = drawn_facts(self.unit, opened)
        except EngineFault as error:
            return error.message
        signing = facts.rounds.get(task.id)
        other_post = (drawn["role"], drawn["organisation"]) != (task.role, task.organisation)
        if other_post and (task.owner_id is not None or task.held_at is not None or signing is not None):
            state = "委派" if task.owner_id is not None else "挂起" if task.held_at is not None else "加签"
            return f"“{task.name}”正在{state}，而新版本换了办理岗位，不能迁移。请先收回、恢复或等签署完成。"
        staged = signing is not None and signing.placing == SigningOrder.AFTER
        if staged and (drawn["form_key"], drawn["form_version"]) != (task.form_key, task.form_version):
            return f"“{task.name}”已提交、正在等待签署，而新版本换了表单，不能迁移。请等签署完成后再迁移。"
        back = facts.returns.get(task.id)
        if back is not None and self.mapping.get(back.from_element_id, back.from_element_id) not in self.new.by_id:
            return f"“{task.name}”办完后要直接送回的环节在新版本里没有了，不能迁移。请办完这一环节后再迁移。"
        return None


def _forgotten(old: Definition, element_id: str) -> str:
    name = old.by_id[element_id].name if element_id in old.by_id else element_id
    return f"“{name}”已办结，受审分离要用到它，而新版本没有这个环节，请指定它对应到哪个环节，或选择没有对应环节。"


def is_movable(judgement: Judgement) -> bool:
    """True when the instance may be moved as things stand."""
    return judgement.verdict in MOVABLE
