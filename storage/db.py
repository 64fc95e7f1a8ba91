"""The base of all tables: naming, column types, the district rule, and the SQLAlchemy extension.

Every table carries `district_id` (行政区划) as the first column of its primary key and of every unique key,
so that one installation serves many districts and a large one can be split by district without a rewrite.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

import uuid_utils.compat
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, DateTime, Dialect, ForeignKeyConstraint, MetaData, String, Table, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, registry
from sqlalchemy.types import TypeDecorator

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]  # the module does not exist there

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

#: JSON that PostgreSQL can index and SQLite can store.
Json = JSON().with_variant(JSONB(), "postgresql")


class Instant(TypeDecorator[datetime]):
    """An aware instant in UTC, on every database. A naive value is a mistake and is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant carries its zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def new_id() -> UUID:
    """A time-ordered id (UUIDv7): no global sequence, good index locality."""
    return uuid_utils.compat.uuid7()


class Base(DeclarativeBase):
    """All tables. Models need no Flask."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={datetime: Instant(), dict[str, Any]: Json, list[Any]: Json},
    )


class InDistrict:
    """The first two columns of every table: the district and the row's own id."""

    district_id: Mapped[str] = mapped_column(String(12), primary_key=True, sort_order=-2)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id, sort_order=-1)


def belongs_to(table: str, column: str) -> ForeignKeyConstraint:
    """A foreign key inside the district: (district_id, column) -> (district_id, id) of `table`."""
    return ForeignKeyConstraint(["district_id", column], [f"{table}.district_id", f"{table}.id"])


def table_of(model: type[Base]) -> Table:
    """The table behind a model, for statements that write many rows at once."""
    table = model.__table__
    if not isinstance(table, Table):
        raise TypeError(f"{model.__name__} is not mapped to a table")
    return table


db = SQLAlchemy(model_class=Base)

#: Execution option by which a unit of work asks SQLite for its write lock at once (BEGIN IMMEDIATE), so that
#: two writers wait for each other instead of failing when the second one upgrades.
WRITE = "zhida_write"


def prepare_sqlite(engine: Engine) -> None:
    """Durable, concurrent SQLite: WAL, synchronous=FULL, foreign keys, explicit BEGIN."""

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=15000"):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        immediate = connection.get_execution_options().get(WRITE)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def prepare_engine(engine: Engine) -> None:
    """Set up one engine for its dialect; call once, before its first connection."""
    setup: dict[str, Callable[[Engine], None]] = {"sqlite": prepare_sqlite}
    if engine.dialect.name in setup:
        setup[engine.dialect.name](engine)


_turns: WeakKeyDictionary[Engine, threading.RLock] = WeakKeyDictionary()
_turns_guard = threading.Lock()


@contextmanager
def turn_to_write(session: Session) -> Iterator[None]:
    """Wait for one's turn to write, on SQLite; hold it for the whole transaction.

    SQLite lets one transaction write at a time and makes the others look again after growing pauses, which
    starves them when many write. Here they queue and are woken: threads on a lock, processes on a locked file.
    On PostgreSQL, where rows are locked, nobody waits.
    """
    engine = session.get_bind().engine
    if engine.dialect.name != "sqlite":
        yield
        return
    with _turns_guard:
        turn = _turns.setdefault(engine, threading.RLock())
    with turn, _locked_file(engine.url.database):
        yield


@contextmanager
def _locked_file(database: str | None) -> Iterator[None]:
    """The turn among processes. A process that dies gives it up; where files cannot be locked, SQLite decides alone."""
    if fcntl is None or not database or database == ":memory:":
        yield
        return
    with Path(f"{database}-turn").open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
