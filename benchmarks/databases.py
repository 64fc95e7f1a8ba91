"""Furnished databases to measure on: SQLite in a folder, PostgreSQL on a private server with its own defaults."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.house import fresh_sqlite, furnish, make_schema
from tests.databases import DURABLE, PostgresServer, postgres_programs

#: Gives the address of a new furnished database.
NewDatabase = Callable[[], str]


@contextmanager
def private_postgres() -> Iterator[PostgresServer]:
    """A durable server that ends with this block, and with this process however that dies."""
    server = PostgresServer(postgres_programs(), DURABLE)
    try:
        server.start()
        yield server
    finally:
        server.stop()


@contextmanager
def databases(wanted: list[str], folder: Path) -> Iterator[dict[str, NewDatabase]]:
    """By kind (`sqlite`, `postgres`): how to get another furnished database."""
    kinds: dict[str, NewDatabase] = {}
    if "sqlite" in wanted:
        kinds["sqlite"] = lambda: fresh_sqlite(folder)
    if "postgres" not in wanted:
        yield kinds
        return
    with private_postgres() as server:
        kinds["postgres"] = lambda: fresh_postgres(server, folder)
        yield kinds


def fresh_postgres(server: PostgresServer, folder: Path) -> str:
    """The address of a furnished PostgreSQL database on this server."""
    name = f"zhida_{secrets.token_hex(4)}"
    server.administer(f"CREATE DATABASE {name}")
    url = server.url(name)
    make_schema(url)
    furnish(url, folder / name)
    return url
