"""Reads the table of docs/verbs.md: one cell per verb and situation."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

DOCUMENT = Path(__file__).parents[3] / "docs" / "verbs.md"
WORDS = {"允许": True, "拒绝": False}


@dataclass(frozen=True)
class Cell:
    """What the table says of a verb in a situation."""

    verb: str
    history: str
    situation: str
    allowed: bool
    words: str

    def __str__(self) -> str:
        return f"{self.verb} / {self.situation}"


def _columns(line: str) -> list[str]:
    return [each.strip() for each in line.strip().strip("|").split("|")]


def cells() -> list[Cell]:
    """Every cell of the table; fails on one that does not begin with 允许 or 拒绝."""
    lines = [line for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    head, rows = _columns(lines[0]), [_columns(line) for line in lines[2:]]
    found = []
    for verb, history, *said in rows:
        for situation, words in zip(head[2:], said, strict=True):
            assert words[:2] in WORDS, f"{verb} / {situation}: {words}"
            found.append(Cell(verb.rsplit(" ", 1)[0], history.strip("`"), situation, WORDS[words[:2]], words))
    return found
