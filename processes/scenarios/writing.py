"""A scenario file as JSON again: one way of writing, so that two versions compare line by line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from processes.clock import SHANGHAI
from processes.scenarios.model import Expectation, Scenario, ScenarioFile, ServiceAnswer, Step, StepKind

#: A value that fits in a line of this width stays on it, so that a step is a line.
_WIDTH = 116


def as_file(file: ScenarioFile) -> bytes:
    """The bytes of the file; `read_scenarios` gives the same values back."""
    if file.is_table:
        cases = [{"name": each.name, "inputs": dict(each.inputs), "expect": each.expect} for each in file.cases]
        return _written({"decision": file.key, "cases": cases})
    scenarios = [as_data(each) for each in file.scenarios]
    return _written({"process": file.key, "scenarios": scenarios})


def _written(data: dict[str, Any]) -> bytes:
    return (_lines(data, "") + "\n").encode()


def _lines(value: Any, indent: str) -> str:
    """JSON in which whatever fits stands on one line."""
    short = orjson.dumps(value).decode()
    if not isinstance(value, dict | list) or not value or (indent and len(indent) + len(short) <= _WIDTH):
        return short
    deeper = indent + "  "
    if isinstance(value, list):
        return "[\n" + ",\n".join(deeper + _lines(each, deeper) for each in value) + f"\n{indent}]"
    members = (f"{deeper}{orjson.dumps(name).decode()}: {_lines(each, deeper)}" for name, each in value.items())
    return "{\n" + ",\n".join(members) + f"\n{indent}}}"


def as_data(scenario: Scenario) -> dict[str, Any]:
    """A scenario as the JSON values of the file; what says nothing is left out."""
    data: dict[str, Any] = {
        "name": scenario.name,
        "note": scenario.note,
        "at": scenario.at.astimezone(SHANGHAI).replace(tzinfo=None).isoformat(timespec="minutes"),
        "by": scenario.by if scenario.by != "发起人" else "",
        "variables": dict(scenario.variables),
        "services": {element: _services(answers) for element, answers in scenario.services.items()},
        "anchors": {name: day.isoformat() for name, day in scenario.anchors.items()},
        "limits": dict(scenario.limits),
        "handlers": "real" if scenario.real_handlers else "",
        "children": "real" if scenario.real_children else "",
        "steps": [_step(each) for each in scenario.steps],
        "expect": _expectation(scenario.expect),
    }
    return {name: value for name, value in data.items() if value not in ("", [], {})}


def _services(answers: tuple[ServiceAnswer, ...]) -> Any:
    written = [
        _said(("outputs", dict(each.outputs) or None), ("error", each.error)) or {"outputs": {}} for each in answers
    ]
    return written[0] if len(written) == 1 else written


def _step(step: Step) -> dict[str, Any]:
    outputs = "variables" if step.kind is StepKind.MESSAGE else "outputs"
    return {
        str(step.kind): step.target,
        **_said(
            ("by", step.by),
            ("item", step.item),
            ("answers", None if step.answers is None else dict(step.answers)),
            (outputs, dict(step.outputs) or None),
            ("error", step.error),
            ("refused", step.refused),
            ("expect", _expectation(step.expect) or None if step.expect is not None else None),
        ),
    }


def _expectation(expect: Expectation) -> dict[str, Any]:
    opened: list[Any] | None = None
    if expect.open is not None:
        opened = [
            each.element if each.due_on is None else {"task": each.element, "due_on": each.due_on.isoformat()}
            for each in expect.open
        ]
    lists: Mapping[str, tuple[str, ...] | None] = {
        "path": expect.path,
        "elements": expect.elements,
        "never": expect.never,
    }
    return {
        **{name: list(value) for name, value in lists.items() if value is not None},
        **_said(
            ("open", opened),
            ("end", expect.end),
            ("variables", None if expect.variables is None else dict(expect.variables)),
            ("sent", None if expect.sent is None else list(expect.sent)),
        ),
    }


def _said(*pairs: tuple[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in pairs if value is not None}
