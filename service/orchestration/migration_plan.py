"""What moving the live instances of a process to another version would mean: the verdict on each, before anything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from processes import engine
from processes.actors import Actor
from processes.engine import Definition, ElementInfo
from processes.errors import BadRequest
from processes.migration_words import Verdict
from processes.vocabulary import DefinitionKind
from service import permissions
from service.orchestration.migration_verdicts import Judge, Judgement, gather
from service.orchestration.runtime import Runtime, Unit
from storage import definitions, instance_migrations, worklists
from storage.definitions import PublishedDefinition
from storage.models.instances import ProcessInstance

_AT_ONCE = 400  # instances whose open tasks are read in one statement


@dataclass(frozen=True, slots=True)
class JudgedInstance:
    """One live instance and the verdict on it."""

    instance: ProcessInstance
    verdict: Verdict
    sentence: str
    places: tuple[tuple[str, str, str | None], ...]  # (element, name, name of the element it goes to)


@dataclass(frozen=True, slots=True)
class Standing:
    """How many tokens stand at an element of an old version, what becomes of them, and where else they may go."""

    element_id: str
    name: str
    version: int
    verdict: Verdict
    to_element_id: str | None
    count: int
    sentence: str
    targets: tuple[ElementInfo, ...]


@dataclass(frozen=True, slots=True)
class MigrationPlan:
    """The verdicts on all live instances of the chosen versions."""

    process_key: str
    target: PublishedDefinition
    versions: tuple[int, ...]
    mapping: Mapping[str, str]
    instances: tuple[JudgedInstance, ...]
    standings: tuple[Standing, ...]
    forgotten: tuple[ElementInfo, ...]  # done elements that separation of duties needs, and that are gone

    def count(self) -> Counter[Verdict]:
        return Counter(each.verdict for each in self.instances)


def plan_migration(
    runtime: Runtime,
    process_key: str,
    to_version: int,
    from_versions: Collection[int],
    mapping: Mapping[str, str],
    *,
    by: Actor,
) -> MigrationPlan:
    """Judge every live instance on these versions; nothing is written.

    Raises NotFound for a version that does not exist, BadRequest for a mapping that names nothing.
    """
    permissions.require(by, "read_migration")
    unit = Unit(runtime, runtime.session(), by, runtime.clock.now())
    versions = checked_versions(unit, process_key, to_version, from_versions)
    chosen = checked_mapping(unit, process_key, to_version, versions, mapping)
    target = _definition(unit, process_key, to_version)
    judge = Judge(unit, target, chosen)
    live = instance_migrations.list_live(unit.session, unit.district_id, process_key, versions)
    judged = []
    done: set[str] = set()
    for first in range(0, len(live), _AT_ONCE):
        some = live[first : first + _AT_ONCE]
        facts = gather(unit, [each.id for each in some])
        judged += [(each, judge.judge(each, facts[each.id])) for each in some]
        done.update(*(each.done for each in facts.values()))
    olds = {version: engine.parse(_definition(unit, process_key, version).content) for version in versions}
    return MigrationPlan(
        process_key=process_key,
        target=target,
        versions=tuple(sorted(versions)),
        mapping=chosen,
        instances=tuple(_judged(instance, found) for instance, found in judged),
        standings=_standings(judge, olds, judged),
        forgotten=_forgotten(judge, olds, done),
    )


def versions_alive(runtime: Runtime, process_key: str, *, by: Actor) -> dict[int, int]:
    """How many instances are alive on each version of a process."""
    permissions.require(by, "read_migration")
    return dict(worklists.count_alive_by_version(runtime.session(), by.district_id, process_key))


def checked_versions(unit: Unit, process_key: str, to_version: int, from_versions: Collection[int]) -> tuple[int, ...]:
    """The old versions without the target. Raises BadRequest when none is left, NotFound for an unknown version."""
    versions = tuple(sorted({*from_versions} - {to_version}))
    if not versions:
        raise BadRequest("请至少选择一个原版本，且不同于目标版本。")
    for version in (*versions, to_version):
        _definition(unit, process_key, version)
    return versions


def checked_mapping(
    unit: Unit, process_key: str, to_version: int, versions: Sequence[int], mapping: Mapping[str, str]
) -> dict[str, str]:
    """The mapping without what says nothing. Raises BadRequest for an element that neither version has."""
    new = engine.parse(_definition(unit, process_key, to_version).content)
    known = {
        each.id
        for version in versions
        for each in engine.parse(_definition(unit, process_key, version).content).elements
    }
    for old_id, new_id in mapping.items():
        if old_id not in known:
            raise BadRequest(f"原版本里没有环节“{old_id}”，请核对对应关系。")
        if new_id and new_id not in new.by_id:
            raise BadRequest(f"第 {to_version} 版里没有环节“{new_id}”，请核对对应关系。")
    return {old_id: new_id for old_id, new_id in mapping.items() if old_id != new_id}


def _definition(unit: Unit, process_key: str, version: int) -> PublishedDefinition:
    return unit.runtime.definitions.get(unit.session, unit.district_id, DefinitionKind.PROCESS, process_key, version)


def _judged(instance: ProcessInstance, found: Judgement) -> JudgedInstance:
    places = tuple((each.element_id, each.name, each.to_name) for each in found.places if each.attached_to is None)
    return JudgedInstance(instance, found.verdict, found.sentence, places)


def _standings(
    judge: Judge, olds: Mapping[int, Definition], judged: Sequence[tuple[ProcessInstance, Judgement]]
) -> tuple[Standing, ...]:
    counts: Counter[tuple[str, str, int, Verdict, str | None, str]] = Counter()
    for instance, found in judged:
        said = {} if found.examination is None else {e.element_id: e.sentence for e in found.examination.obstacles}
        for each in found.places:
            if each.attached_to is None:
                sentence = said.get(each.element_id, "")
                place = (each.element_id, each.name, instance.version, each.verdict, each.to_element_id, sentence)
                counts[place] += 1
    made = []
    for (element_id, name, version, verdict, to, sentence), count in counts.items():
        fitting = tuple(engine.targets(olds[version], judge.new, element_id, judge.mapping))
        made.append(Standing(element_id, name, version, verdict, to, count, sentence, fitting))
    order = list(Verdict)
    return tuple(sorted(made, key=lambda each: (-order.index(each.verdict), each.version, each.name)))


def _forgotten(judge: Judge, olds: Mapping[int, Definition], done: set[str]) -> tuple[ElementInfo, ...]:
    asked = {name for old in olds.values() for name in judge.separated(old)} & done
    gone = asked - judge.new.by_id.keys()
    found = {each.id: each for old in olds.values() for each in old.elements if each.id in gone}
    return tuple(found[name] for name in sorted(found))


def target_versions(runtime: Runtime, process_key: str, *, by: Actor) -> list[int]:
    """The published versions of a process, the newest first."""
    found = definitions.list_definitions(runtime.session(), by.district_id, DefinitionKind.PROCESS)
    return [each.version for each in found if each.key == process_key]


def instance_ids(plan: MigrationPlan, *, verdicts: Collection[Verdict]) -> list[UUID]:
    """The instances of a plan with one of these verdicts."""
    return [each.instance.id for each in plan.instances if each.verdict in verdicts]
