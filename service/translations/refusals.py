"""The refusals that lower rooms raise in Chinese, as messages of the catalogue.

A refusal is raised as a finished sentence, because whoever raises it knows no reader. Its source says how the sentence
was made: `f"任务“{task.name}”已挂起。"` becomes the message `任务“%(task_name)s”已挂起。`, and `words_of` finds for a
finished sentence the message it was made from.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from processes import errors

#: Rooms whose refusals have English words: what everybody meets at the desk. Others are shown as they are raised.
SOURCES = (
    "service/permissions.py",
    "service/approval_rules.py",
    "service/orchestration/commenting.py",
    "service/orchestration/copying.py",
    "service/orchestration/delegation.py",
    "service/orchestration/holding.py",
    "service/orchestration/taking_back.py",
    "service/orchestration/tasks.py",
    "service/orchestration/urging.py",
)
_PLACE = re.compile(r"%\((\w+)\)s")
_ERRORS = frozenset(
    name for name, each in vars(errors).items() if isinstance(each, type) and issubclass(each, errors.ProcessError)
)


def refusals(root: Path) -> set[str]:
    """The messages of every refusal raised in the rooms of `SOURCES`."""
    return {text for each in SOURCES for text in _raised(ast.parse((root / each).read_text(encoding="utf-8")))}


def _raised(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _ERRORS and node.args:
            text = _message(node.args[0])
            if text:
                yield text


def _message(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if not isinstance(node, ast.JoinedStr):
        return ""
    return "".join(
        f"%({_name(part.value)})s" if isinstance(part, ast.FormattedValue) else str(getattr(part, "value", ""))
        for part in node.values
    )


def _name(value: ast.expr) -> str:
    return re.sub(r"\W+", "_", ast.unparse(value)).strip("_")


def words_of(sentence: str, messages: frozenset[str]) -> tuple[str, Mapping[str, str]] | None:
    """(message, values) from which a finished sentence was made; None when it is none of these messages."""
    if sentence in messages:
        return sentence, {}
    for message, pattern in _patterns(messages):
        found = pattern.fullmatch(sentence)
        if found is not None:
            return message, found.groupdict()
    return None


@lru_cache(maxsize=4)
def _patterns(messages: frozenset[str]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Those that say most for themselves come first, so that a short one never takes a longer one's sentence."""
    return tuple((each, _pattern(each)) for each in sorted(_with_places(messages), key=_own_letters, reverse=True))


def _with_places(messages: Iterable[str]) -> list[str]:
    return [each for each in messages if _PLACE.search(each)]


def _own_letters(message: str) -> int:
    return len(_PLACE.sub("", message))


def _pattern(message: str) -> re.Pattern[str]:
    """One group per name; a name that comes again must say the same."""
    parts, seen = [], set[str]()
    for number, part in enumerate(_PLACE.split(message)):
        if number % 2 == 0:
            parts.append(re.escape(part))
        else:
            parts.append(f"(?P={part})" if part in seen else f"(?P<{part}>.*?)")
            seen.add(part)
    return re.compile("".join(parts), re.DOTALL)
