"""An applicant takes an application back (撤回), or the window does so on the applicant's behalf."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import exists, select

from processes.actors import Actor
from processes.application_words import UNDECIDED
from processes.errors import BadRequest, Conflict, Forbidden, NotFound
from service import permissions
from service.orchestration.door import Verb, guarded
from service.orchestration.messages import deliver_or_keep
from service.orchestration.runtime import Runtime, Unit
from storage import applications
from storage.instances import lock_instance
from storage.models.applications import Applicant, Application

_LONGEST_REASON = 500


def withdraw_application(runtime: Runtime, application_id: UUID, *, by: Actor, reason: str) -> None:
    """Withdraw an application nobody has decided yet; its case ends as withdrawn.

    The person who opened it, another agent of the applicant, or a clerk of its window on the applicant's behalf may
    do so. Raises BadRequest without a reason, NotFound, Forbidden, and Conflict when it is too late (or too early).
    """
    words = reason.strip()
    if not words or len(words) > _LONGEST_REASON:
        raise BadRequest(f"请填写撤回理由，不超过 {_LONGEST_REASON} 字。")
    arguments = {"application_id": str(application_id), "reason": words}

    def work(unit: Unit) -> None:
        application = _seen(unit, application_id)
        instance = lock_instance(unit.session, unit.district_id, application.instance_id)
        unit.session.refresh(application)
        on_behalf = _on_behalf(unit, application)
        if application.status not in UNDECIDED:
            raise _too_late(application)
        application.withdraw_reason, application.updated_at = words, unit.now
        unit.record(
            instance,
            "withdrawal_asked",
            changes={"application": application.number, "on_behalf": on_behalf},
            reason=words,
        )
        if not deliver_or_keep(unit, "Withdraw", {}, instance_id=application.instance_id):
            raise _too_late(application)

    guarded(runtime, by, Verb("withdraw_application", arguments), work)


def _seen(unit: Unit, application_id: UUID) -> Application:
    """The application, for somebody who may see it."""
    may_see = exists().where(Application.id == application_id, permissions.visible(unit.actor, Application))
    if not unit.session.scalar(select(may_see)):
        raise NotFound("没有找到这件申报。它可能不存在，或者您无权查看。")
    return applications.get_application(unit.session, unit.district_id, application_id)


def _on_behalf(unit: Unit, application: Application) -> bool:
    """Whether the actor withdraws for somebody else. Raises Forbidden for people who may do neither."""
    actor = unit.actor
    applicant = None
    if application.applicant_id is not None:
        applicant = unit.session.get(Applicant, (unit.district_id, application.applicant_id))
    names = () if applicant is None else (applicant.organisation, applicant.uscc, applicant.id_no)
    if any(actor.holds("applicant", name) for name in names if name is not None):
        return False
    if application.window_org is not None and actor.holds("window_clerk", application.window_org):
        return True
    if application.started_by == actor.id:
        return False
    raise Forbidden(f"申报 {application.number} 只能由申报主体撤回，或由受理窗口代为撤回。")


def _too_late(application: Application) -> Conflict:
    return Conflict(
        f"申报 {application.number} 目前是“{application.status}”，不能撤回。"
        "只有已提交、还没有审定的申报可以撤回；已审定的如有异议，请登记异议。",
        status=application.status,
    )
