"""Which comparison fits a file, by its name's ending."""

from __future__ import annotations

from pathlib import PurePosixPath

from processes.comparison.change import Change
from processes.comparison.diagrams import compare_diagrams
from processes.comparison.forms import compare_forms
from processes.comparison.scenarios import compare_scenarios
from processes.comparison.tables import compare_tables
from processes.errors import BadRequest

_COMPARISONS = {
    ".bpmn": compare_diagrams,
    ".form": compare_forms,
    ".dmn": compare_tables,
    ".scenarios": compare_scenarios,
}


def compare(name: str, old: bytes, new: bytes) -> tuple[Change, ...]:
    """What changed from an old to a new version of a file; `name` tells its kind by its ending.

    Equal bytes give nothing. Raises BadRequest for another kind of file, DefinitionRefused for unreadable content.
    """
    comparison = _COMPARISONS.get(PurePosixPath(name).suffix)
    if comparison is None:
        raise BadRequest(f"不能比较这种文件：{name}。可以比较流程图、表单、决策表和试运行用例。")
    return () if old == new else tuple(comparison(old, new))
