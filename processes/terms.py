"""The dictionary of standard terms, and what it finds in a text (domain reference 7.2).

Findings are warnings: a reviewer accepts or rejects each. Source: 长新党政办发〔2022〕24号, 三(二)2.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

#: Text beyond this many characters in one place is not read: no clause or element is that long.
LONGEST_TEXT = 20_000
_AROUND = 6
_NUMBER = r"(?<![0-9.,])[0-9][0-9,]*(?:\.[0-9]+)?(?![0-9.,])"


@dataclass(frozen=True, slots=True)
class Term:
    """An entry: what is looked for, the term that replaces it if there is one, and why."""

    id: str
    pattern: re.Pattern[str]
    comment: str
    preferred: str | None = None
    exceptions: tuple[re.Pattern[str], ...] = ()


@dataclass(frozen=True, slots=True)
class TermFinding:
    """One use of a word the dictionary warns of. `place` is the name its text was given, `start` where it stands."""

    term: str
    place: str
    found: str
    start: int
    message: str

    @property
    def key(self) -> str:
        """Tells this finding from the others of the same texts."""
        return f"{self.term}:{self.place}:{self.start}"

    def as_data(self) -> dict[str, Any]:
        """The finding as JSON values."""
        return {
            "key": self.key,
            "term": self.term,
            "place": self.place,
            "found": self.found,
            "start": self.start,
            "message": self.message,
        }


@cache
def dictionary() -> tuple[Term, ...]:
    """All entries, the rule that amounts carry a unit last."""
    data = tomllib.loads(files("processes").joinpath("terms.toml").read_text(encoding="utf-8"))
    terms = [
        Term(
            entry["id"],
            re.compile(entry["pattern"]),
            entry["comment"],
            entry.get("preferred"),
            tuple(re.compile(text) for text in entry.get("except", ())),
        )
        for entry in data["term"]
    ]
    return (*terms, _amounts(data["amounts"]))


def _amounts(data: Mapping[str, Any]) -> Term:
    """A number soon after a word that announces money, with no unit behind it."""
    words = "|".join(map(re.escape, data["words"]))
    units = "|".join(map(re.escape, data["units"]))
    pattern = rf"(?:{words})[^。；，、\n0-9]{{0,6}}{_NUMBER}(?!\s?(?:{units}|[-—至~～]))"
    return Term("amount_without_unit", re.compile(pattern), data["comment"])


def lint(texts: Mapping[str, str]) -> tuple[TermFinding, ...]:
    """What the dictionary warns of in named texts (place -> text), in the order of the texts."""
    return tuple(finding for place, text in texts.items() for finding in _findings(place, text[:LONGEST_TEXT]))


def _findings(place: str, text: str) -> list[TermFinding]:
    found = [
        TermFinding(term.id, place, match.group().strip(), match.start(), _message(term, match.group().strip()))
        for term in dictionary()
        for match in _matches(term, text)
    ]
    return sorted(found, key=lambda finding: (finding.start, finding.term))


def _matches(term: Term, text: str) -> Iterator[re.Match[str]]:
    for match in term.pattern.finditer(text):
        begin, end = max(match.start() - _AROUND, 0), match.end() + _AROUND
        if not any(
            _overlaps(each, text[begin:end], match.start() - begin, match.end() - begin) for each in term.exceptions
        ):
            yield match


def _overlaps(exception: re.Pattern[str], window: str, start: int, end: int) -> bool:
    """True when the exception covers a part of what was found."""
    return any(each.start() < end and each.end() > start for each in exception.finditer(window))


def _message(term: Term, found: str) -> str:
    advice = f"建议改为“{term.preferred}”。" if term.preferred else ""
    return f"“{found}”：{term.comment}{advice}"
