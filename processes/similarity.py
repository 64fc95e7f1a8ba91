"""How much two short Chinese texts have in common: a screen for duplicate policies, judged by people (R25)."""

from __future__ import annotations

import unicodedata

#: Titles share words such as 若干措施 without being alike; above this a person should look.
ALIKE = 0.3
_COMMON = (
    "若干政策措施",
    "若干措施",
    "政策措施",
    "实施方案",
    "实施细则",
    "管理办法",
    "的通知",
    "关于",
    "新区",
    "促进",
    "支持",
)


def similarity(first: str, second: str) -> float:
    """The share of character pairs two texts have in common, 0 to 1, words common to most titles left out."""
    mine, theirs = _pairs(first), _pairs(second)
    if not mine or not theirs:
        return 0.0
    return 2 * len(mine & theirs) / (len(mine) + len(theirs))


def _pairs(text: str) -> frozenset[str]:
    plain = "".join(char for char in unicodedata.normalize("NFKC", text) if char.isalnum())
    for word in _COMMON:
        plain = plain.replace(word, "")
    return frozenset(plain[at : at + 2] for at in range(len(plain) - 1))
