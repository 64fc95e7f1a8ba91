"""One expression judged while it is typed, by the rules that judge it before publication."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from processes.checks import timers
from processes.checks.codes import CODES, Severity
from processes.checks.expressions import bare, problems, script_lines

#: What stands in the field: FEEL, lines `name = expression`, or the text of a timer of one kind.
TextKind = Literal["expression", "script", "timeDuration", "timeDate", "timeCycle"]


@dataclass(frozen=True, slots=True)
class Remark:
    """What is wrong with the text, as a Chinese sentence; `line` and `column` count from 1 in the expression."""

    code: str
    severity: Severity
    message: str
    line: int
    column: int


def remarks(text: str, kind: TextKind, *, known: frozenset[str] | None) -> list[Remark]:
    """Everything to say about the text. `known` are the names at hand there; None: names are not judged."""
    if kind == "script":
        return list(_script(text, known))
    if kind != "expression" and not text.startswith("="):
        said = timers.problem(kind, text) if text else None
        return [] if said is None else [_remark("TIMER_INVALID", said)]
    return list(_expression(bare(text), known))


def _expression(text: str, known: frozenset[str] | None, line: int = 0) -> Iterator[Remark]:
    if not text:
        return
    faults, unknown = problems(text, known=known)
    for fault in faults:
        yield _remark("EXPRESSION_INVALID", fault.message, fault.line + line, fault.column)
    for name in unknown:
        near = get_close_matches(name, known or (), n=1, cutoff=0.75)
        hint = f"是否想写 {near[0]}？" if near else "请核对名称，或在产生它的环节中声明。"
        yield _remark("UNKNOWN_NAME", f"到这里为止没有环节产生名称 {name}。{hint}", line + 1)


def _script(text: str, known: frozenset[str] | None) -> Iterator[Remark]:
    names = known
    for number, written in enumerate(text.splitlines()):
        for line in script_lines(written):
            if line.fault is not None:
                yield _remark("SCRIPT_LINE", f"第 {number + 1} 行：{line.fault}", number + 1)
                continue
            yield from _expression(line.expression, names, number)
            names = None if names is None else names | {line.name}


def _remark(code: str, message: str, line: int = 1, column: int = 1) -> Remark:
    return Remark(code, CODES[code].severity, message, line, column)
