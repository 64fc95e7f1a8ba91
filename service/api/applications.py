"""Applications: read here, changed through tasks, taken back here. Personal data of the applicant are masked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from marshmallow import fields, validate

from forms.identifiers import mask_account, mask_id_number, mask_name, mask_phone
from processes.application_words import ApplicantKind, ApplicationStatus
from service.api.blueprint import ApiSchema, Blueprint, PageQuery, Reason
from service.api.policies import listed, seen
from service.entrance import allows, current_actor
from service.orchestration.withdrawal import withdraw_application
from service.wiring import runtime, session
from storage.models.applications import Applicant, Application
from storage.record_lists import applicants_of

blueprint = Blueprint("applications", __name__, url_prefix="/api/v1/applications", description="Applications")


class ApplicantAnswer(ApiSchema):
    """Who applies; numbers, names of people and accounts are masked."""

    kind = fields.String(required=True)
    name = fields.String(required=True)
    code = fields.String(required=True, allow_none=True, metadata={"description": "credit code, or masked id number"})
    contact = fields.String(required=True)
    phone = fields.String(required=True)


class ApplicationAnswer(ApiSchema):
    """One application for an item. Money in 分; `process_instance_id` is its case."""

    id = fields.UUID(required=True)
    number = fields.String(required=True)
    item_id = fields.UUID(required=True)
    status = fields.String(required=True)
    channel = fields.String(required=True)
    implementer_org = fields.String(required=True)
    applicant = fields.Nested(ApplicantAnswer, required=True, allow_none=True)
    account_no = fields.String(required=True)
    agency_id = fields.UUID(required=True, allow_none=True, metadata={"description": "under which an agent applies"})
    requested_fen = fields.Integer(required=True, allow_none=True)
    approved_fen = fields.Integer(required=True, allow_none=True)
    receipt_no = fields.String(required=True, allow_none=True)
    reason_code = fields.String(required=True, allow_none=True)
    refusal_text = fields.String(required=True, allow_none=True)
    submitted_at = fields.AwareDateTime(required=True, allow_none=True)
    accepted_at = fields.AwareDateTime(required=True, allow_none=True)
    promised_due_on = fields.Date(required=True, allow_none=True)
    decided_at = fields.AwareDateTime(required=True, allow_none=True)
    paid_on = fields.Date(required=True, allow_none=True)
    closed_at = fields.AwareDateTime(required=True, allow_none=True)
    process_instance_id = fields.UUID(required=True, attribute="instance_id")
    created_at = fields.AwareDateTime(required=True)


class ApplicationPage(ApiSchema):
    """A part of a list of applications, newest first, and how many there are in all."""

    items = fields.List(fields.Nested(ApplicationAnswer), required=True)
    total = fields.Integer(required=True)


class ApplicationQuery(PageQuery):
    """Which applications to list."""

    item_id = fields.UUID()
    status = fields.String(
        validate=validate.OneOf([str(each) for each in ApplicationStatus], error="没有这种申报状态。")
    )
    implementer_org = fields.String(validate=validate.Length(max=60, error="太长。"))
    instance_id = fields.UUID(data_key="process_instance_id", metadata={"description": "the case of the application"})


@blueprint.get("")
@allows("read_own")
@blueprint.arguments(ApplicationQuery, location="query")
@blueprint.response(200, ApplicationPage)
def list_all(asked: dict[str, Any]) -> dict[str, Any]:
    """Applications of the caller's enterprise, or on which the caller has a duty."""
    filters = ("item_id", "status", "implementer_org", "instance_id")
    found = listed(Application, asked, filters, Application.created_at.desc())
    return {"items": _masked(found["items"]), "total": found["total"]}


@blueprint.get("/<uuid:application_id>")
@allows("read_own")
@blueprint.response(200, ApplicationAnswer)
def one(application_id: UUID) -> dict[str, Any]:
    """One application."""
    return _masked([seen(Application, application_id, "这件申报")])[0]


@blueprint.post("/<uuid:application_id>/withdrawal")
@allows("work_on_tasks")
@blueprint.arguments(Reason)
@blueprint.response(200, ApplicationAnswer)
def withdraw(asked: dict[str, Any], application_id: UUID) -> dict[str, Any]:
    """Take an application back before it is decided: its applicant, or the window on the applicant's behalf."""
    seen(Application, application_id, "这件申报")
    withdraw_application(runtime(), application_id, by=current_actor(), reason=asked["reason"])
    return _masked([seen(Application, application_id, "这件申报")])[0]


_COPIED = tuple(name for name in ApplicationAnswer().fields if name not in ("applicant", "account_no"))


def _masked(rows: Sequence[Application]) -> list[dict[str, Any]]:
    ids = {row.applicant_id for row in rows if row.applicant_id is not None}
    applicants = applicants_of(session(), current_actor().district_id, ids)
    return [_one(row, applicants.get(row.applicant_id) if row.applicant_id is not None else None) for row in rows]


def _one(row: Application, applicant: Applicant | None) -> dict[str, Any]:
    copied = {name: getattr(row, "instance_id" if name == "process_instance_id" else name) for name in _COPIED}
    copied["instance_id"] = copied.pop("process_instance_id")
    return {
        **copied,
        "applicant": None if applicant is None else _applicant(applicant),
        "account_no": mask_account(row.account_no) if row.account_no else "",
    }


def _applicant(row: Applicant) -> dict[str, Any]:
    is_resident = row.kind == ApplicantKind.RESIDENT
    return {
        "kind": row.kind,
        "name": mask_name(row.name) if is_resident else row.name,
        "code": mask_id_number(row.id_no) if row.id_no else row.uscc,
        "contact": mask_name(row.contact) if row.contact else "",
        "phone": mask_phone(row.phone) if row.phone else "",
    }
