"""What every verb needs, gathered once at start-up, and the unit of work in which each verb runs.

Nothing else in the house commits. A verb's rows are collected and written together just before the commit,
so that a completion costs a handful of statements whatever its process looks like.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import insert
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from handlers.stage import Registry
from processes.actors import Actor
from processes.calendar import WorkingCalendar
from processes.channels import ChannelAdapter
from processes.clock import Clock, business_date
from processes.errors import Conflict, HandlerFault, ProcessError
from processes.notice_channels import NoticeChannel
from service.orchestration.held_posts import HeldPosts
from storage.agencies import principals_of_cases
from storage.calendars import CalendarSource
from storage.db import WRITE, Base, table_of, turn_to_write
from storage.definitions import DefinitionMemory
from storage.history import ChainKey, HistoryEntry, append
from storage.jobs import JobBackend, NewJob, guard
from storage.models.instances import IdempotencyKey, ProcessInstance, Submission, Task, TaskSeparation, Wait
from storage.models.notices import Notice
from storage.models.records import Deadline

T = TypeVar("T")
log = logging.getLogger(__name__)

#: The order in which collected rows are written: parents before children.
WRITE_ORDER: tuple[type[Base], ...] = (Task, TaskSeparation, Wait, Deadline, Submission, IdempotencyKey, Notice)


#: After these rows of history somebody may have to be told; the job of that name finds out whom.
_TELLING = frozenset(
    ("task_completed", "elements_passed", "message_received", "instance_completed", "instance_terminated")
)
TELL = "tell_step"

#: Built once: every unit of work runs some of them.
_INSERTS = {model: insert(table_of(model)) for model in WRITE_ORDER}


@dataclass(frozen=True)
class Runtime:
    """The wiring of one running service. Built by `create_app`; tests build the same."""

    session: Callable[[], Session]
    clock: Clock
    calendars: CalendarSource
    handlers: Registry
    jobs: JobBackend
    chain_key: ChainKey
    data_dir: Path
    definitions: DefinitionMemory = field(default_factory=DefinitionMemory)
    held_posts: HeldPosts = field(default_factory=HeldPosts)
    channels: Mapping[str, ChannelAdapter] = field(default_factory=dict)
    notice_channels: Mapping[str, NoticeChannel] = field(default_factory=dict)
    second_person: bool = True  # whoever asks for a publication may not approve it
    site_url: str = ""  # put before links in what leaves the house
    wake_worker: Callable[[], None] = lambda: None


@dataclass
class Unit:
    """One transaction of one verb: the session, the moment, who acts, and the rows to write at its end."""

    runtime: Runtime
    session: Session
    actor: Actor
    now: datetime
    rows: dict[type[Base], list[dict[str, Any]]] = field(default_factory=dict)
    history: list[tuple[ProcessInstance, HistoryEntry]] = field(default_factory=list)
    jobs: list[NewJob] = field(default_factory=list)
    opened: list[dict[str, Any]] = field(default_factory=list)  # user tasks opened here, children's included
    after_commit: list[Callable[[], None]] = field(default_factory=list)
    parts: list[Unit] = field(default_factory=list)  # what is done in other people's names, after this one's own

    @property
    def today(self) -> date:
        return business_date(self.now)

    @property
    def district_id(self) -> str:
        return self.actor.district_id

    @cached_property
    def calendar(self) -> WorkingCalendar:
        """The calendar in force, read once per unit."""
        return self.runtime.calendars.current(self.session, self.district_id)

    def add(self, model: type[Base], **values: Any) -> None:
        """Collect a row; it is written at the end of the unit, all rows of a table in one statement."""
        self.rows.setdefault(model, []).append({"district_id": self.district_id, **values})

    def enqueue(
        self, job: str, args: Mapping[str, Any], *, run_at: datetime | None = None, key: str | None = None
    ) -> None:
        """Ask for background work, in this transaction."""
        self.jobs.append(NewJob(self.district_id, job, dict(args), run_at or self.now, key))

    def record(self, instance: ProcessInstance, kind: str, **facts: Any) -> None:
        """Append to the instance's history chain (written at the end of the unit)."""
        self.history.append((instance, HistoryEntry(kind=kind, **facts)))

    def save(self) -> None:
        """Write everything collected, in an order that satisfies the foreign keys."""
        if self.actor.agencies:
            self._name_principals()
        append(self.session, self.history, key=self.runtime.chain_key, at=self.now, actor=self.actor)
        self.write_rows()
        self._tell_later()
        if self.jobs:
            self.runtime.jobs.enqueue_many(self.session, self.jobs)
        for part in self.parts:
            part.save()
            self.jobs += part.jobs
            self.after_commit += part.after_commit

    def _name_principals(self) -> None:
        """What an agent did in a case of an applicant was done for the one who authorised it (10.4)."""
        self.session.flush()
        roots = {instance.root_id for instance, _ in self.history}
        principals = principals_of_cases(self.session, self.actor, roots)
        self.history = [
            (instance, replace(entry, acting_for=entry.acting_for or principals.get(instance.root_id)))
            for instance, entry in self.history
        ]

    def in_name_of(self, person: Actor) -> Unit:
        """A part of this transaction that another person did; written after this unit's own rows."""
        part = Unit(self.runtime, self.session, person, self.now)
        self.parts.append(part)
        return part

    def _tell_later(self) -> None:
        """One job for all of this transaction: whoever completes a task does not wait until others are told."""
        instances = {str(instance.id) for instance, entry in self.history if entry.kind in _TELLING}
        instances |= {str(instance.root_id) for instance, entry in self.history if entry.kind in _TELLING}
        if instances or self.opened:
            tasks = [str(row["id"]) for row in self.opened]
            self.enqueue(TELL, {"instances": sorted(instances), "tasks": tasks})

    def write_rows(self) -> None:
        """Write the rows collected so far, parents before children; needed before SQL that must see them."""
        self.session.flush()
        for model in WRITE_ORDER:
            rows = self.rows.pop(model, None)
            if rows:
                self.session.connection().execute(_INSERTS[model], _filled(model, rows))


def _filled(model: type[Base], rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows with the same columns each, because one statement serves them all."""
    if all(row.keys() == rows[0].keys() for row in rows):
        return list(rows)
    names = [column.name for column in table_of(model).columns if any(column.name in row for row in rows)]
    return [{name: row.get(name) for name in names} for row in rows]


def transaction(runtime: Runtime, actor: Actor, work: Callable[[Unit], T]) -> T:
    """Run one verb in one database transaction; on a lost race, once more from the start.

    Raises Conflict when the second attempt loses too. Whatever is raised, nothing was stored.
    """
    for last in (False, True):
        try:
            return _attempt(runtime, actor, work)
        except (StaleDataError, IntegrityError, OperationalError, HandlerFault) as error:
            cause = _behind(error)
            if last or not _lost_race(cause):
                told = _translated(cause)
                raise told from (told.__cause__ if told is cause else error)
    raise AssertionError("unreachable")


def _attempt(runtime: Runtime, actor: Actor, work: Callable[[Unit], T]) -> T:
    session = runtime.session()
    session.rollback()
    with turn_to_write(session):
        unit, answer = _stored(runtime, session, actor, work)
    if unit.jobs:
        runtime.wake_worker()
    for act in unit.after_commit:
        act()
    return answer


def _stored(runtime: Runtime, session: Session, actor: Actor, work: Callable[[Unit], T]) -> tuple[Unit, T]:
    """Do the work and commit it; on any error nothing of it is left."""
    try:
        session.connection(execution_options={WRITE: True})
        guard(session, runtime.jobs)
        unit = Unit(runtime, session, actor, runtime.clock.now())
        answer = work(unit)
        unit.save()
        session.commit()
    except BaseException:
        session.rollback()
        raise
    return unit, answer


def _behind(error: Exception) -> Exception:
    """What a handler met in the database, when that is why it failed; else the error itself."""
    met = error.__cause__ if isinstance(error, HandlerFault) else None
    return met if isinstance(met, StaleDataError | IntegrityError | OperationalError) else error


def _lost_race(error: Exception) -> bool:
    """True for errors another writer caused: version guard, unique key, deadlock, serialization, busy."""
    if isinstance(error, (StaleDataError, IntegrityError)):
        return True
    code = getattr(getattr(error, "orig", None), "sqlstate", None)
    return code in ("40001", "40P01", "55P03") or "locked" in str(error)


def _translated(error: Exception) -> Exception:
    """A lost race is an expected conflict; a database that is away stays what it is."""
    if isinstance(error, (StaleDataError, IntegrityError)) or (isinstance(error, DBAPIError) and _lost_race(error)):
        return Conflict("有人刚刚处理了同一事项，您的操作没有保存。请刷新页面查看最新状态后再试。")
    return error


def fault_words(error: Exception) -> tuple[str, str]:
    """(code, Chinese sentence) of a fault for an incident row."""
    if isinstance(error, ProcessError):
        return error.code, error.message
    return "HANDLER_FAULT", f"办理动作执行出错（{type(error).__name__}），已全部撤销，没有保存任何内容。"
