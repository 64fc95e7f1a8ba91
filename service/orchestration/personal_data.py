"""Open one personal value of an application in full: only for those who need it, and never unnoticed (10.5)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from uuid import UUID

from sqlalchemy import exists, select

from processes.actors import Actor
from processes.application_words import GRANTED, ApplicationStatus, Channel
from processes.errors import BadRequest, Forbidden, NotFound
from service import permissions
from service.orchestration.door import Verb, guarded
from service.orchestration.runtime import Runtime, Unit
from storage import applications
from storage.instances import lock_instance
from storage.models.applications import Applicant, Application

_LONGEST_REASON = 200


class PersonalField(StrEnum):
    """A value that stands masked on every screen."""

    ID_NUMBER = "id_no"
    PHONE = "phone"
    AGENT_PHONE = "agent_phone"
    ACCOUNT = "account_no"


LABELS: Mapping[PersonalField, str] = {
    PersonalField.ID_NUMBER: "身份证号码",
    PersonalField.PHONE: "联系电话",
    PersonalField.AGENT_PHONE: "经办人电话",
    PersonalField.ACCOUNT: "收款账号",
}

_REVIEWERS = ("reviewer1", "reviewer2", "approver")
#: The front desk reads until it has accepted; a case that ended is nobody's business there any more.
_AT_THE_DESK = (ApplicationStatus.DRAFT, ApplicationStatus.SUBMITTED, ApplicationStatus.CORRECTING)
_EVERYTHING = frozenset(PersonalField)


def may_open(actor: Actor, application: Application) -> frozenset[PersonalField]:
    """What this person may open: the desk all until acceptance, own reviewers all after it, payers the account."""
    reviews = any(actor.holds(role, application.implementer_org) for role in _REVIEWERS)
    if reviews and application.accepted_at is not None:
        return _EVERYTHING
    if _is_at_desk(actor, application) and application.status in _AT_THE_DESK:
        return _EVERYTHING
    pays = actor.holds("payer", application.implementer_org) or actor.holds("finance_officer")
    return frozenset((PersonalField.ACCOUNT,)) if pays and application.status in GRANTED else frozenset()


def _is_at_desk(actor: Actor, application: Application) -> bool:
    if application.channel == Channel.ONLINE:
        return actor.holds("platform_clerk")
    return application.window_org is not None and actor.holds("window_clerk", application.window_org)


def value_of(application: Application, applicant: Applicant | None, field: PersonalField) -> str:
    """The full value; empty when it was never given."""
    if field is PersonalField.AGENT_PHONE:
        return application.agent_phone or ""
    if field is PersonalField.ACCOUNT:
        return application.account_no
    if applicant is None:
        return ""
    return (applicant.id_no if field is PersonalField.ID_NUMBER else applicant.phone) or ""


def open_full_value(runtime: Runtime, application_id: UUID, field: str, *, by: Actor, reason: str) -> str:
    """One personal value in full; who opened which one and why goes into the history in the same transaction.

    Raises BadRequest without a reason or for an unknown field, Forbidden for people who may not, NotFound for an
    application they do not see or a value that was never given.
    """
    words = reason.strip()
    if not words or len(words) > _LONGEST_REASON:
        raise BadRequest(f"请写明查看理由，不超过 {_LONGEST_REASON} 字。")
    if field not in _EVERYTHING:
        raise BadRequest("没有这一项个人信息，请从页面上的按钮打开。")
    asked = PersonalField(field)

    def work(unit: Unit) -> str:
        application = _asked_for(unit, application_id, asked)
        value = value_of(application, applications.find_applicant_of(unit.session, application), asked)
        if not value:
            raise NotFound(f"申报 {application.number} 没有填写{LABELS[asked]}。")
        instance = lock_instance(unit.session, unit.district_id, application.instance_id)
        told = {"application": application.number, "field": LABELS[asked]}
        unit.record(instance, "personal_data_opened", changes=told, reason=words)
        return value

    arguments = {"application_id": str(application_id), "field": str(asked)}
    return guarded(runtime, by, Verb("open_full_value", arguments), work)


def _asked_for(unit: Unit, application_id: UUID, field: PersonalField) -> Application:
    """The application, when this person may open the field. Never tells others that it exists."""
    application = applications.get_application(unit.session, unit.district_id, application_id)
    if field in may_open(unit.actor, application):
        return application
    may_see = exists().where(Application.id == application_id, permissions.visible(unit.actor, Application))
    if not unit.session.scalar(select(may_see)):
        raise NotFound("没有找到这件申报。它可能不存在，或者您无权查看。")
    raise Forbidden(
        f"您不能查看申报 {application.number} 的完整{LABELS[field]}：只有受理前的受理窗口、本部门审查人员"
        "（兑现经办人和财政局限收款账号）可以查看。"
    )
