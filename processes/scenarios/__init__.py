"""Scenarios: what a process owner expects of a diagram, as a file that travels with its version (docs/scenarios.md)."""

from processes.scenarios.coverage import Coverage, Ground, ground_of
from processes.scenarios.judging import Difference, judge, judge_point
from processes.scenarios.model import (
    Case,
    Expectation,
    ExpectedTask,
    Scenario,
    ScenarioFile,
    ServiceAnswer,
    Step,
    StepKind,
)
from processes.scenarios.moments import Move, clock_move
from processes.scenarios.reading import read_scenarios
from processes.scenarios.trace import OpenElement, Snapshot, Trace, Visit
from processes.scenarios.writing import as_data, as_file

__all__ = [
    "Case",
    "Coverage",
    "Difference",
    "Expectation",
    "ExpectedTask",
    "Ground",
    "Move",
    "OpenElement",
    "Scenario",
    "ScenarioFile",
    "ServiceAnswer",
    "Snapshot",
    "Step",
    "StepKind",
    "Trace",
    "Visit",
    "as_data",
    "as_file",
    "clock_move",
    "ground_of",
    "judge",
    "judge_point",
    "read_scenarios",
]
