"""What publishing a set of files would mean: its findings, whom it meets, and what it does for the first time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from sqlalchemy.orm import Session

from processes.actors import Actor
from processes.checks import Finding, Novelty, has_errors, novelties, read_diagram
from processes.checks.diagram import Diagram
from processes.comparison import Change, compare
from processes.vocabulary import DefinitionKind
from service import permissions
from service.orchestration import gate
from service.orchestration.deployments import findings_of
from service.orchestration.file_kinds import SUFFIXES, identify
from service.orchestration.runtime import Runtime
from service.orchestration.trying import ScenarioReport, run_scenarios
from storage.definitions import find_definition
from storage.impact import list_standing
from storage.worklists import count_alive_by_version


@dataclass(frozen=True, slots=True)
class OpenElement:
    """How many running instances stand at an element, and whether the new version still has it."""

    element_id: str
    name: str
    count: int
    kept: bool


@dataclass(frozen=True, slots=True)
class VersionImpact:
    """The running instances of one published version. They stay on it until somebody moves them."""

    version: int
    instances: int
    elements: tuple[OpenElement, ...]


@dataclass(frozen=True, slots=True)
class Impact:
    """Whom a new version of a process meets. `newest` is the version in force now, None for a new process."""

    key: str
    title: str
    newest: int | None
    versions: tuple[VersionImpact, ...]

    @property
    def instances(self) -> int:
        """All running instances, whatever their version."""
        return sum(each.instances for each in self.versions)


@dataclass(frozen=True, slots=True)
class FileChanges:
    """What a file changes against the version in force, in words; `version` is None for something new."""

    file: str
    title: str
    version: int | None
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class ScenarioOutcome:
    """One scenario that was run with the files; `sentence` is the first difference, empty when it passed."""

    key: str
    title: str
    name: str
    passed: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """All that is known before a set of files is published. With an error among the findings it cannot be.

    `changes` and `scenario_results` are told for files without errors only. A scenario that fails is no error: whoever
    approves may publish all the same, with a reason; `scenario_findings` say what that would be for.
    """

    findings: tuple[Finding, ...]
    impact: tuple[Impact, ...]
    novelties: tuple[Novelty, ...]
    changes: tuple[FileChanges, ...] = ()
    scenario_results: tuple[ScenarioOutcome, ...] = ()
    scenario_findings: tuple[Finding, ...] = ()

    @property
    def ok(self) -> bool:
        """True when nothing stands against the publication."""
        return not has_errors(self.findings)


def assess(runtime: Runtime, files: Mapping[str, bytes], *, by: Actor) -> Assessment:
    """Look at a set of files as they would be published now. Stores nothing; broken files are findings."""
    permissions.require(by, "check")
    found = assessed(runtime, runtime.session(), by.district_id, files)
    if not found.ok or not permissions.can(by, "try_out") or not gate.concerns(runtime, files, by=by):
        return found
    report = run_scenarios(runtime, files, by=by)
    against = gate.findings_of(runtime, files, report, by=by)
    return replace(found, scenario_results=tuple(_outcomes(report)), scenario_findings=tuple(against))


def _outcomes(report: ScenarioReport) -> Iterator[ScenarioOutcome]:
    for key in report.keys:
        for each in key.results:
            said = "" if each.difference is None else each.difference.sentence
            yield ScenarioOutcome(key.key, key.title, each.name, each.passed, said)


def assessed(runtime: Runtime, session: Session, district_id: str, files: Mapping[str, bytes]) -> Assessment:
    """The same for whoever has the right already, in the session of a running transaction."""
    diagrams = [found for found in (_diagram(name, content) for name, content in files.items()) if found is not None]
    findings = findings_of(runtime, session, district_id, files)
    sound = {} if has_errors(findings) else files
    return Assessment(
        findings=tuple(findings),
        impact=tuple(_impact(session, district_id, each) for each in diagrams),
        novelties=tuple(new for each in diagrams for new in _novelties(runtime, session, district_id, each)),
        changes=tuple(_changes(session, district_id, name, content) for name, content in sound.items()),
    )


def _changes(session: Session, district_id: str, name: str, content: bytes) -> FileChanges:
    kind, key, title = identify(name, content)[0]
    stored = find_definition(session, district_id, kind, key)
    if stored is None:
        return FileChanges(name, title, None, ())
    return FileChanges(name, title, stored.version, compare(name, stored.content, content))


def _diagram(name: str, content: bytes) -> Diagram | None:
    """The diagram of a file that has a process to run; whatever is wrong with it is told by the findings."""
    if SUFFIXES.get(PurePosixPath(name).suffix) is not DefinitionKind.PROCESS:
        return None
    diagram, _ = read_diagram(name, content)
    return diagram if diagram is not None and diagram.executable is not None else None


def _key(diagram: Diagram) -> str:
    assert diagram.executable is not None
    return diagram.executable.id


def _impact(session: Session, district_id: str, diagram: Diagram) -> Impact:
    assert diagram.executable is not None
    key, kept = _key(diagram), {node.id for node in diagram.nodes()}
    newest = find_definition(session, district_id, DefinitionKind.PROCESS, key)
    standing = list_standing(session, district_id, key)
    versions = tuple(
        VersionImpact(
            version,
            count,
            tuple(
                OpenElement(each.element_id, each.name, each.count, each.element_id in kept)
                for each in standing
                if each.version == version
            ),
        )
        for version, count in sorted(count_alive_by_version(session, district_id, key).items(), reverse=True)
    )
    return Impact(key, diagram.executable.name or key, None if newest is None else newest.version, versions)


def _novelties(runtime: Runtime, session: Session, district_id: str, diagram: Diagram) -> list[Novelty]:
    stored = find_definition(session, district_id, DefinitionKind.PROCESS, _key(diagram))
    old = None if stored is None else read_diagram(f"{stored.key}.bpmn", stored.content)[0]
    return novelties(diagram, old, registered=runtime.handlers.handlers)
