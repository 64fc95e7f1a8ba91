"""What the library shows: every definition with its status, grouped by the stage of the lifecycle it belongs to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from processes.actors import Actor
from processes.stages import CALLABLE, LIFECYCLES, STAGES, TITLES
from processes.vocabulary import DefinitionKind
from service import permissions
from service.pages.translation import gettext, to_translate
from service.pages.words import DEFINITION_KINDS
from service.wiring import runtime, session
from storage.definitions import list_newest
from storage.drafts import list_drafts, list_locks
from storage.impact import count_alive_by_key
from storage.incidents import count_open_by_process
from storage.models.definitions import Definition
from storage.models.drafts import DefinitionDraft
from storage.people import names_of
from storage.publication_requests import list_open_places, list_retired

OTHERS = to_translate("其他")
_ORDER = (*LIFECYCLES, *STAGES, *CALLABLE)

#: Status -> class of its badge. The first that fits is shown.
STATUSES: Mapping[str, str] = {
    to_translate("停用"): "is-neutral",
    to_translate("待审"): "is-info",
    to_translate("已发布"): "is-good",
    to_translate("草稿"): "is-warning",
}


@dataclass(frozen=True, slots=True)
class OpenDraft:
    """Somebody's draft; `editing` while its owner holds the edit lock."""

    owner: str
    edited_at: datetime
    mine: bool
    editing: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One definition as the library lists it. `running` maps a version to its running instances, newest first.

    `version` is 0 for one that was never published; `request_id` is the request about it that is not closed.
    """

    kind: str
    key: str
    title: str
    version: int
    status: str
    edited_by: str = ""
    edited_at: datetime | None = None
    running: Mapping[int, int] = field(default_factory=dict)
    incidents: int = 0
    drafts: tuple[OpenDraft, ...] = ()
    request_id: UUID | None = None

    @property
    def tone(self) -> str:
        return STATUSES[self.status]


@dataclass(frozen=True, slots=True)
class Group:
    """A stage of the lifecycle, or what several call, with its definitions of one kind."""

    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Shelf:
    """All definitions of one kind."""

    kind: str
    title: str
    groups: tuple[Group, ...]

    @property
    def count(self) -> int:
        return sum(len(group.entries) for group in self.groups)


@dataclass(frozen=True)
class _Known:
    """What is read once for all entries. Figures and drafts are for those who work on definitions."""

    actor: Actor
    drafts: Sequence[DefinitionDraft]
    editing: frozenset[tuple[str, str, UUID]]
    waiting: Mapping[tuple[str, str], UUID]
    retired: frozenset[tuple[str, str]]
    running: Mapping[str, Mapping[int, int]]
    incidents: Mapping[str, int]
    names: Mapping[UUID, str]


def shelves(actor: Actor, *, text: str = "") -> list[Shelf]:
    """Every kind with what is published or drafted; with `text`, those whose title or key holds it."""
    published = {kind: list_newest(session(), actor.district_id, kind) for kind in DefinitionKind}
    known = _read(actor, [row for rows in published.values() for row in rows])
    return [
        Shelf(kind, gettext(DEFINITION_KINDS[kind]), _grouped(_entries(kind, published[kind], known), text))
        for kind in DefinitionKind
    ]


def sees_inside(actor: Actor) -> bool:
    """Drafts, running instances and incidents: for who works on definitions, and for those who read all."""
    return permissions.can(actor, "read_requests") or permissions.can(actor, "read_all")


def _read(actor: Actor, published: Sequence[Definition]) -> _Known:
    district_id, inside = actor.district_id, sees_inside(actor)
    drafts = list_drafts(session(), district_id) if inside else ()
    locks = list_locks(session(), district_id, at=runtime().clock.now()) if inside else ()
    people = {row.published_by for row in published} | {row.owner_id for row in drafts}
    return _Known(
        actor,
        drafts,
        frozenset((lock.kind, lock.key, lock.holder_id) for lock in locks),
        {place: row.id for place, row in list_open_places(session(), district_id).items()} if inside else {},
        frozenset(list_retired(session(), district_id)),
        count_alive_by_key(session(), district_id) if inside else {},
        count_open_by_process(session(), district_id) if inside else {},
        names_of(session(), district_id, people) if inside else {},
    )


def _entries(kind: DefinitionKind, published: Sequence[Definition], known: _Known) -> list[Entry]:
    in_force = {row.key: row for row in published}
    only_drafted = {row.key for row in known.drafts if row.kind == kind} - set(in_force)
    return [_entry(kind, key, in_force.get(key), known) for key in [*in_force, *sorted(only_drafted)]]


def _entry(kind: DefinitionKind, key: str, row: Definition | None, known: _Known) -> Entry:
    place = (kind.value, key)
    drafts = tuple(
        OpenDraft(
            known.names.get(each.owner_id, ""),
            each.edited_at,
            each.owner_id == known.actor.id,
            (*place, each.owner_id) in known.editing,
        )
        for each in known.drafts
        if (each.kind, each.key) == place
    )
    counts = known.running.get(key, {}) if kind is DefinitionKind.PROCESS else {}
    return Entry(
        kind=kind,
        key=key,
        title=key if row is None else row.title,
        version=0 if row is None else row.version,
        status=_status(place, row, known),
        edited_by=known.names.get(row.published_by, "") if row is not None else drafts[0].owner,
        edited_at=row.published_at if row is not None else drafts[0].edited_at,
        running=dict(sorted(counts.items(), reverse=True)),
        incidents=known.incidents.get(key, 0) if kind is DefinitionKind.PROCESS else 0,
        drafts=drafts,
        request_id=known.waiting.get(place),
    )


def _status(place: tuple[str, str], row: Definition | None, known: _Known) -> str:
    if place in known.retired:
        return "停用"
    if place in known.waiting:
        return "待审"
    return "草稿" if row is None else "已发布"


def _grouped(entries: Sequence[Entry], text: str) -> tuple[Group, ...]:
    wanted = [each for each in entries if text.casefold() in f"{each.title} {each.key}".casefold()]
    by_stem: dict[str, list[Entry]] = {}
    for each in wanted:
        by_stem.setdefault(_stem(each.key), []).append(each)
    stems = [info.stem for info in _ORDER if info.stem in by_stem]
    groups = [Group(gettext(TITLES[stem]), tuple(by_stem[stem])) for stem in stems]
    rest = tuple(each for stem, found in by_stem.items() if stem not in TITLES for each in found)
    return (*groups, *([Group(gettext(OTHERS), rest)] if rest else []))


def _stem(key: str) -> str:
    """The stage a definition belongs to: a process is its own, a form carries it in front."""
    return key.partition("/")[0]
