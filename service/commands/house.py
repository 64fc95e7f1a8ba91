"""What commands stand in: the application built from the environment, with its context pushed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask

from processes.actors import Actor, system_actor
from service.app import create_app
from service.orchestration.runtime import Runtime
from service.settings import Settings, from_environment
from service.wiring import EXTENSION, Zhida
from storage.db import db
from storage.schema import current_revision, newest_revision

#: Writes one line for the person at the terminal.
Say = Callable[[str], None]


class DatabaseNotReady(Exception):
    """The database was never migrated, or is older than this release."""


@dataclass(frozen=True, slots=True)
class House:
    """An application inside its context."""

    app: Flask

    @property
    def wired(self) -> Zhida:
        found = self.app.extensions[EXTENSION]
        assert isinstance(found, Zhida)
        return found

    @property
    def runtime(self) -> Runtime:
        return self.wired.runtime

    @property
    def settings(self) -> Settings:
        return self.wired.settings

    @property
    def district_id(self) -> str:
        return self.settings.district_id

    @property
    def system(self) -> Actor:
        """The service itself: who acts when a command is not given in somebody's name."""
        return system_actor(self.district_id)

    def is_migrated(self) -> bool:
        """Whether the database has the newest schema. Raises what the database raises when it is away."""
        return current_revision(db.engine) == newest_revision()


@contextmanager
def open_house(*, migrated: bool = True) -> Iterator[House]:
    """The house of the environment's settings.

    Raises SettingsRefused, and DatabaseNotReady unless the schema is there or `migrated` is False.
    """
    app = create_app(from_environment())
    with app.app_context():
        house = House(app)
        try:
            if migrated and not house.is_migrated():
                raise DatabaseNotReady("数据库还没有建立或版本较旧，请先运行 zhida migrate（或 zhida run）。")
            yield house
        finally:
            db.session.remove()
            db.engine.dispose()
