"""What the doctor says of a file, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from processes.checks.codes import Severity


class Fate(StrEnum):
    """What becomes of one element, attribute or extension of the imported file."""

    KEPT = "kept"
    MAPPED = "mapped"  # says the same in our words now
    IGNORED = "ignored"  # stays in the file, has no effect here
    NOT_RUNNABLE = "not_runnable"  # stays in the file and keeps it from running
    DROPPED = "dropped"  # taken out by a fix somebody asked for


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person picks with a fix. `kind` is role, handler, form, deadline, process, flow or text.

    `options` are values with their Chinese names; empty for free text. `proposed` is the best guess, if any.
    """

    kind: str
    options: tuple[tuple[str, str], ...] = ()
    proposed: str | None = None


@dataclass(frozen=True, slots=True)
class Fix:
    """One click. `is_certain`: there is only one sensible way, so it may be done together with all such."""

    id: str
    title: str
    is_certain: bool = False
    choice: Choice | None = None


@dataclass(frozen=True, slots=True)
class Symptom:
    """One thing that keeps the diagram from running (`error`) or from running as meant (`warning`)."""

    code: str
    severity: Severity
    element_id: str | None
    line: int | None
    message: str
    fixes: tuple[Fix, ...] = ()


@dataclass(frozen=True, slots=True)
class Account:
    """What became of one thing of the source. `attribute` is empty for the element itself."""

    element_id: str
    element: str
    attribute: str
    value: str
    fate: Fate
    words: str = ""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All symptoms, the key of the process that would run, and the account of everything the file holds."""

    process_key: str | None
    symptoms: tuple[Symptom, ...]
    report: tuple[Account, ...]

    @property
    def is_fit(self) -> bool:
        """True when nothing keeps the diagram from being published."""
        return all(one.severity != "error" for one in self.symptoms)


@dataclass(frozen=True, slots=True)
class Treated:
    """The file after some fixes, what is still wrong, and the account of everything the source held."""

    content: bytes
    diagnosis: Diagnosis
    applied: tuple[str, ...]
