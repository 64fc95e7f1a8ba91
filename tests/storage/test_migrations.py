"""The revisions make the very database that the models describe, on SQLite and on PostgreSQL, and can be taken back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, Engine, create_engine, inspect

import storage.models  # noqa: F401  (registers all tables)
from storage.db import Base, prepare_engine
from storage.schema import current_revision, downgrade, migrate, newest_revision

EMPTY = {"alembic_version"}


@pytest.fixture
def empty(request: pytest.FixtureRequest, world_database: str, tmp_path: Path) -> Iterator[Engine]:
    """An empty database of the asked kind."""
    if world_database == "sqlite":
        engine = create_engine(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
        prepare_engine(engine)
        yield engine
        engine.dispose()
        return
    server = request.getfixturevalue("postgres_server")
    name = f"zhida_empty_{uuid4().hex}"
    server.administer(f"CREATE DATABASE {name}")
    engine = create_engine(server.url(name))
    yield engine
    engine.dispose()
    server.administer(f"DROP DATABASE {name} WITH (FORCE)")


def _ours(_object: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
    return not (kind == "table" and name is not None and name.startswith("procrastinate_"))


def test_the_revisions_make_the_tables_of_the_models(empty: Engine) -> None:
    migrate(empty)

    assert current_revision(empty) == newest_revision()
    with empty.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_object": _ours, "target_metadata": Base.metadata}
        )
        assert compare_metadata(context, Base.metadata) == []
    made = inspect(empty)
    for table in Base.metadata.tables.values():
        wanted = {each.name for each in table.constraints if isinstance(each, CheckConstraint)}
        assert {each["name"] for each in made.get_check_constraints(table.name)} == wanted, table.name


def test_the_queue_is_installed_where_it_is_used(empty: Engine) -> None:
    migrate(empty)
    has_queue = "procrastinate_jobs" in inspect(empty).get_table_names()
    assert has_queue == (empty.dialect.name == "postgresql")


def test_the_revisions_can_be_taken_back_and_made_again(empty: Engine) -> None:
    migrate(empty)
    downgrade(empty, "base")
    assert set(inspect(empty).get_table_names()) <= EMPTY
    migrate(empty)
    assert current_revision(empty) == newest_revision()
