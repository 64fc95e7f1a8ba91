"""Compare a run with what was expected: the first difference, as a sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from processes.scenarios.model import Expectation, ExpectedTask, Scenario
from processes.scenarios.trace import OpenElement, Snapshot, Trace, Visit


@dataclass(frozen=True, slots=True)
class Difference:
    """Expected and got, at which element and after which step (0 is the start; None is the end)."""

    sentence: str
    element: str | None = None
    step: int | None = None


def judge(scenario: Scenario, trace: Trace) -> Difference | None:
    """The first difference between the run and the scenario; None when all is as expected."""
    for snapshot in trace.snapshots:
        step = scenario.steps[snapshot.step - 1] if snapshot.step else None
        if step is not None and step.expect is not None and snapshot.step != trace.stopped_at:
            found = judge_point(step.expect, snapshot, trace)
            if found is not None:
                return found
    if trace.stopped is not None:
        return Difference(trace.stopped, trace.stopped_element, trace.stopped_at)
    return next(_at_end(scenario.expect, trace), None)


def judge_point(expect: Expectation, snapshot: Snapshot, trace: Trace) -> Difference | None:
    """The first difference at one point of the run."""
    place = f"第 {snapshot.step} 步（{snapshot.words}）之后："
    if expect.open is not None:
        found = _open(expect.open, snapshot.open, trace)
        if found is not None:
            return Difference(place + found[0], found[1], snapshot.step)
    if expect.variables is not None:
        found = _variables(expect.variables, snapshot.variables)
        if found is not None:
            return Difference(place + found[0], None, snapshot.step)
    return None


def _at_end(expect: Expectation, trace: Trace) -> Iterator[Difference]:
    yield from _never(expect.never or (), trace)
    yield from _path(expect.path or (), trace)
    visited = {visit.element for visit in trace.visits}
    for element in expect.elements or ():
        if element not in visited:
            yield Difference(f"应经过环节{trace.called(element)}，实际没有经过。", element)
    if expect.end is not None and expect.end != trace.end:
        yield _end(expect.end, trace)
    if expect.open is not None:
        found = _open(expect.open, trace.open, trace)
        if found is not None:
            yield Difference(f"最后：{found[0]}", found[1])
    if expect.variables is not None:
        found = _variables(expect.variables, trace.variables)
        if found is not None:
            yield Difference(f"最后：{found[0]}")
    for name in expect.sent or ():
        if name not in trace.sent:
            sent = "、".join(trace.sent) or "没有发出任何消息"
            yield Difference(f"应发出消息“{name}”，实际：{sent}。")


def _never(never: tuple[str, ...], trace: Trace) -> Iterator[Difference]:
    forbidden = set(never)
    for visit in trace.visits:
        if visit.element in forbidden:
            yield Difference(f"不应经过{trace.called(visit.element)}，实际经过了。", visit.element, visit.step)


def _path(path: tuple[str, ...], trace: Trace) -> Iterator[Difference]:
    """The first element of the expected path that does not come any more, and what came in its place."""
    taken = [visit.element for visit in trace.visits]
    at = 0
    for number, element in enumerate(path):
        try:
            at = taken.index(element, at) + 1
        except ValueError:
            before = f"在{trace.called(path[number - 1])}之后" if number else "一开始"
            came = [each.element for each in trace.visits[at:] if _is_stop(each)] if trace.end is not None else []
            instead = f"实际走到{trace.called(came[0])}" if came else _where(trace)
            yield Difference(f"{before}应走到{trace.called(element)}，{instead}。", element)
            return


def _is_stop(visit: Visit) -> bool:
    """What people take for a place on the way: neither a flow nor a gateway."""
    return not visit.is_flow and not visit.kind.endswith("Gateway")


def _end(end: str, trace: Trace) -> Difference:
    if trace.end is None:
        return Difference(f"应在{trace.called(end)}结束，{_where(trace)}。", end)
    return Difference(f"应在{trace.called(end)}结束，实际在{trace.called(trace.end)}结束。", trace.end)


def _where(trace: Trace) -> str:
    if trace.end is not None:
        return f"实际已在{trace.called(trace.end)}结束"
    waiting = "、".join(dict.fromkeys(trace.called(each.element) for each in trace.open))
    return f"实际停在{waiting}" if waiting else "实际没有再往下走"


def _open(
    expected: tuple[ExpectedTask, ...], found: tuple[OpenElement, ...], trace: Trace
) -> tuple[str, str | None] | None:
    tasks = [each for each in found if each.kind == "task"]
    missing = Counter(each.element for each in expected) - Counter(each.element for each in tasks)
    beyond = Counter(each.element for each in tasks) - Counter(each.element for each in expected)
    if missing or beyond:
        want = "、".join(trace.called(each.element) for each in expected) or "没有任务"
        have = "、".join(trace.called(each.element) for each in tasks) or "没有任务"
        return f"应打开的任务是{want}，实际打开的是{have}。", next(iter(missing or beyond))
    for each in expected:
        days = {task.due_on for task in tasks if task.element == each.element}
        if each.due_on is not None and each.due_on not in days:
            have = "、".join("没有期限" if day is None else day.isoformat() for day in days)
            return f"任务{trace.called(each.element)}的期限应为 {each.due_on}，实际为 {have}。", each.element
    return None


def _variables(expected: Mapping[str, Any], found: Mapping[str, Any]) -> tuple[str, str | None] | None:
    for name, value in expected.items():
        if name not in found and value is not None:
            return f"数据“{name}”应为 {_shown(value)}，实际没有这一项。", None
        if found.get(name) != value:
            return f"数据“{name}”应为 {_shown(value)}，实际为 {_shown(found.get(name))}。", None
    return None


def _shown(value: Any) -> str:
    words: dict[Any, str] = {None: "空", True: "是", False: "否"}
    if value is None or isinstance(value, bool):
        return words[value]
    return f"“{value}”"
