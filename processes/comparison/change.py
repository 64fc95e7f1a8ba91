"""One thing that changed, and one thing on which two people disagree, as plain values with a Chinese sentence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ChangeKind(StrEnum):
    """What happened to a thing. `moved` is the drawing only: it changes nothing in how cases run."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between an old and a new version.

    `what` names the property in Chinese and is empty when the whole thing was added, removed or moved; `old` and
    `new` are values as people read them, None when there is none.
    """

    element_id: str
    element_name: str
    kind: ChangeKind
    what: str
    old: str | None
    new: str | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two people changed the same thing since the version both began with. The merged content keeps `mine`."""

    element_id: str
    what: str
    base: str | None
    mine: str | None
    theirs: str | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Merged:
    """The result of a three-way merge. Without conflicts it holds every change of both sides."""

    content: bytes
    conflicts: tuple[Conflict, ...]


def added(key: str, label: str) -> Change:
    """A thing that was not there."""
    return Change(key, label, ChangeKind.ADDED, "", None, label, f"新增{label}。")


def removed(key: str, label: str) -> Change:
    """A thing that is gone."""
    return Change(key, label, ChangeKind.REMOVED, "", label, None, f"删除{label}。")


def moved(key: str, label: str) -> Change:
    """A thing drawn elsewhere."""
    return Change(key, label, ChangeKind.MOVED, "", None, None, f"{label}只调整了图上的位置。")


def changed(key: str, label: str, what: str, old: str | None, new: str | None) -> Change:
    """A property with another value; a missing side is "set" or "cleared"."""
    if old is None:
        sentence = f"{label}：新设{what}“{new}”。"
    elif new is None:
        sentence = f"{label}：取消{what}“{old}”。"
    else:
        sentence = f"{label}：{what} {old} → {new}。"
    return Change(key, label, ChangeKind.CHANGED, what, old, new, sentence)
