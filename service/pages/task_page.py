"""Everything that stands on the page of one task, gathered for its template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import request
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from processes.actors import Actor
from processes.desk_words import RETURN_MODES, ROUND_STATES, SIGNER_STATES, SIGNING_MODES, SIGNING_ORDERS
from processes.engine import parse
from processes.vocabulary import APPLICANT_ROLES, DefinitionKind
from service import permissions
from service.entrance import current_actor
from service.orchestration.moving import ReturnTarget, list_return_targets
from service.orchestration.reading import TaskView
from service.orchestration.signing import read_rounds
from service.pages import diagrams, trail
from service.pages.basis import basis_of
from service.pages.form_view import Filling
from service.pages.materials import materials_of
from service.pages.phrases import phrases_for
from service.pages.site import page
from service.pages.standing import mark_of
from service.pages.step_bar import StepMark, step_bar
from service.pages.translation import gettext
from service.pages.work_list import neighbours, with_deadlines
from service.wiring import runtime, session
from storage import history, instances
from storage.db import new_id
from storage.models.instances import Task
from storage.models.records import HistoryRow
from storage.people import list_holders, list_organisations, list_posts, list_users
from storage.phrases import draft_saved_at

Answer = tuple[str, int]

#: Who may do one of these sees the form of the task.
_ON_THE_FORM = frozenset(("claim", "complete", "save_draft", "add_signers", "return_delegated"))
#: These have a place of their own on the page; all others stand under 更多操作.
_NOT_IN_THE_PANEL = frozenset(("claim", "complete", "save_draft", "sign", "comment", "return", "withdraw"))


@dataclass(frozen=True, slots=True)
class Attempt:
    """A verb that was refused: which, why, and what was typed, to stand in its form again."""

    verb: str = ""
    refusal: str = ""
    typed: MultiDict[str, str] = field(default_factory=MultiDict)


def task_page(
    view: TaskView,
    filling: Filling | None,
    *,
    status: int = 200,
    refusal: str | None = None,
    attempt: Attempt | None = None,
) -> Answer:
    """The whole page around a form in this state."""
    actor, found = current_actor(), view.task
    rows = history.list_case_history(session(), actor.district_id, found.root_id)
    steps = trail.steps(session(), actor, rows)
    saved_at = None if view.draft is None else draft_saved_at(session(), actor.district_id, found.id, actor.id)
    return page(
        "task.html",
        status,
        view=view,
        filling=filling,
        refusal=refusal or view.refusal,
        row=with_deadlines(actor, [found])[0],
        neighbours=neighbours(found.id, request.args.get("list", "")),
        steps=steps,
        durations=durations(session(), actor, rows),
        comments=[each for each in steps if each.kind == "task_commented"],
        diagram=diagrams.of_instance(session(), runtime(), actor, view.instance),
        marks=_marks(view),
        submission=trail.submission_of(session(), runtime(), actor, found),
        materials=materials_of(session(), actor, found.root_id, request.args.get("material", "")),
        basis=basis_of(session(), actor, found),
        phrases=phrases_for(actor),
        seen=mark_of(found, view.instance),
        idempotency_key=new_id(),
        is_draft=saved_at is not None and status == 200,
        draft_saved_at=saved_at,
        printing="print" in request.args,
        signing_orders=SIGNING_ORDERS,
        signing_modes=SIGNING_MODES,
        round_states=ROUND_STATES,
        signer_states=SIGNER_STATES,
        moves=_moves(actor, view),
        shows_form=bool(view.actions & _ON_THE_FORM),
        has_verbs=bool(view.actions - _NOT_IN_THE_PANEL),
        attempt=attempt or Attempt(),
        **_people(actor, view),
    )


@dataclass(frozen=True, slots=True)
class Moves:
    """Where the task may go back to, and the ways to go on from there."""

    targets: Sequence[ReturnTarget]
    modes: Mapping[str, str]


def _moves(actor: Actor, view: TaskView) -> Moves | None:
    """None where neither returning nor taking back is possible."""
    if "return" in view.actions:
        targets = list_return_targets(runtime(), view.task.id, by=actor)
        return Moves(targets, RETURN_MODES) if targets else None
    return Moves((), RETURN_MODES) if "withdraw" in view.actions else None


def _marks(view: TaskView) -> Sequence[StepMark]:
    """The step bar of the task's instance."""
    district_id, instance = view.task.district_id, view.instance
    stored = runtime().definitions.get(
        session(), district_id, DefinitionKind.PROCESS, instance.process_key, instance.version
    )
    opened = {each.element_id for each in instances.list_open_tasks(session(), district_id, instance.id)}
    opened |= {each.element_id for each in instances.list_waits(session(), district_id, instance.id)}
    taken = diagrams.taken_path(session(), district_id, instance.id)
    return step_bar(parse(stored.content), taken=taken, current=opened)


def _people(actor: Actor, view: TaskView) -> dict[str, Any]:
    """Who may be chosen in the verbs, and the rounds of signatures; nobody outside the house sees either."""
    if not permissions.sees_colleagues(actor):
        return {"receivers": [], "colleagues": {}, "rounds": []}
    return {
        "receivers": _receivers(session(), actor, view),
        "colleagues": _colleagues(session(), actor) if view.actions & {"add_signers", "delegate", "copy"} else {},
        "rounds": read_rounds(session(), view.task),
    }


def _receivers(reading: Session, actor: Actor, view: TaskView) -> list[tuple[UUID, str]]:
    """Colleagues to whom the task may be handed: holders of its post, without the actor."""
    if "assign" not in view.actions or view.task.role is None:
        return []
    today = runtime().clock.now().date()
    holders = list_holders(reading, actor.district_id, view.task.role, view.task.organisation, on=today)
    return [(user.id, user.name) for user in holders if user.id != actor.id]


def _colleagues(reading: Session, actor: Actor) -> Mapping[str, list[tuple[UUID, str]]]:
    """Everybody with a post of staff, by department; not the actor."""
    posts = list_posts(reading, actor.district_id, on=runtime().clock.now().date())
    staff = {user_id for user_id, held in posts.items() if any(role not in APPLICANT_ROLES for role, _ in held)}
    names = {each.code: each.name for each in list_organisations(reading, actor.district_id)}
    found: dict[str, list[tuple[UUID, str]]] = {}
    for user in sorted(list_users(reading, actor.district_id), key=lambda each: (each.organisation or "", each.name)):
        if user.active and user.id in staff and user.id != actor.id:
            department = names.get(user.organisation or "", gettext("其他"))
            found.setdefault(department, []).append((user.id, user.name))
    return found


def durations(reading: Session, actor: Actor, rows: Sequence[HistoryRow]) -> dict[UUID, str]:
    """How long each completed task took, from its arrival to its completion, in words."""
    done = {row.task_id: row.at for row in rows if row.kind == "task_completed" and row.task_id is not None}
    found: dict[UUID, str] = {}
    for task_id, at in done.items():
        task: Task = instances.get_task(reading, actor.district_id, task_id)
        found[task_id] = _span(at - task.created_at)
    return found


def _span(took: timedelta) -> str:
    minutes = int(took.total_seconds()) // 60
    if minutes < 60:
        return gettext("%(count)s 分钟", count=max(1, minutes))
    hours = minutes // 60
    if hours < 48:
        return gettext("%(count)s 小时", count=hours)
    return gettext("%(count)s 天", count=hours // 24)
