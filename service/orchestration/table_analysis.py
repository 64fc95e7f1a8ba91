"""What can be said of a decision table while it is edited: its gaps and overlaps, and how its tests go. Read only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from processes import decisions
from processes.actors import Actor
from processes.calendar import feel_functions
from processes.checks import Finding
from processes.decisions.coverage import Coverage, analyse
from processes.decisions.reader import read
from processes.errors import DefinitionRefused, ProcessError
from processes.feel import FeelError, names_used
from processes.scenarios import Case
from service.orchestration import deployments
from service.orchestration.runtime import Runtime
from service.orchestration.trying import CaseResult, run_scenarios, scenarios_of


@dataclass(frozen=True, slots=True)
class Tested:
    """One test of the table: the rules that took it, and how the result differs (None when it is as expected)."""

    name: str
    rules: tuple[str, ...]
    difference: str | None


@dataclass(frozen=True, slots=True)
class TableAnalysis:
    """`table` is None when the file does not read or the decision is no table; the findings say why."""

    findings: tuple[Finding, ...]
    table: decisions.Table | None = None
    coverage: Coverage | None = None
    names: tuple[tuple[str, ...], ...] = ()  # per input column: the data it reads
    tested: tuple[Tested, ...] = ()


def analyse_table(runtime: Runtime, key: str, files: Mapping[str, bytes], *, by: Actor) -> TableAnalysis:
    """The analysis of decision `key` of the `.dmn` among the files; tests come from a `.scenarios` beside it.

    Raises Forbidden. What is wrong with the files is part of the answer.
    """
    findings = tuple(deployments.check(runtime, files, by=by))
    content = next((content for name, content in files.items() if name.endswith(".dmn")), b"")
    try:
        decision = read(content).decisions.get(key)
    except decisions.DecisionError:
        return TableAnalysis(findings)
    table = None if decision is None else decision.table
    if table is None:
        return TableAnalysis(findings)
    names = tuple(_names(column.expression) for column in table.inputs)
    return TableAnalysis(findings, table, analyse(table), names, _tested(runtime, key, files, content, by=by))


def _names(expression: str) -> tuple[str, ...]:
    try:
        return tuple(sorted(names_used(expression)))
    except FeelError:
        return ()


def _tested(runtime: Runtime, key: str, files: Mapping[str, bytes], content: bytes, *, by: Actor) -> tuple[Tested, ...]:
    brought = {name: each for name, each in files.items() if name.endswith(".scenarios")}
    if not brought:
        return ()
    try:
        if not scenarios_of(runtime, brought, key, by=by).is_table:
            return ()
        report = run_scenarios(runtime, files, by=by, keys=[key]).of(key)
    except DefinitionRefused:
        return ()  # among the findings
    results = [each for each in (report.results if report else ()) if isinstance(each, CaseResult)]
    return tuple(
        Tested(
            each.name,
            _rules(runtime, content, key, each.case, by=by),
            None if each.difference is None else each.difference.sentence,
        )
        for each in results
    )


def _rules(runtime: Runtime, content: bytes, key: str, case: Case, *, by: Actor) -> tuple[str, ...]:
    functions = feel_functions(lambda: runtime.calendars.current(runtime.session(), by.district_id))
    try:
        return decisions.matching_rules(content, key, case.inputs, functions)
    except ProcessError:
        return ()  # said by the difference of the test
