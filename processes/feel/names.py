"""Names that are more than one word. FEEL can only read them when it knows them (DMN 1.5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from processes.feel.lexer import END, NUMBER, SIGN, WORD, Token, tokenize

#: Supplied by the host through `functions`, but always readable, so that checks need no list of them.
HOST_FUNCTIONS = ("now", "today", "working days before", "working days after")
PROPERTIES = ("time offset", "start included", "end included")
_MAX_SEEN = 500  # values looked at when collecting names from nested data
_JOINING = frozenset("+-*/.'")

Pattern = tuple[tuple[str, bool], ...]  # (token text, white space before it)


class NameTable:
    """Multi-word names by their first word, longest first."""

    def __init__(self, names: Iterable[str]) -> None:
        self._by_first: dict[str, list[tuple[Pattern, str]]] = {}
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        """Make a name readable. Names of one word need not be added and are ignored."""
        pattern = _pattern(name)
        if len(pattern) > 1:
            known = self._by_first.setdefault(pattern[0][0], [])
            if all(name != other for _, other in known):
                known.append((pattern, name))
                known.sort(key=lambda entry: len(entry[0]), reverse=True)

    def match(self, tokens: Sequence[Token], index: int) -> tuple[str, int] | None:
        """The longest known name that starts at a token, and how many tokens it takes."""
        for pattern, name in self._by_first.get(tokens[index].text, ()):
            if _fits(pattern, tokens, index):
                return name, len(pattern)
        return None


def _fits(pattern: Pattern, tokens: Sequence[Token], index: int) -> bool:
    if index + len(pattern) > len(tokens):
        return False
    for offset, (text, spaced) in enumerate(pattern):
        token = tokens[index + offset]
        if token.text != text or (offset and token.spaced != spaced):
            return False
    return True


def _pattern(name: str) -> Pattern:
    tokens, problems = tokenize(name)
    readable = not problems and tokens[0].kind == WORD and len(tokens) <= 16
    parts = tokens[:-1] if readable else []
    if any(not _may_join(token) for token in parts):
        return ()
    return tuple((token.text, token.spaced) for token in parts)


def _may_join(token: Token) -> bool:
    return token.kind in (WORD, NUMBER) or (token.kind == SIGN and all(each in _JOINING for each in token.text))


def composite_names(data: Mapping[str, Any]) -> frozenset[str]:
    """Keys of the data, nested ones included, that are not a single word."""
    found: list[str] = []
    nested: list[Any] = []
    for key, value in data.items():
        if not key.isidentifier():
            found.append(key)
        if value.__class__ is dict or value.__class__ is list:
            nested.append(value)
    if nested:
        found.extend(_nested_names(nested))
    return frozenset(found) if found else _NO_NAMES


_NO_NAMES: frozenset[str] = frozenset()


def _nested_names(pending: list[Any]) -> Iterator[str]:
    seen = 0
    while pending and seen < _MAX_SEEN:
        value = pending.pop()
        seen += 1
        if isinstance(value, dict):
            yield from (key for key in value if isinstance(key, str) and not key.isidentifier())
            pending.extend(each for each in value.values() if isinstance(each, dict | list))
        else:
            pending.extend(each for each in value[:_MAX_SEEN] if isinstance(each, dict | list))


def joined(tokens: Sequence[Token]) -> str:
    """The tokens of a newly declared name as the name they spell."""
    text = ""
    for token in tokens:
        text += (" " if token.spaced and text else "") + token.text
    return text


__all__ = ["END", "HOST_FUNCTIONS", "PROPERTIES", "NameTable", "composite_names", "joined"]
