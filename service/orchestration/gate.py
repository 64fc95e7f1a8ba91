"""The gate before publication: the scenarios that travel with a version have to pass, and may not cover less."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from processes.actors import Actor
from processes.checks import Finding
from processes.checks.finding import found
from processes.errors import DefinitionRefused
from service.orchestration.runtime import Runtime
from service.orchestration.trying import (
    KeyReport,
    ScenarioReport,
    ScenarioResult,
    published_keys,
    run_scenarios,
    scenarios_of,
)


def refusals(runtime: Runtime, files: Mapping[str, bytes], *, by: Actor) -> list[Finding]:
    """What stands against publishing these checked files: scenarios that fail, and coverage that would be lost.

    Runs the scenarios; never call it inside a unit of work.
    """
    return findings_of(runtime, files, run_scenarios(runtime, files, by=by), by=by)


def findings_of(runtime: Runtime, files: Mapping[str, bytes], report: ScenarioReport, *, by: Actor) -> list[Finding]:
    """The same for a report that is at hand."""
    said = [_failed(key, result.name, result) for key in report.keys for result in key.failed]
    return [*said, *(finding for key in report.keys for finding in _lost(runtime, files, key, by=by))]


def concerns(runtime: Runtime, files: Mapping[str, bytes], *, by: Actor) -> bool:
    """Whether a scenario may have a word to say about these files: told by their names, before anything is read."""
    published = published_keys(runtime, by=by)
    paths = [PurePosixPath(name) for name in files]
    return any(path.suffix == ".scenarios" for path in paths) or (
        bool(published) and any(path.stem in published or path.suffix in (".form", ".dmn") for path in paths)
    )


def pass_or_refuse(runtime: Runtime, files: Mapping[str, bytes], *, by: Actor, override: str = "") -> str:
    """What the record of a publication must say of scenarios that do not pass: nothing when all do.

    The files are fit otherwise. Raises DefinitionRefused when a scenario fails or coverage is lost, unless there is a
    reason to publish all the same.
    """
    against = refusals(runtime, files, by=by)
    if not against:
        return ""
    if not override.strip():
        raise DefinitionRefused(against, "未能发布：场景没有通过，没有保存任何内容。确需发布时请写明原因。")
    return f"（有 {len(against)} 处场景没有通过，仍发布的原因：{override.strip()}）"


def _failed(report: KeyReport, name: str, result: object) -> Finding:
    difference = getattr(result, "difference", None)
    assert difference is not None
    text = f"“{report.title}”的场景“{name}”没有通过：{difference.sentence}请改流程或场景；确需发布时由审批人写明原因。"
    step = difference.element if isinstance(result, ScenarioResult) else report.key
    return found("SCENARIO_FAILED", text, file=f"{report.key}.scenarios", element_id=step)


def _lost(runtime: Runtime, files: Mapping[str, bytes], report: KeyReport, *, by: Actor) -> Iterator[Finding]:
    """Flows that the published scenarios covered and these leave out, when the scenarios themselves are changed."""
    name = f"{report.key}.scenarios"
    changed = scenarios_of(runtime, files, report.key, by=by) != scenarios_of(runtime, {}, report.key, by=by)
    if report.coverage is None or not report.coverage.missing_flows or not changed:
        return
    before = run_scenarios(runtime, {}, by=by, keys=[report.key]).keys[0].coverage
    for flow in report.coverage.missing_flows:
        if before is not None and flow.id in before.passed:
            text = f"“{report.title}”的路径“{flow.name}”原来有场景经过，现在没有了。请补上场景，或由审批人写明原因。"
            yield found("SCENARIO_COVERAGE_LOST", text, file=name, element_id=flow.id)
