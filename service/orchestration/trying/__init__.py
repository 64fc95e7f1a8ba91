"""Try it: run the scenarios of a set of files against what is published, in isolation (docs/scenarios.md)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from processes import decisions
from processes.actors import Actor
from processes.calendar import feel_functions
from processes.errors import ProcessError
from processes.feel import to_plain
from processes.scenarios import (
    Case,
    Coverage,
    Difference,
    Scenario,
    ScenarioFile,
    Trace,
    ground_of,
    judge,
    read_scenarios,
)
from processes.vocabulary import DefinitionKind
from service import permissions
from service.orchestration.file_kinds import SUFFIXES, identify
from service.orchestration.runtime import Runtime
from service.orchestration.trying.playing import play
from storage.definitions import find_definition, list_newest

__all__ = [
    "CaseResult",
    "KeyReport",
    "ScenarioReport",
    "ScenarioResult",
    "play",
    "published_keys",
    "run_scenarios",
    "scenarios_of",
]


@dataclass(frozen=True, slots=True)
class ScenarioResult:
    """One scenario: what it did, and the first difference to what was expected (None when it passed)."""

    name: str
    scenario: Scenario
    trace: Trace
    difference: Difference | None

    @property
    def passed(self) -> bool:
        return self.difference is None


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One row of a test of a decision table."""

    name: str
    case: Case
    difference: Difference | None

    @property
    def passed(self) -> bool:
        return self.difference is None


@dataclass(frozen=True, slots=True)
class KeyReport:
    """All scenarios of one process (or cases of one decision), with the coverage of the whole set."""

    key: str
    title: str
    results: tuple[ScenarioResult | CaseResult, ...]
    coverage: Coverage | None = None

    @property
    def failed(self) -> tuple[ScenarioResult | CaseResult, ...]:
        return tuple(each for each in self.results if not each.passed)


@dataclass(frozen=True, slots=True)
class ScenarioReport:
    """What trying a set of files said."""

    keys: tuple[KeyReport, ...]

    @property
    def ok(self) -> bool:
        return not any(each.failed for each in self.keys)

    @property
    def ran(self) -> int:
        return sum(len(each.results) for each in self.keys)

    def of(self, key: str) -> KeyReport | None:
        return next((each for each in self.keys if each.key == key), None)


def run_scenarios(
    runtime: Runtime, files: Mapping[str, bytes], *, by: Actor, keys: Collection[str] | None = None
) -> ScenarioReport:
    """Run every scenario that these files touch (or those of `keys`), with the files laid over what is published.

    The scenarios of a process are those in the files, else the published ones. Touched are processes and decisions
    whose scenarios or definition are in the files, and processes that use a form or table of the files. Call it
    outside of a unit of work. Raises Forbidden, and DefinitionRefused for scenarios that do not read.
    """
    permissions.require(by, "try_out")
    asked = sorted(touched(runtime, files, by=by) if keys is None else keys)
    tried = {name: content for name, content in files.items() if PurePosixPath(name).suffix in SUFFIXES}
    return ScenarioReport(tuple(_of_key(runtime, tried, key, by=by) for key in asked))


def scenarios_of(runtime: Runtime, files: Mapping[str, bytes], key: str, *, by: Actor) -> ScenarioFile:
    """The scenarios of a process or decision: in the files, else published; none is an empty file."""
    for name, content in files.items():
        if PurePosixPath(name).suffix == ".scenarios":
            found = read_scenarios(content)
            if found.key == key:
                return found
    stored = find_definition(runtime.session(), by.district_id, DefinitionKind.SCENARIOS, key)
    return ScenarioFile(key) if stored is None else read_scenarios(stored.content)


def _of_key(runtime: Runtime, files: Mapping[str, bytes], key: str, *, by: Actor) -> KeyReport:
    scenarios = scenarios_of(runtime, files, key, by=by)
    if scenarios.is_table:
        content, title = _content(runtime, files, DefinitionKind.DECISION, key, by=by) or (b"", key)
        return KeyReport(key, title, tuple(_case(runtime, content, key, each, by=by) for each in scenarios.cases))
    found = _content(runtime, files, DefinitionKind.PROCESS, key, by=by)
    results = tuple(_one(runtime, files, key, each, by=by) for each in scenarios.scenarios)
    if found is None:
        return KeyReport(key, key, results)
    coverage = Coverage.of(ground_of(found[0]), [each.trace for each in results])
    return KeyReport(key, found[1], results, coverage)


def _one(runtime: Runtime, files: Mapping[str, bytes], key: str, scenario: Scenario, *, by: Actor) -> ScenarioResult:
    try:
        trace = play(runtime, files, key, scenario, by=by)
    except ProcessError as error:
        trace = Trace(key, stopped=error.message, stopped_at=0)
    return ScenarioResult(scenario.name, scenario, trace, judge(scenario, trace))


def _case(runtime: Runtime, content: bytes, key: str, case: Case, *, by: Actor) -> CaseResult:
    """A decision table asks nothing of the database but the working calendar."""
    functions = feel_functions(lambda: runtime.calendars.current(runtime.session(), by.district_id))
    try:
        answer = decisions.evaluate(content, key, case.inputs, functions)
    except ProcessError as error:
        return CaseResult(case.name, case, Difference(f"决策表没有给出结果：{error.message}", key))
    got = {name: to_plain(value) for name, value in answer.items()} if isinstance(answer, dict) else to_plain(answer)
    expected = case.expect
    if isinstance(got, dict) and not isinstance(expected, dict) and len(got) == 1:
        got = next(iter(got.values()))
    if got == expected:
        return CaseResult(case.name, case, None)
    return CaseResult(case.name, case, Difference(f"应得 {expected}，实得 {got}。", key))


def _content(
    runtime: Runtime, files: Mapping[str, bytes], kind: DefinitionKind, key: str, *, by: Actor
) -> tuple[bytes, str] | None:
    """(bytes, title) of a definition: in the files, else published."""
    for name, content in files.items():
        if SUFFIXES[PurePosixPath(name).suffix] is kind:
            for _, found, title in identify(name, content):
                if found == key:
                    return content, title
    stored = find_definition(runtime.session(), by.district_id, kind, key)
    return None if stored is None else (stored.content, stored.title)


def touched(runtime: Runtime, files: Mapping[str, bytes], *, by: Actor) -> set[str]:
    """The keys whose scenarios have a word to say about these files."""
    own: set[str] = set()
    uses: set[bytes] = set()
    for name, content in files.items():
        if PurePosixPath(name).suffix not in SUFFIXES:
            continue
        for kind, key, _ in identify(name, content):
            if kind in (DefinitionKind.PROCESS, DefinitionKind.SCENARIOS, DefinitionKind.DECISION):
                own.add(key)
            if kind in (DefinitionKind.FORM, DefinitionKind.DECISION):
                uses |= {f'value="{key}"'.encode(), f">{key}<".encode()}
    published = published_keys(runtime, by=by)
    brought = set(_brought(files))
    return {key for key in own if key in published | brought} | set(
        _users_of(runtime, uses, published - own, by=by) if uses else ()
    )


def published_keys(runtime: Runtime, *, by: Actor) -> set[str]:
    """The processes and decisions that have published scenarios."""
    return {row.key for row in list_newest(runtime.session(), by.district_id, DefinitionKind.SCENARIOS)}


def _brought(files: Mapping[str, bytes]) -> Iterator[str]:
    return (
        read_scenarios(content).key for name, content in files.items() if PurePosixPath(name).suffix == ".scenarios"
    )


def _users_of(runtime: Runtime, uses: set[bytes], keys: Collection[str], *, by: Actor) -> Iterator[str]:
    for key in keys:
        stored = find_definition(runtime.session(), by.district_id, DefinitionKind.PROCESS, key)
        if stored is not None and any(each in stored.content for each in uses):
            yield key
