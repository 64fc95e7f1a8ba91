"""Who does something to an application outside its tasks: its applicant's side, or its window on their behalf."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import exists, select

from processes.errors import Forbidden, NotFound
from service import permissions
from service.orchestration.runtime import Unit
from storage import applications
from storage.models.applications import Applicant, Application


def seen_application(unit: Unit, application_id: UUID) -> Application:
    """The application, for somebody who may see it. Raises NotFound for all others alike."""
    may_see = exists().where(Application.id == application_id, permissions.visible(unit.actor, Application))
    if not unit.session.scalar(select(may_see)):
        raise NotFound("没有找到这件申报。它可能不存在，或者您无权查看。")
    return applications.get_application(unit.session, unit.district_id, application_id)


def acts_on_behalf(unit: Unit, application: Application, *, deed: str) -> bool:
    """Whether the actor acts for somebody else, as the window does. Raises Forbidden for people who may do neither."""
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
    raise Forbidden(f"申报 {application.number} 只能由申报主体{deed}，或由受理窗口代为{deed}。")
