"""The instances of a district and the page of one: where it stands, what it waits for, what happened, and repair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from processes.actors import Actor
from processes.vocabulary import DefinitionKind, InstanceState
from service import permissions
from service.entrance import allows, current_actor
from service.letters.content import list_letters
from service.orchestration import copying, repair
from service.pages import diagrams, trail
from service.pages.due import Due, due
from service.pages.personal_data import masked_values
from service.pages.site import Paging, asked_page, page, pages
from service.pages.translation import gettext
from service.pages.words import INSTANCE_STATES
from service.stuck import Waiting, why_waiting
from service.wiring import runtime, session
from storage import history, instances, worklists
from storage.applications import find_applicant_of, find_application_of_instance
from storage.definitions import list_newest
from storage.models.instances import ProcessInstance
from storage.models.records import Attachment
from storage.people import names_of


@dataclass(frozen=True, slots=True)
class Rights:
    """What this person may do to the instance now."""

    suspend: bool
    resume: bool
    terminate: bool

    @property
    def any(self) -> bool:
        return self.suspend or self.resume or self.terminate


@pages.get("/instances", endpoint="instances")
@allows("read_own")
def list_instances() -> tuple[str, int]:
    """The instances this person may see, by state, process and words of the title or number."""
    actor, place = current_actor(), asked_page()
    state, process_key = request.args.get("state", ""), request.args.get("process", "")
    words = request.args.get("q", "").strip()
    found, total = worklists.list_instances(
        session(),
        actor.district_id,
        permissions.visible(actor, ProcessInstance),
        place,
        states=(state,) if state in INSTANCE_STATES else (),
        process_key=process_key or None,
        text=words or None,
    )
    titles = {row.key: row.title for row in list_newest(session(), actor.district_id, DefinitionKind.PROCESS)}
    return page(
        "instances.html",
        found=found,
        place=Paging(place, total),
        titles=titles,
        states=INSTANCE_STATES,
        asked={"state": state, "process": process_key, "q": words},
    )


@pages.get("/instances/<uuid:instance_id>")
@allows("read_own")
def instance(instance_id: UUID) -> tuple[str, int]:
    actor = current_actor()
    found = _visible(actor, instance_id)
    copying.mark_if_copied(runtime(), found.root_id, by=actor)
    case = instances.list_case(session(), actor.district_id, found.root_id)
    rows = history.list_case_history(session(), actor.district_id, found.root_id)
    broken = history.verify_instance(session(), found, key=runtime().chain_key)
    return page(
        "instance.html",
        instance=found,
        starter=_starter(actor, found),
        parent=next((each for each in case if each.id == found.parent_id), None),
        children=[each for each in case if each.parent_id == found.id],
        open_tasks=instances.list_open_tasks(session(), actor.district_id, found.id),
        waiting=_waiting(actor, found),
        incidents=worklists.list_incidents_of(session(), actor.district_id, [found.id]),
        deadlines=_deadlines(actor, case),
        files=_files(actor, found),
        steps=trail.steps(session(), actor, rows),
        diagram=diagrams.of_instance(session(), runtime(), actor, found),
        rights=_rights(actor, found),
        may_retry=permissions.can(actor, "retry"),
        broken=broken,
        **_application_parts(actor, found),
    )


def _application_parts(actor: Actor, found: ProcessInstance) -> dict[str, Any]:
    """The letters of an application's case, and its masked values for those who may open one of them."""
    application = find_application_of_instance(session(), actor.district_id, found.root_id)
    if application is None:
        return {"application": None, "letters": [], "personal": []}
    applicant = find_applicant_of(session(), application)
    personal = masked_values(actor, application, applicant)
    return {
        "application": application,
        "letters": list_letters(session(), application),
        "personal": personal if any(each.may_open for each in personal) else [],
    }


@pages.post("/instances/<uuid:instance_id>/suspension")
@allows("suspend")
def suspend(instance_id: UUID) -> Response:
    repair.suspend_instance(runtime(), instance_id, by=current_actor(), reason=request.form.get("reason", ""))
    return _done(instance_id, gettext("已暂停办理，期间任务不能提交，日期不会触发。"))


@pages.post("/instances/<uuid:instance_id>/resumption")
@allows("suspend")
def resume(instance_id: UUID) -> Response:
    repair.resume_instance(runtime(), instance_id, by=current_actor())
    return _done(instance_id, gettext("已恢复办理。"))


@pages.post("/instances/<uuid:instance_id>/termination")
@allows("terminate")
def terminate(instance_id: UUID) -> Response:
    repair.terminate_instance(runtime(), instance_id, by=current_actor(), reason=request.form.get("reason", ""))
    return _done(instance_id, gettext("已终止，未办的任务全部取消。"))


def _done(instance_id: UUID, sentence: str) -> Response:
    flash(sentence, "success")
    return redirect(url_for("pages.instance", instance_id=instance_id), 303)


def _visible(actor: Actor, instance_id: UUID) -> ProcessInstance:
    found = instances.get_instance(session(), actor.district_id, instance_id)
    permissions.require_instance(session(), actor, found)
    return found


def _starter(actor: Actor, found: ProcessInstance) -> str:
    if found.started_by != actor.id and not permissions.sees_colleagues(actor):
        return ""
    return names_of(session(), actor.district_id, {found.started_by}).get(found.started_by, "")


def _waiting(actor: Actor, found: ProcessInstance) -> list[Waiting]:
    """What the open elements wait for; the sentences name colleagues, so applicants read the table of elements."""
    if not permissions.sees_colleagues(actor):
        return []
    visible = ProcessInstance.id == found.id
    return why_waiting(session(), runtime(), actor, visible)


def _files(actor: Actor, found: ProcessInstance) -> list[Attachment]:
    """The files of the case; somebody outside the house sees those of the own organisation's people."""
    files = worklists.list_attachments_of_case(session(), actor.district_id, found.root_id)
    shown = permissions.sees_colleagues(actor)
    return [each for each in files if shown or each.uploaded_by == actor.id]


def _deadlines(actor: Actor, case: Sequence[ProcessInstance]) -> list[Due]:
    now = runtime().clock.now()
    calendar = runtime().calendars.current(session(), actor.district_id)
    rows = worklists.list_deadlines_of_case(session(), actor.district_id, [each.id for each in case])
    return [due(row, now=now, calendar=calendar) for row in rows if row.state != "cancelled"]


def _rights(actor: Actor, found: ProcessInstance) -> Rights:
    return Rights(
        suspend=permissions.can(actor, "suspend") and found.state == InstanceState.RUNNING,
        resume=permissions.can(actor, "suspend") and found.state == InstanceState.SUSPENDED,
        terminate=permissions.can(actor, "terminate") and found.state in instances.ALIVE and found.parent_id is None,
    )
