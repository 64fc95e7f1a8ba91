"""Alembic's environment: our metadata, one transaction, types that both databases know."""

from __future__ import annotations

from typing import Literal

from alembic import context
from sqlalchemy import JSON, Connection

import storage.models  # noqa: F401  (registers all tables)
from storage.db import Base, Instant


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        render_as_batch=connection.dialect.name == "sqlite",
        include_object=_ours,
        render_item=_type,
    )
    with context.begin_transaction():
        context.run_migrations()


def _ours(_object: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
    """procrastinate keeps its own tables beside ours; its schema is installed by a revision, not compared."""
    return not (kind == "table" and name is not None and name.startswith("procrastinate_"))


def _type(kind: str, thing: object, _context: object) -> str | Literal[False]:
    """Types of our own stand in revisions by their name: what they are on each database is said once, in storage.db."""
    if kind == "type" and isinstance(thing, JSON):
        return "storage.db.Json"
    if kind == "type" and isinstance(thing, Instant):
        return "storage.db.Instant()"
    return False


run(context.config.attributes["connection"])
