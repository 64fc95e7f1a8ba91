"""A desk at which one task after another is done without a diagram: real forms, real handlers, a real database.

Shows what a stage's handlers do and refuse. Whole diagrams run in tests/journeys, through the house's door.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from forms.compiler import compile_form
from forms.registry import rules_for, shipped_forms
from handlers.registry import REGISTRY
from handlers.stage import Prepared, Result, TaskContext
from processes.calendar import WorkingCalendar
from processes.clock import SHANGHAI
from service.seed.people import seed_demo_people, seed_organisations
from storage.db import new_id
from storage.models.records import Attachment
from storage.people import find_user, load_actor

DISTRICT = "220193"


class Desk:
    """One case: its variables grow with what the tasks put out, as a diagram would let them."""

    def __init__(self, engine: Engine) -> None:
        self.session = Session(engine)
        self.now = datetime(2026, 8, 3, 9, 0, tzinfo=SHANGHAI)
        self.variables: dict[str, Any] = {}
        self.root = new_id()
        seed_organisations(self.session, DISTRICT, "长春新区")
        seed_demo_people(self.session, DISTRICT, since=self.now.date())
        self.session.commit()

    def person(self, login: str) -> UUID:
        user = find_user(self.session, DISTRICT, login)
        assert user is not None
        return user.id

    def at(self, year: int, month: int, day: int, hour: int = 9, minute: int = 0) -> None:
        self.now = datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)

    def attach(self, content: bytes, login: str = "maker") -> str:
        """A file's record as an upload leaves it; its id as answers carry it."""
        row = Attachment(
            district_id=DISTRICT,
            id=new_id(),
            name="文本.txt",
            media_type="text/plain",
            size=len(content),
            digest=sha256(content).hexdigest(),
            uploaded_by=self.person(login),
            uploaded_at=self.now,
        )
        self.session.add(row)
        self.session.commit()
        return str(row.id)

    def context(self, login: str, element: str, item: Any = None) -> TaskContext:
        actor = load_actor(self.session, DISTRICT, self.person(login), on=self.now.date())
        return TaskContext(
            session=self.session,
            now=self.now,
            calendar=WorkingCalendar.shipped(),
            actor=actor,
            instance_id=self.root,
            root_id=self.root,
            process_key="desk",
            business_key=None,
            started_by=actor.id,
            element_id=element,
            variables=dict(self.variables),
            task_id=new_id(),
            item=item,
        )

    def prepare(self, login: str, element: str, item: Any = None) -> Prepared:
        """What the form of the task starts with."""
        return REGISTRY.preparers[element](self.context(login, element, item))

    def do(
        self, login: str, key: str, answers: Mapping[str, Any], *, item: Any = None, handler: str | None = None
    ) -> Result:
        """Fill in the form `key` ("stage/element") and do the task; what is refused leaves nothing behind.

        `handler` is for elements whose diagram names a handler other than themselves.
        """
        element = key.partition("/")[2]
        task = self.context(login, element, item)
        prepared = self.prepare(login, element, item) if element in REGISTRY.preparers else Prepared()
        try:
            values = compile_form(shipped_forms()[key]).load(
                answers,
                options={name: list(options) for name, options in prepared.options.items()},
                given=prepared.given,
                extra=rules_for(key),
            )
            return self._done(REGISTRY.handlers[handler or element].function(task, values))
        except BaseException:
            self.session.rollback()
            raise

    def serve(self, handler: str, *, by: str = "maker", **parameters: Any) -> Result:
        """Run a service task's handler with parameters its schema accepts, in the step of this person."""
        declared = REGISTRY.handlers[handler]
        assert declared.parameters is not None
        loaded = declared.parameters().load(parameters)
        assert isinstance(loaded, dict)
        try:
            return self._done(declared.function(self.context(by, handler), loaded))
        except BaseException:
            self.session.rollback()
            raise

    def _done(self, result: Result | None) -> Result:
        self.session.commit()
        done = result or Result()
        self.variables.update(done.outputs)
        return done

    def close(self) -> None:
        self.session.close()
