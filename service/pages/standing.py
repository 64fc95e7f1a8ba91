"""What somebody else has done with a task while its page was open: a sentence, and nothing typed is touched."""

from __future__ import annotations

from uuid import UUID

from flask import request

from processes.actors import Actor
from processes.errors import NotFound
from processes.vocabulary import InstanceState, TaskState
from service import permissions
from service.entrance import allows, current_actor
from service.pages.site import page, pages
from service.pages.trail import KINDS
from service.pages.translation import gettext
from service.pages.words import moment
from service.wiring import session
from storage import history, instances
from storage.models.instances import ProcessInstance, Task
from storage.models.records import HistoryRow


def mark_of(task: Task, instance: ProcessInstance) -> str:
    """A short text that changes when somebody acts on the task: the page carries it and asks with it."""
    return ".".join((task.state, str(task.assignee_id or ""), instance.state, "held" if task.held_at else ""))


@pages.get("/tasks/<uuid:task_id>/standing")
@allows("read_own")
def standing(task_id: UUID) -> tuple[str, int]:
    """A notice for a page that was drawn when the task stood at `?seen=`; empty while nothing has changed."""
    actor = current_actor()
    return page("parts/standing.html", sentence=_sentence(actor, task_id, request.args.get("seen", "")))


def _sentence(actor: Actor, task_id: UUID, seen: str) -> str:
    task = instances.get_task(session(), actor.district_id, task_id)
    if not permissions.may_see_task(session(), actor, task):
        raise NotFound("没有找到这项任务。它可能不存在，或者您无权查看。")
    instance = instances.get_instance(session(), actor.district_id, task.instance_id)
    if mark_of(task, instance) == seen:
        return ""
    last = _last_deed(task)
    if last is not None and last.actor_id == actor.id:
        return ""
    return _words(actor, task, instance, last)


def _last_deed(task: Task) -> HistoryRow | None:
    rows = history.list_history(session(), task.district_id, task.instance_id)
    return next((row for row in reversed(rows) if row.task_id in (task.id, None) and row.kind in KINDS), None)


def _words(actor: Actor, task: Task, instance: ProcessInstance, last: HistoryRow | None) -> str:
    who = last.actor_name if last is not None and permissions.sees_colleagues(actor) else gettext("其他人员")
    told = {"who": who, "name": task.name, "at": "" if last is None else moment(last.at)[-5:]}
    if task.state == TaskState.COMPLETED:
        return gettext("“%(name)s”已由%(who)s于 %(at)s 办结。", **told)
    if task.state == TaskState.CANCELLED:
        return gettext("“%(name)s”已由%(who)s于 %(at)s 收回或取消，不需要再办理。", **told)
    if instance.state == InstanceState.SUSPENDED:
        return gettext("本件已由%(who)s于 %(at)s 暂停办理。", **told)
    if task.state == TaskState.READY:
        return gettext("“%(name)s”已由%(who)s于 %(at)s 退回岗位。", **told)
    what = gettext("改动") if last is None else KINDS[last.kind]
    return gettext("%(who)s于 %(at)s 对“%(name)s”作了%(what)s。", what=what, **told)
