"""The record of the applicant to whose people somebody belongs; made when the register of organisations knows it."""

from __future__ import annotations

from forms.identifiers import is_credit_code
from processes.application_words import ApplicantKind
from processes.errors import Forbidden
from service.orchestration.runtime import Unit
from storage.applications import list_applicants_of
from storage.db import new_id
from storage.models.applications import Applicant
from storage.people import find_organisation


def own_applicant(unit: Unit) -> Applicant:
    """The record behind the actor's organisation. Raises Forbidden for people who belong to no applicant."""
    code = unit.actor.organisation
    if code is None or not unit.actor.holds("applicant", code):
        raise Forbidden("只有申报主体的经办人可以办理。请以申报主体的账号登录。")
    found = list_applicants_of(unit.session, unit.district_id, [code])
    return found[0] if found else _made(unit, code)


def _made(unit: Unit, code: str) -> Applicant:
    organisation = find_organisation(unit.session, unit.district_id, code)
    if organisation is None or organisation.kind != "applicant" or not is_credit_code(code):
        raise Forbidden("主体库中没有您所在的申报主体，请到政务服务中心窗口核对登记信息。")
    applicant = Applicant(
        district_id=unit.district_id,
        id=new_id(),
        kind=ApplicantKind.ENTERPRISE,
        name=organisation.name,
        uscc=code,
        organisation=code,
        created_at=unit.now,
        updated_at=unit.now,
    )
    unit.session.add(applicant)
    unit.session.flush()
    return applicant
