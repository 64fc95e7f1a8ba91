"""Is this diagram fit to be published? Findings in plain Chinese, with stable codes (docs/checks.md)."""

from processes.checks.catalogue import Catalogue, FormInfo, HandlerInfo, ParameterInfo, Values
from processes.checks.checker import FormChecker, check_files
from processes.checks.dependencies import dependencies
from processes.checks.engine_view import EngineReader
from processes.checks.files import read_diagram
from processes.checks.finding import Finding, describe, has_errors
from processes.checks.interface import Interface
from processes.checks.novelties import Novelty, novelties
from processes.checks.published import read_interface, read_results

__all__ = [
    "Catalogue",
    "EngineReader",
    "Finding",
    "FormChecker",
    "FormInfo",
    "HandlerInfo",
    "Interface",
    "Novelty",
    "ParameterInfo",
    "Values",
    "check_files",
    "dependencies",
    "describe",
    "has_errors",
    "novelties",
    "read_diagram",
    "read_interface",
    "read_results",
]
