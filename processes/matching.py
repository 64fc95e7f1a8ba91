"""What fits somebody (政策匹配): the structured conditions of an item against a few answers, each with its reason.

A condition without an indicator, and a question without an answer, are never guessed: they leave the item open.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from processes.item_words import Operator

_NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?")
_SEPARATORS = re.compile(r"[、,，;；/\s]+")

YES, NO = "是", "否"
#: The answer of somebody to whom none of the offered values applies.
NEITHER = "其他"


class Verdict(StrEnum):
    """How an item fits what was answered."""

    FITS = "符合"
    MAYBE = "可能符合"
    MISSES = "不符合"


class QuestionKind(StrEnum):
    NUMBER = "number"
    YES_NO = "yes_no"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Question:
    """One indicator that conditions ask about; `choices` are the values they name."""

    field: str
    kind: QuestionKind
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """One condition and how it came out: True, False, or None when it cannot be told; `wanted` in words."""

    text: str
    met: bool | None
    wanted: str = ""
    stated: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    verdict: Verdict
    reasons: tuple[Reason, ...]


def satisfies(condition: Mapping[str, Any], stated: str | None) -> bool | None:
    """Whether a stated value meets a condition; None when it cannot be told."""
    operator, wanted = condition.get("operator"), condition.get("value")
    if not operator or not stated:
        return None
    if operator in (Operator.AT_LEAST, Operator.AT_MOST):
        have, limit = _number(stated), _number(str(wanted or ""))
        if have is None or limit is None:
            return None
        return have >= limit if operator == Operator.AT_LEAST else have <= limit
    if operator == Operator.HAS:
        return stated.strip() != NO
    if operator == Operator.ONE_OF:
        return stated.strip() in _values(wanted)
    return stated.strip() == str(wanted or "").strip()


def questions_of(conditions: Iterable[Mapping[str, Any]]) -> list[Question]:
    """One question for each indicator, in the order in which they first appear."""
    asked: dict[str, list[Mapping[str, Any]]] = {}
    for condition in conditions:
        field = str(condition.get("field") or "").strip()
        if field and condition.get("operator"):
            asked.setdefault(field, []).append(condition)
    return [_question(field, rows) for field, rows in asked.items()]


def match(
    conditions: Sequence[Mapping[str, Any]], *, beneficiaries: Collection[str], who: str, answers: Mapping[str, str]
) -> Match:
    """Judge one item. One condition that is missed is enough against it; it fits when every one is met."""
    reasons = [_for_whom(beneficiaries, who)] if beneficiaries else []
    reasons += [_reason(condition, answers) for condition in conditions]
    return Match(_verdict([each.met for each in reasons]), tuple(reasons))


def _verdict(outcomes: Sequence[bool | None]) -> Verdict:
    if any(each is False for each in outcomes):
        return Verdict.MISSES
    return Verdict.FITS if outcomes and all(outcomes) else Verdict.MAYBE


def _for_whom(beneficiaries: Collection[str], who: str) -> Reason:
    return Reason(f"面向{'、'.join(beneficiaries)}", who in beneficiaries if who else None, stated=who)


def _reason(condition: Mapping[str, Any], answers: Mapping[str, str]) -> Reason:
    field = str(condition.get("field") or "").strip()
    stated = answers.get(field, "") if field else ""
    wanted = f"{field}{condition.get('operator')}{condition.get('value') or ''}" if field else ""
    return Reason(str(condition.get("text", "")), satisfies(condition, stated), wanted, stated)


def _question(field: str, conditions: Sequence[Mapping[str, Any]]) -> Question:
    operators = {each["operator"] for each in conditions}
    if operators & {Operator.AT_LEAST, Operator.AT_MOST}:
        return Question(field, QuestionKind.NUMBER)
    if operators == {Operator.HAS}:
        return Question(field, QuestionKind.YES_NO, (YES, NO))
    named: dict[str, None] = {}
    for each in conditions:
        values = _values(each.get("value")) if each["operator"] == Operator.ONE_OF else [str(each.get("value") or "")]
        named.update(dict.fromkeys(value.strip() for value in values if value.strip()))
    return Question(field, QuestionKind.CHOICE, (*named, *(() if NEITHER in named else (NEITHER,))))


def _values(wanted: object) -> list[str]:
    return _SEPARATORS.split(str(wanted or "").strip())


def _number(text: str) -> Decimal | None:
    match_ = _NUMBER.search(text)
    return None if match_ is None else Decimal(match_.group().replace(",", ""))
