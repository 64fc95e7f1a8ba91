"""One thing the checks found, as a plain value with a stable code."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from processes.checks.codes import CODES, Severity


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault (`error` stops a publication) or a doubt (`warning` does not) about one file or element.

    `code` is stable and part of the API; `message` is Chinese: what is wrong, at which element, what to do.
    `line` counts from 1 in the file as it was given. `path` is the counter-example, if there is one: the ids of
    elements and flows in the order a run passes them.
    """

    code: str
    severity: Severity
    element_id: str | None
    line: int | None
    file: str | None
    message: str
    path: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, str | int | tuple[str, ...] | None]:
        """Plain values for the API: the keys are the field names."""
        return asdict(self)


def found(
    code: str,
    message: str,
    *,
    file: str | None = None,
    element_id: str | None = None,
    line: int | None = None,
    path: tuple[str, ...] = (),
) -> Finding:
    """A finding whose severity comes from the table of codes.

    Raises KeyError for a code that is not in the table: a mistake of the programmer.
    """
    return Finding(code, CODES[code].severity, element_id, line, file, message, path)


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Without repetitions; by file, then errors before warnings, then line, then code."""
    return sorted(
        dict.fromkeys(findings),
        key=lambda one: (one.file or "", one.severity != "error", one.line or 0, one.code, one.element_id or ""),
    )


def has_errors(findings: Iterable[Finding]) -> bool:
    """True when at least one finding stops a publication."""
    return any(one.severity == "error" for one in findings)


def describe(findings: Iterable[Finding]) -> str:
    """All findings as text for the command line, one a line, with a closing line that counts them."""
    ordered = in_order(findings)
    if not ordered:
        return "检查通过，没有发现问题。"
    words = {"error": "错误", "warning": "提醒"}
    lines = [f"{_place(one)}{words[one.severity]} [{one.code}] {one.message}" for one in ordered]
    errors = sum(one.severity == "error" for one in ordered)
    closing = "不能发布，请先改正错误。" if errors else "可以发布。"
    return "\n".join([*lines, f"共 {errors} 个错误、{len(ordered) - errors} 个提醒，{closing}"])


def _place(one: Finding) -> str:
    if one.file is None:
        return ""
    return f"{one.file}:{one.line}: " if one.line else f"{one.file}: "
