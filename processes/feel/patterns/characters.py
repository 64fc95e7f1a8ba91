"""Which characters an escape, a dot or a class in square brackets takes."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable

Test = Callable[[str], bool]

CONTROL = {"n": "\n", "r": "\r", "t": "\t"}
PUNCTUATION = frozenset("\\|.?*+(){}[]^$-/\"',:;=<>!&#%@~` ")


def _is_word(character: str) -> bool:
    return unicodedata.category(character)[0] not in "PZC"


_ESCAPES: dict[str, Test] = {
    "d": lambda character: unicodedata.category(character) == "Nd",
    "w": _is_word,
    "s": lambda character: character in " \t\n\r",
    "i": lambda character: character.isalpha() or character in "_:",
    "c": lambda character: character.isalnum() or character in "_:-.",
}


def escape_test(letter: str) -> Test | None:
    """The test of `\\d`, `\\w`, `\\s`, `\\i`, `\\c` and their opposites in capitals; None for another letter."""
    test = _ESCAPES.get(letter.lower())
    return negated(test) if test and letter.isupper() else test


def category_test(name: str) -> Test | None:
    """The test of `\\p{name}` for a Unicode general category such as `L`, `Lu`, `Nd`; None for another name."""
    if not 1 <= len(name) <= 2 or name[0] not in "LMNPZSC":
        return None
    return lambda character: unicodedata.category(character).startswith(name)


def negated(test: Test) -> Test:
    """Takes exactly what the other does not."""
    return lambda character: not test(character)


def one_of(characters: Iterable[str], *, ignore_case: bool) -> Test:
    """Takes these characters."""
    if ignore_case:
        folded = frozenset(character.casefold() for character in characters)
        return lambda character: character.casefold() in folded
    exact = frozenset(characters)
    return lambda character: character in exact


def between(low: str, high: str, *, ignore_case: bool) -> Test:
    """Takes the characters from low to high."""
    if ignore_case:
        return lambda character: any(low <= each <= high for each in (character, character.lower(), character.upper()))
    return lambda character: low <= character <= high


def any_of(tests: list[Test]) -> Test:
    """Takes what one of the tests takes."""
    return lambda character: any(test(character) for test in tests)


def dot(*, all_characters: bool) -> Test:
    """Takes any character, line ends only when asked."""
    return (lambda _: True) if all_characters else (lambda character: character not in "\n\r")
