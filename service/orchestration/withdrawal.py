"""An applicant takes an application back (撤回), or the window does so on the applicant's behalf."""

from __future__ import annotations

from uuid import UUID

from processes.actors import Actor
from processes.application_words import UNDECIDED
from processes.errors import BadRequest, Conflict
from service.orchestration.applicant_side import acts_on_behalf, seen_application
from service.orchestration.door import Verb, guarded
from service.orchestration.messages import deliver_or_keep
from service.orchestration.runtime import Runtime, Unit
from storage.instances import lock_instance
from storage.models.applications import Application

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
        application = seen_application(unit, application_id)
        instance = lock_instance(unit.session, unit.district_id, application.instance_id)
        unit.session.refresh(application)
        on_behalf = acts_on_behalf(unit, application, deed="撤回")
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


def _too_late(application: Application) -> Conflict:
    return Conflict(
        f"申报 {application.number} 目前是“{application.status}”，不能撤回。"
        "只有已提交、还没有审定的申报可以撤回；已审定的如有异议，请登记异议。",
        status=application.status,
    )
