"""Hands that go through the orchestration's verbs: for the seed of sample policies."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from forms.model import keyed
from processes.actors import Actor
from processes.clock import FixedClock, business_date
from service.orchestration import access, attachments, messages, reading, start, tasks
from service.orchestration.runtime import Runtime
from service.samples.hands import Form, OpenTask, in_office, last_day
from storage import instances
from storage.items import list_items_of
from storage.models.instances import ProcessInstance, Task, Wait
from storage.models.people import User
from storage.people import list_holders
from storage.policies import find_policy_of_instance


class DoorHands:
    """Acts at a clock of its own on the house's database; `run_due` runs the background jobs that are due.

    Each completed task takes `pace` of office time. Timers after `latest` are not waited for.
    """

    def __init__(
        self,
        runtime: Runtime,
        district_id: str,
        clock: FixedClock,
        run_due: Callable[[], int],
        *,
        pace: timedelta = timedelta(0),
        latest: datetime | None = None,
    ) -> None:
        self._runtime = runtime
        self._district_id = district_id
        self._clock = clock
        self._run_due = run_due
        self._pace = pace
        self._latest = latest

    def now(self) -> datetime:
        return self._clock.now()

    def move_to(self, instant: datetime) -> None:
        if instant > self._clock.now():
            self._clock.set(instant)
        self._run_due()

    def start(self, login: str, process_key: str, variables: Mapping[str, Any]) -> str:
        case = start.start_instance(self._runtime, process_key, variables, by=self._actor(login))
        self._run_due()
        return str(case)

    def open_tasks(self, case: str) -> Sequence[OpenTask]:
        session = self._fresh()
        query = (
            select(Task)
            .where(
                Task.district_id == self._district_id, Task.root_id == UUID(case), Task.state.in_(instances.OPEN_TASK)
            )
            .order_by(Task.created_at, Task.id)
        )
        return [
            OpenTask(
                id=str(task.id),
                element_id=task.element_id,
                name=task.name,
                title=task.title,
                role=task.role,
                organisation=task.organisation,
                assignee=None if task.assignee_id is None else self._login(task.assignee_id),
                due_on=None if task.due_at is None else last_day(task.due_at),
                item=task.item,
            )
            for task in session.scalars(query).all()
        ]

    def next_moment(self, case: str) -> datetime | None:
        moment = self._fresh().scalar(
            select(func.min(Wait.due_at))
            .join(
                ProcessInstance,
                (ProcessInstance.district_id == Wait.district_id) & (ProcessInstance.id == Wait.instance_id),
            )
            .where(Wait.district_id == self._district_id, ProcessInstance.root_id == UUID(case))
        )
        return None if moment is None or (self._latest is not None and moment > self._latest) else moment

    def candidates(self, task: OpenTask) -> Sequence[str]:
        if task.assignee is not None:
            return [task.assignee]
        session, today = self._fresh(), business_date(self.now())
        assert task.role is not None
        return [user.login for user in list_holders(session, self._district_id, task.role, task.organisation, on=today)]

    def look(self, login: str, task: OpenTask) -> Form:
        person = self._actor(login)
        if task.assignee is None:
            tasks.claim_task(self._runtime, UUID(task.id), by=person)
        view = reading.read_task(self._runtime, UUID(task.id), by=person)
        supplied = {name: list(choices) for name, choices in view.prepared.options.items()}
        options = {
            field.key: [{"value": each.value, "label": each.label} for each in field.options(supplied)]
            for field in (keyed(view.form.fields) if view.form is not None else ())
        }
        return Form(person.organisation, view.prepared.initial, view.prepared.given, options)

    def upload(self, login: str, name: str, content: bytes) -> str:
        return str(attachments.store(self._runtime, name, content, by=self._actor(login)))

    def complete(self, login: str, task: OpenTask, answers: Mapping[str, Any]) -> None:
        person = self._actor(login)
        tasks.complete_task(self._runtime, UUID(task.id), answers, by=person)
        self._spend()
        self._run_due()

    def items(self, case: str) -> Sequence[str]:
        session = self._fresh()
        policy = find_policy_of_instance(session, self._district_id, UUID(case))
        return [] if policy is None else [str(item.id) for item in list_items_of(session, policy)]

    def send(self, login: str, name: str, case: str, variables: Mapping[str, Any]) -> None:
        messages.send_message(self._runtime, name, variables, by=self._actor(login), instance_id=UUID(case))
        self._run_due()

    def _spend(self) -> None:
        """Work takes time, in office hours."""
        if self._pace:
            self._clock.set(in_office(self._clock.now() + self._pace))

    def _actor(self, login: str) -> Actor:
        return access.actor_named(self._runtime, self._district_id, login)

    def _login(self, user_id: UUID) -> str:
        user = self._fresh().get(User, (self._district_id, user_id))
        assert user is not None
        return user.login

    def _fresh(self) -> Session:
        session = self._runtime.session()
        session.rollback()
        return session
