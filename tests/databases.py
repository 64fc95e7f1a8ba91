"""Databases for tests: a fresh one per test, with the schema already in it, on SQLite and on PostgreSQL.

Registered as a plugin by `tests/conftest.py`, which also adds the option `--database`. Use the fixture
`database_url` (or `engine`) and the test runs on every database asked for; `sqlite_url` and `postgres_url`
stay with one. PostgreSQL is a private server per test process (per pytest-xdist worker as well): it listens on
a free port of 127.0.0.1, keeps its files in a temporary folder, and ends with the process that started it.
"""

from __future__ import annotations

import ctypes
import getpass
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import Engine, create_engine

import storage.models  # noqa: F401  (registers all tables)
from storage.db import Base, prepare_engine
from storage.jobs import install_procrastinate

_DEBIAN = Path("/usr/lib/postgresql")
_TEMPLATE = "zhida_template"
_START_WITHIN_SECONDS = 30
_PR_SET_PDEATHSIG = 1
#: Tests need speed, not durability: the drills check durability on a server of their own.
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "60",
    "shared_buffers": "32MB",
    "autovacuum": "off",
    "timezone": "UTC",
}
#: For drills and benchmarks: PostgreSQL's own defaults, so that a commit is on the disk.
DURABLE = {"listen_addresses": "127.0.0.1", "max_connections": "60", "shared_buffers": "128MB", "timezone": "UTC"}


class PostgresServer:
    """A private PostgreSQL server in a temporary folder."""

    def __init__(self, binaries: Path, settings: Mapping[str, str] = _SETTINGS) -> None:
        self._binaries = binaries
        self._settings = settings
        self._user = _unprivileged_user()
        self._folder = Path(tempfile.mkdtemp(prefix="zhida-postgres-"))
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Create the data folder and start the server; fails with its log when it does not come up."""
        if self._user is not None:
            shutil.chown(self._folder, self._user)
        data = str(self._folder / "data")
        initdb = [
            str(self._binaries / "initdb"),
            "-D",
            data,
            "-U",
            "zhida",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "-N",
        ]
        subprocess.run(initdb, check=True, capture_output=True, user=self._user, cwd=self._folder)
        settings = [part for name, value in self._settings.items() for part in ("-c", f"{name}={value}")]
        command = [
            str(self._binaries / "postgres"),
            "-D",
            data,
            "-p",
            str(self.port),
            "-k",
            str(self._folder),
            *settings,
        ]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                command, stdout=log, stderr=log, user=self._user, cwd=self._folder, preexec_fn=_end_with_parent
            )
        self._wait()

    def stop(self) -> None:
        """Stop the server and remove its files."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(timeout=30)
        shutil.rmtree(self._folder, ignore_errors=True)

    def url(self, database: str) -> str:
        """SQLAlchemy's address of a database on this server."""
        return f"postgresql+psycopg://zhida@127.0.0.1:{self.port}/{database}"

    def administer(self, *statements: str) -> None:
        """Run statements outside of any transaction, as the owner of the server."""
        with psycopg.connect(f"postgresql://zhida@127.0.0.1:{self.port}/postgres", autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    @property
    def _log(self) -> Path:
        return self._folder / "server.log"

    def _wait(self) -> None:
        give_up = time.monotonic() + _START_WITHIN_SECONDS
        while time.monotonic() < give_up and self._process is not None and self._process.poll() is None:
            try:
                self.administer("SELECT 1")
                return
            except psycopg.OperationalError:
                time.sleep(0.05)
        log = self._log.read_text(errors="replace")
        self.stop()
        pytest.fail(f"the private PostgreSQL server did not start:\n{log[-2000:]}", pytrace=False)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run every test that uses `database_url` on each database asked for."""
    if "database_url" in metafunc.fixturenames:
        asked = metafunc.config.getoption("--database")
        chosen = ("sqlite", "postgres") if asked == "both" else (asked,)
        metafunc.parametrize("database_url", chosen, indirect=True)


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh database with the schema, on each database asked for with `--database`."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on `database_url`, prepared like the product's."""
    yield from open_engine(database_url)


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_template: Path) -> str:
    """A fresh SQLite file with the schema."""
    file = tmp_path / "zhida.sqlite3"
    shutil.copyfile(sqlite_template, file)
    return f"sqlite:///{file}"


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """A fresh PostgreSQL database with the schema (and the tables of procrastinate)."""
    name = f"zhida_{uuid4().hex}"
    postgres_server.administer(f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE}")
    yield postgres_server.url(name)
    postgres_server.administer(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the schema and nothing in it."""
    file = tmp_path_factory.mktemp("schema") / "template.sqlite3"
    for engine in open_engine(f"sqlite:///{file}"):
        Base.metadata.create_all(engine)
    return file


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """The private server of this test process, with a template database that holds the schema."""
    server = PostgresServer(postgres_programs())
    try:
        server.start()
        server.administer(f"CREATE DATABASE {_TEMPLATE}")
        for engine in open_engine(server.url(_TEMPLATE)):
            Base.metadata.create_all(engine)
            with engine.begin() as connection:
                install_procrastinate(connection)
        yield server
    finally:
        server.stop()


def open_engine(url: str) -> Iterator[Engine]:
    """One engine, prepared like the product's, closed at the end."""
    engine = create_engine(url)
    prepare_engine(engine)
    try:
        yield engine
    finally:
        engine.dispose()


def postgres_programs() -> Path:
    """The folder of PostgreSQL's programs: on the path, else Debian's newest."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    versions = sorted((int(folder.name), folder) for folder in _DEBIAN.glob("*") if folder.name.isdigit())
    if versions and (versions[-1][1] / "bin" / "initdb").exists():
        return versions[-1][1] / "bin"
    pytest.fail(
        "these tests need PostgreSQL's programs (initdb, postgres): install the package `postgresql`, put its bin "
        "folder on PATH, or run with `--database sqlite`",
        pytrace=False,
    )


def _unprivileged_user() -> str | None:
    """PostgreSQL refuses to run as root: the user to become, or None to stay who we are."""
    if getpass.getuser() != "root" and os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in ("postgres", "nobody") if name in known), None)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _end_with_parent() -> None:
    """In the server's process: stop at once when the test process dies, however it dies."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)
