"""Alembic's environment: our metadata, one transaction, types that both databases know."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

import storage.models  # noqa: F401  (registers all tables)
from storage.db import Base


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        render_as_batch=connection.dialect.name == "sqlite",
        include_object=_ours,
    )
    with context.begin_transaction():
        context.run_migrations()


def _ours(_object: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
    """procrastinate keeps its own tables beside ours; its schema is installed by a revision, not compared."""
    return not (kind == "table" and name is not None and name.startswith("procrastinate_"))


run(context.config.attributes["connection"])
