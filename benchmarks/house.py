"""A house to measure or to torment: a database with the schema, the demo people and the measuring diagrams."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import Engine, create_engine, select
from sqlalchemy.orm import Session

import storage.models  # noqa: F401  (registers all tables)
from processes.actors import Actor, system_actor
from processes.clock import SystemClock
from service.app import Zhida, create_app
from service.orchestration import access, deployments, start, tasks
from service.orchestration.runtime import Runtime, transaction
from service.seed.people import seed_demo_people, seed_organisations
from service.settings import DEMO_SECRET, Settings
from storage.db import Base, db, prepare_engine
from storage.instances import OPEN_TASK
from storage.jobs import install_procrastinate
from storage.models.instances import Task

DISTRICT = "220193"
DIAGRAMS = Path(__file__).parent / "diagrams"
ROUNDS, CONSULTATION, TIMER = "benchmark_rounds", "benchmark_consultation", "benchmark_timer"
#: Who does which element of the measuring diagrams, and what is answered to go on for ever.
DOERS = {"write_round": "maker", "check_round": "maker_head", "answer_place": "maker"}
GO_ON: dict[str, dict[str, Any]] = {
    "write_round": {"amount": 1},
    "check_round": {"again": True},
    "answer_place": {"amount": 1},
}


@dataclass(frozen=True, slots=True)
class House:
    """The application on one database, inside its application context, and the people who act in it."""

    app: Flask
    runtime: Runtime

    @property
    def engine(self) -> Engine:
        return db.engine

    def actor(self, login: str) -> Actor:
        return access.actor_named(self.runtime, DISTRICT, login)

    def session(self) -> Session:
        session = self.runtime.session()
        session.rollback()
        return session

    def start(self, process_key: str, variables: dict[str, Any]) -> UUID:
        return start.start_instance(self.runtime, process_key, variables, by=self.actor("admin"))

    def open_tasks(self, instance_id: UUID) -> list[Task]:
        query = select(Task).where(Task.district_id == DISTRICT, Task.instance_id == instance_id)
        return list(self.session().scalars(query.where(Task.state.in_(OPEN_TASK)).order_by(Task.created_at, Task.id)))


class Walker:
    """Completes the one open task of a rounds instance again and again, without looking it up in between."""

    def __init__(self, house: House, instance_id: UUID) -> None:
        self._house = house
        self._people = {element_id: house.actor(login) for element_id, login in DOERS.items()}
        self._task_id = house.open_tasks(instance_id)[0].id
        self._element_id = "write_round"

    def step(self) -> None:
        """Complete the open task; the next one is the other element's."""
        answer = tasks.complete_task(
            self._house.runtime, self._task_id, GO_ON[self._element_id], by=self._people[self._element_id]
        )
        self._task_id = UUID(answer["opened"][0])
        self._element_id = "check_round" if self._element_id == "write_round" else "write_round"


def settings_for(url: str, data_dir: Path) -> Settings:
    """Settings of a measured house: demo accounts, the machine's clock, the worker elsewhere."""
    return Settings(
        database_url=url,
        data_dir=data_dir,
        secret_key=DEMO_SECRET,
        demo=True,
        secure_cookies=False,
        worker=False,
        second_person=False,
    )


@contextmanager
def house(url: str, data_dir: Path) -> Iterator[House]:
    """The application on a furnished database."""
    app = create_app(settings_for(url, data_dir), SystemClock())
    with app.app_context():
        wired: Zhida = app.extensions["zhida"]
        try:
            yield House(app, wired.runtime)
        finally:
            db.session.remove()
            db.engine.dispose()


def make_schema(url: str) -> None:
    """All tables, in an empty database."""
    engine = create_engine(url)
    prepare_engine(engine)
    Base.metadata.create_all(engine)
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            install_procrastinate(connection)
    engine.dispose()


def furnish(url: str, data_dir: Path) -> None:
    """Organisations, demo people and the measuring diagrams, into a database that has its tables."""
    with house(url, data_dir) as furnished:
        since = furnished.runtime.clock.now().date()

        def people(unit: Any) -> None:
            seed_organisations(unit.session, DISTRICT, "长春新区")
            seed_demo_people(unit.session, DISTRICT, since=since)

        transaction(furnished.runtime, system_actor(DISTRICT), people)
        files = {path.name: path.read_bytes() for path in sorted(DIAGRAMS.glob("*.bpmn"))}
        owner = furnished.actor("process_owner")
        deployments.deploy(furnished.runtime, files, by=owner, comment="measuring diagrams")


def fresh_sqlite(folder: Path) -> str:
    """The address of a furnished SQLite database in a folder of its own."""
    place = folder / secrets.token_hex(4)
    place.mkdir(parents=True)
    url = f"sqlite:///{place / 'zhida.db'}"
    make_schema(url)
    furnish(url, place)
    return url
