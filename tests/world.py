"""A whole house to test in: the app on a real database, with shipped diagrams, forms and the demo people.

Registered as a plugin by `tests/conftest.py`. The fixture `world` runs a test on every database asked for.
Everything goes through the same door as for users: orchestration verbs, with actors loaded from the database.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.actors import Actor, system_actor
from processes.clock import SHANGHAI, FixedClock
from service.app import Zhida, create_app
from service.orchestration import access, attachments, messages, start, tasks
from service.orchestration.runtime import Runtime, transaction
from service.seed.definitions import deploy_shipped
from service.seed.people import seed_demo_people, seed_organisations
from service.settings import DEMO_SECRET, Settings
from storage.db import db
from storage.history import list_case_history
from storage.instances import OPEN_TASK
from storage.models.instances import ProcessInstance, Task
from storage.models.records import HistoryRow
from tests.databases import PostgresServer

DISTRICT = "220193"
BEGIN = datetime(2026, 8, 3, 9, 0, tzinfo=SHANGHAI)  # a Monday


class World:
    """The running house and the hands of its people."""

    def __init__(self, app: Flask, clock: FixedClock) -> None:
        self.app = app
        self.clock = clock
        self.zhida: Zhida = app.extensions["zhida"]
        self.runtime: Runtime = self.zhida.runtime

    @property
    def session(self) -> Session:
        """A session for looking; it never commits."""
        session = db.session()
        session.rollback()
        return session

    def actor(self, login: str) -> Actor:
        return access.actor_named(self.runtime, DISTRICT, login)

    def start(self, process_key: str, *, by: str, variables: Mapping[str, Any] | None = None, **more: Any) -> UUID:
        """Start a process as this person; the instance's id."""
        return start.start_instance(self.runtime, process_key, variables, by=self.actor(by), **more)

    def instance(self, instance_id: UUID) -> ProcessInstance:
        found = self.session.get(ProcessInstance, (DISTRICT, instance_id))
        assert found is not None
        return found

    def open_tasks(self, root: UUID | None = None) -> list[Task]:
        """The open tasks of a case (of the whole district when None), oldest first."""
        query = select(Task).where(Task.district_id == DISTRICT, Task.state.in_(OPEN_TASK))
        if root is not None:
            query = query.where(Task.root_id == root)
        return list(self.session.scalars(query.order_by(Task.created_at, Task.id)))

    def task(self, element_id: str, root: UUID | None = None, item: Any = None) -> Task:
        """The open task of that element; fails naming what is open instead."""
        found = self.open_tasks(root)
        for task in found:
            if task.element_id == element_id and item in (None, task.item):
                return task
        raise AssertionError(f"no open task {element_id!r}; open: {[task.element_id for task in found]}")

    def do(
        self,
        login: str,
        element_id: str,
        answers: Mapping[str, Any] | None = None,
        root: UUID | None = None,
        item: Any = None,
    ) -> dict[str, Any]:
        """Claim and complete the open task of that element as this person, then run what is due."""
        task_id, actor = self.task(element_id, root, item).id, self.actor(login)
        tasks.claim_task(self.runtime, task_id, by=actor)
        answer = tasks.complete_task(self.runtime, task_id, dict(answers or {}), by=actor)
        self.drain()
        return answer

    def send(self, name: str, *, by: str = "admin", **address: Any) -> bool:
        delivered = messages.send_message(self.runtime, name, by=self.actor(by), **address)
        self.drain()
        return delivered

    def drain(self) -> int:
        """Run every background job that is due now; answers how many ran."""
        assert self.zhida.worker is not None
        return self.zhida.worker.run_until_idle()

    def advance(self, **delta: float) -> None:
        """Let time pass, then run what became due."""
        self.clock.advance(**delta)
        self.drain()

    def at(self, year: int, month: int, day: int, hour: int = 9, minute: int = 0) -> None:
        """Move the clock to that moment in Shanghai, then run what became due."""
        self.clock.set(datetime(year, month, day, hour, minute, tzinfo=SHANGHAI))
        self.drain()

    def attach(self, login: str, name: str, content: bytes) -> str:
        """Upload a file as this person; its attachment id as answers carry it."""
        return str(attachments.store(self.runtime, name, content, by=self.actor(login)))

    def history(self, root: UUID) -> list[HistoryRow]:
        return list(list_case_history(self.session, DISTRICT, root))

    def one(self, model: type[Any], **where: Any) -> Any:
        """The only row of a table with these values."""
        return self.session.scalars(select(model).filter_by(district_id=DISTRICT, **where)).one()

    def rows(self, model: type[Any], **where: Any) -> list[Any]:
        return list(self.session.scalars(select(model).filter_by(district_id=DISTRICT, **where)))


def settings_for(url: str, data_dir: Path) -> Settings:
    """Settings of a test house: demo accounts, a clock of its own, no worker thread."""
    return Settings(
        database_url=url,
        data_dir=data_dir,
        secret_key=DEMO_SECRET,
        demo=True,
        secure_cookies=False,
        worker=False,
        follows_server=False,
        second_person=False,
    )


def furnish(url: str, data_dir: Path) -> None:
    """Put organisations, people and the shipped definitions into an empty database."""
    app = create_app(settings_for(url, data_dir), FixedClock(BEGIN))
    with app.app_context():
        runtime: Runtime = app.extensions["zhida"].runtime

        def people(unit: Any) -> None:
            seed_organisations(unit.session, DISTRICT, "长春新区")
            seed_demo_people(unit.session, DISTRICT, since=BEGIN.date())

        transaction(runtime, system_actor(DISTRICT), people)
        deploy_shipped(runtime, by=access.actor_named(runtime, DISTRICT, "process_owner"))
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def furnished_sqlite(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("furnished")
    file = folder / "furnished.sqlite3"
    shutil.copyfile(sqlite_template, file)
    furnish(f"sqlite:///{file}", folder)
    return file


@pytest.fixture(scope="session")
def furnished_postgres(postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> str:
    name = "zhida_furnished"
    postgres_server.administer(f"CREATE DATABASE {name} TEMPLATE zhida_template")
    furnish(postgres_server.url(name), tmp_path_factory.mktemp("furnished"))
    return name


@pytest.fixture
def world_url(request: pytest.FixtureRequest, world_database: str, tmp_path: Path) -> Iterator[str]:
    """A fresh furnished database of the asked kind."""
    if world_database == "sqlite":
        file = tmp_path / "zhida.sqlite3"
        shutil.copyfile(request.getfixturevalue("furnished_sqlite"), file)
        yield f"sqlite:///{file}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    template = request.getfixturevalue("furnished_postgres")
    name = f"zhida_{uuid4().hex}"
    server.administer(f"CREATE DATABASE {name} TEMPLATE {template}")
    yield server.url(name)
    server.administer(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def world(world_url: str, tmp_path: Path) -> Iterator[World]:
    """The house, furnished, on Monday 2026-08-03 09:00 in Shanghai."""
    clock = FixedClock(BEGIN)
    app = create_app(settings_for(world_url, tmp_path / "data"), clock)
    with app.app_context():
        yield World(app, clock)
        db.session.remove()
        db.engine.dispose()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run every test that uses the world on each database asked for."""
    if "world_database" in metafunc.fixturenames:
        asked = metafunc.config.getoption("--database")
        metafunc.parametrize("world_database", ["sqlite", "postgres"] if asked == "both" else [asked])
