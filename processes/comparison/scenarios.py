"""Two versions of a scenario file, told by the scenarios' names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from processes.comparison.change import Change, added, changed, removed
from processes.comparison.documents import flattened, read_document

_LISTS = ("scenarios", "tests")
_LABELS = {
    "at": "开始时刻",
    "variables": "发起时的内容",
    "steps": "步骤",
    "services": "自动环节的结果",
    "expect": "预期",
    "inputs": "输入",
    "expected": "预期结果",
    "by": "办理人",
    "anchors": "起算日",
    "clock": "时间推移",
}


def compare_scenarios(old: bytes, new: bytes) -> Iterator[Change]:
    """Every difference, in the order of the new file; what is gone comes last."""
    before, after = _named(read_document(old)), _named(read_document(new))
    for name, one in after.items():
        label = f"用例“{name}”"
        if name not in before:
            yield added(name, label)
            continue
        earlier, facts = dict(flattened(before[name])), dict(flattened(one))
        for fact in dict.fromkeys([*earlier, *facts]):
            if earlier.get(fact) != facts.get(fact):
                yield changed(name, label, _what(fact), earlier.get(fact), facts.get(fact))
    yield from (removed(name, f"用例“{name}”") for name in before if name not in after)


def _what(fact: str) -> str:
    """`steps.3.answers.result` as "步骤 3 answers.result": the house's words first, then the path as written."""
    head, _, rest = fact.partition(".")
    return " ".join([_LABELS.get(head, head), *rest.split(".", 1)]).strip()


def _named(data: Mapping[str, Any]) -> dict[str, Any]:
    listed = [one for key in _LISTS for one in data.get(key) or [] if isinstance(one, dict)]
    return {str(one.get("name", number)): one for number, one in enumerate(listed, start=1)}
