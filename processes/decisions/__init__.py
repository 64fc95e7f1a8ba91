"""Decision tables and decision expressions in DMN files (`.dmn`)."""

from processes.decisions.errors import DecisionError
from processes.decisions.evaluation import evaluate, matching_rules
from processes.decisions.inspection import inspect
from processes.decisions.model import Decision, DecisionInfo, DecisionProblem, HitPolicy, Input, Output, Rule, Table

__all__ = [
    "Decision",
    "DecisionError",
    "DecisionInfo",
    "DecisionProblem",
    "HitPolicy",
    "Input",
    "Output",
    "Rule",
    "Table",
    "evaluate",
    "inspect",
    "matching_rules",
]
