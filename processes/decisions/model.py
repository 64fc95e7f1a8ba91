"""A DMN file as frozen values: what evaluation and the checks work on, and what screens show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class HitPolicy(StrEnum):
    """Which of several matching rules count (DMN 1.5, chapter 8)."""

    UNIQUE = "UNIQUE"
    FIRST = "FIRST"
    ANY = "ANY"
    PRIORITY = "PRIORITY"
    COLLECT = "COLLECT"
    RULE_ORDER = "RULE ORDER"
    OUTPUT_ORDER = "OUTPUT ORDER"


AGGREGATIONS = {"SUM": "+", "MIN": "<", "MAX": ">", "COUNT": "#"}


@dataclass(frozen=True, slots=True)
class Input:
    id: str
    label: str
    expression: str
    type: str
    allowed: str  # unary tests, empty when anything is allowed


@dataclass(frozen=True, slots=True)
class Output:
    id: str
    name: str
    label: str
    type: str
    allowed: str  # values from the most to the least important, empty when anything is allowed
    default: str


@dataclass(frozen=True, slots=True)
class Rule:
    id: str
    number: int  # from 1, as the editor shows it
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    annotation: str


@dataclass(frozen=True, slots=True)
class Table:
    hit_policy: str
    aggregation: str
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision. Exactly one of `table` and `literal` is set when the file is in order."""

    id: str
    name: str
    variable: str  # the name under which others see its result
    requires: tuple[str, ...]  # ids of decisions to be made before
    given: tuple[str, ...]  # names of its input data
    table: Table | None
    literal: str | None


@dataclass(frozen=True, slots=True)
class Definitions:
    decisions: Mapping[str, Decision]


@dataclass(frozen=True, slots=True)
class DecisionProblem:
    """A finding about a decision. `severity` is `error` or `warning`; `element_id` the rule, input or decision."""

    code: str
    severity: str
    element_id: str
    message: str


@dataclass(frozen=True, slots=True)
class DecisionInfo:
    """A decision and what is wrong with it."""

    decision: Decision
    problems: tuple[DecisionProblem, ...]

    @property
    def id(self) -> str:
        return self.decision.id

    @property
    def name(self) -> str:
        return self.decision.name

    @property
    def inputs(self) -> tuple[Input, ...]:
        return self.decision.table.inputs if self.decision.table else ()

    @property
    def outputs(self) -> tuple[Output, ...]:
        return self.decision.table.outputs if self.decision.table else ()

    @property
    def rules(self) -> tuple[Rule, ...]:
        return self.decision.table.rules if self.decision.table else ()

    @property
    def usable(self) -> bool:
        """May it be published?"""
        return all(problem.severity != "error" for problem in self.problems)
