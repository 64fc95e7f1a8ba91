"""What a deadline rule is, and how the rules are read from deadline_rules.toml. Computing lives in deadlines."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from importlib import resources
from types import MappingProxyType
from typing import Any

from processes.calendar import CountMode
from processes.vocabulary import ROLES

#: Reminders go out at the start of office hours unless a rule says otherwise.
OFFICE_OPENS = time(9, 0)


class Unit(StrEnum):
    WORKING = "working"
    CALENDAR = "calendar"
    MONTH = "month"
    YEARLY = "yearly"


class Kind(StrEnum):
    """hard: breach is recorded and escalated; soft: flagged; gate: blocks a step; target: reported only."""

    HARD = "hard"
    SOFT = "soft"
    GATE = "gate"
    TARGET = "target"


class Bound(StrEnum):
    """latest: the duty is done by 24:00 of the day. earliest: the period may not end before 24:00 of the day."""

    LATEST = "latest"
    EARLIEST = "earliest"


@dataclass(frozen=True, slots=True)
class Reminder:
    """When to warn. `base` is opened, anchor, due, share (of the counted time, in percent) or month_day."""

    base: str
    amount: int = 0
    unit: str = ""
    at: time | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One duty with a date. Field meanings stand at the head of deadline_rules.toml."""

    id: str
    duty: str
    owner: str
    anchor: str
    anchor_label: str
    days: int
    kind: Kind
    warnings: tuple[Reminder, ...]
    escalation: tuple[str, ...]
    on_breach: str
    clause: str
    unit: Unit = Unit.WORKING
    mode: CountMode = CountMode.NTH_DAY
    bound: Bound = Bound.LATEST
    days_from: str | None = None
    before: str | None = None
    before_label: str = ""
    pausable: bool = False
    on: str = ""

    @property
    def direction(self) -> int:
        """-1 counts back from the anchor, +1 forward, 0 is the day itself."""
        return (self.days > 0) - (self.days < 0)


def read_rules(text: str) -> Mapping[str, Rule]:
    """The rules in a TOML text, by id. Raises ValueError naming the rule that is wrong."""
    rules: dict[str, Rule] = {}
    for rule_id, entry in tomllib.loads(text).items():
        try:
            rules[rule_id] = _read_rule(rule_id, entry)
        except (TypeError, ValueError) as error:
            raise ValueError(f"deadline rule {rule_id}: {error}") from error
    return MappingProxyType(rules)


def shipped_rules() -> Mapping[str, Rule]:
    """The rules delivered with the product (DL1 to DL25 of the domain reference)."""
    return read_rules((resources.files("processes") / "deadline_rules.toml").read_text("utf-8"))


def _read_rule(rule_id: str, entry: Mapping[str, Any]) -> Rule:
    values: dict[str, Any] = dict(entry)
    values["kind"] = Kind(values["kind"])
    values["unit"] = Unit(values.get("unit", Unit.WORKING))
    values["mode"] = CountMode(values.get("mode", CountMode.NTH_DAY))
    values["bound"] = Bound(values.get("bound", Bound.LATEST))
    values["warnings"] = tuple(parse_reminder(text) for text in values["warnings"])
    values["escalation"] = tuple(values["escalation"])
    rule = Rule(id=rule_id, **values)
    unknown = {rule.owner, *rule.escalation} - set(ROLES)
    if unknown:
        raise ValueError(f"unknown roles {sorted(unknown)}")
    if (rule.unit is Unit.YEARLY) != bool(re.fullmatch(r"\d\d-\d\d", rule.on)):
        raise ValueError("a yearly rule names its month and day in `on`, no other rule does")
    return rule


_OFFSET = re.compile(r"(opened|anchor|due)(?:([+-]\d+)(wd|d|m))?(?: (\d\d:\d\d))?")


def parse_reminder(text: str) -> Reminder:
    """Read one reminder (grammar at the head of deadline_rules.toml). Raises ValueError."""
    if match := re.fullmatch(r"(\d{1,3})%", text):
        return Reminder("share", int(match.group(1)))
    if match := re.fullmatch(r"(\d\d)-(\d\d)", text):
        return Reminder("month_day", int(match.group(1)) * 100 + int(match.group(2)))
    if match := _OFFSET.fullmatch(text):
        base, amount, unit, at = match.groups()
        return Reminder(base, int(amount or 0), unit or "", time.fromisoformat(at) if at else None)
    raise ValueError(f"cannot read the reminder {text!r}")
