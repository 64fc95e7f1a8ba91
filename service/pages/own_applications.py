"""Which applications are a person's own, and what of them waits for that person."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from processes.actors import Actor
from processes.errors import NotFound
from service import permissions
from service.wiring import session
from storage import applications
from storage.agencies import is_own_application
from storage.models.applications import Application
from storage.models.instances import Task
from storage.own_applications import Wanted, list_open_tasks_of


def own(actor: Actor, *, statuses: Sequence[str] = (), text: str = "", waiting: bool = False) -> Wanted:
    """The person's applications, narrowed; `waiting`: only those with something for the person to do."""
    return Wanted(actor.district_id, is_own_application(actor), statuses, text, actor.id if waiting else None)


def own_application(actor: Actor, application_id: UUID) -> Application:
    """The application, when it is the person's own. Raises NotFound for all others alike."""
    found = applications.list_own_applications(session(), actor, only=application_id, limit=1)
    if not found:
        raise NotFound("没有找到这件申报。它可能不存在，或者您无权查看。")
    return found[0]


def open_tasks_of(application: Application) -> Sequence[Task]:
    """What is open in the case of an application, child instances included."""
    return list_open_tasks_of(session(), application.district_id, [application.root_id])


def own_tasks(actor: Actor, tasks: Sequence[Task]) -> list[Task]:
    """Those of the tasks that wait for this person."""
    return [task for task in tasks if permissions.stands_for(actor, task) is not None]
