"""Policies, their items and consultations, for reading: they change through tasks."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import fields, validate
from sqlalchemy import ColumnElement

from processes.item_words import DisbursementType, ItemStatus
from processes.policy_words import ConsultationKind, PolicyStatus
from service import permissions
from service.api.blueprint import ApiSchema, Blueprint, PageQuery
from service.entrance import allows, current_actor
from service.wiring import session
from storage.models.items import PolicyItem
from storage.models.policies import Policy
from storage.models.policy_opinions import Consultation
from storage.record_lists import get_record, list_records
from storage.worklists import Page

blueprint = Blueprint("policies", __name__, url_prefix="/api/v1/policies", description="Policies, read only")
items = Blueprint("policy-items", __name__, url_prefix="/api/v1/policy-items", description="Policy items, read only")
consultations = Blueprint(
    "consultations", __name__, url_prefix="/api/v1/consultations", description="Consultations, read only"
)

_CODE = validate.Length(max=60, error="太长。")


class PolicyAnswer(ApiSchema):
    """A policy. Money in 分; `process_instance_id` is its lifecycle."""

    id = fields.UUID(required=True)
    number = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.String(required=True)
    maker_org = fields.String(required=True)
    implementer_orgs = fields.List(fields.String(), required=True)
    level = fields.String(required=True)
    target = fields.String(required=True)
    category = fields.String(required=True, allow_none=True)
    issuing_body = fields.String(required=True, allow_none=True)
    doc_no = fields.String(required=True, allow_none=True)
    budget_total_fen = fields.Integer(required=True, allow_none=True)
    signed_on = fields.Date(required=True, allow_none=True)
    published_on = fields.Date(required=True, allow_none=True)
    effective_from = fields.Date(required=True, allow_none=True)
    effective_to = fields.Date(required=True, allow_none=True)
    issued_digest = fields.String(
        required=True, allow_none=True, metadata={"description": "SHA-256 of the issued text"}
    )
    process_instance_id = fields.UUID(required=True, allow_none=True, attribute="instance_id")
    created_at = fields.AwareDateTime(required=True)
    updated_at = fields.AwareDateTime(required=True)


class PolicyPage(ApiSchema):
    """A part of a list of policies, newest first, and how many there are in all."""

    items = fields.List(fields.Nested(PolicyAnswer), required=True)
    total = fields.Integer(required=True)


class PolicyQuery(PageQuery):
    """Which policies to list."""

    status = fields.String(validate=validate.OneOf([str(each) for each in PolicyStatus], error="没有这种政策状态。"))
    maker_org = fields.String(validate=_CODE)


class ItemAnswer(ApiSchema):
    """A policy item (政策服务事项). Money in 分, handling and publicity times in working days."""

    id = fields.UUID(required=True)
    number = fields.String(required=True)
    policy_id = fields.UUID(required=True)
    name = fields.String(required=True)
    status = fields.String(required=True)
    version_no = fields.Integer(required=True)
    implementer_org = fields.String(required=True)
    benefit_kind = fields.String(required=True)
    disbursement_type = fields.String(required=True)
    beneficiary = fields.String(required=True)
    benefit_content = fields.String(required=True)
    conditions = fields.List(fields.Dict(keys=fields.String()), required=True)
    materials = fields.List(fields.Dict(keys=fields.String()), required=True)
    handling_days = fields.Integer(required=True)
    publicity_days = fields.Integer(required=True)
    budget_fen = fields.Integer(required=True, allow_none=True)
    cap_fen = fields.Integer(required=True, allow_none=True)
    channels = fields.String(required=True, allow_none=True)
    open_mode = fields.String(required=True, allow_none=True)
    open_at = fields.AwareDateTime(required=True, allow_none=True)
    close_at = fields.AwareDateTime(required=True, allow_none=True)
    opened_at = fields.AwareDateTime(required=True, allow_none=True)
    closed_at = fields.AwareDateTime(required=True, allow_none=True)
    process_instance_id = fields.UUID(required=True, allow_none=True, attribute="instance_id")
    created_at = fields.AwareDateTime(required=True)
    updated_at = fields.AwareDateTime(required=True)


class ItemPage(ApiSchema):
    """A part of a list of items, newest first, and how many there are in all."""

    items = fields.List(fields.Nested(ItemAnswer), required=True)
    total = fields.Integer(required=True)


class ItemQuery(PageQuery):
    """Which items to list."""

    policy_id = fields.UUID()
    status = fields.String(validate=validate.OneOf([str(each) for each in ItemStatus], error="没有这种事项状态。"))
    disbursement_type = fields.String(
        validate=validate.OneOf([str(each) for each in DisbursementType], error="没有这种兑现方式。")
    )
    implementer_org = fields.String(validate=_CODE)


class ConsultationAnswer(ApiSchema):
    """One round of asking for opinions."""

    id = fields.UUID(required=True)
    policy_id = fields.UUID(required=True)
    kind = fields.String(required=True)
    round_no = fields.Integer(required=True)
    public_comment = fields.Boolean(required=True)
    comment_from = fields.Date(required=True, allow_none=True)
    comment_to = fields.Date(required=True, allow_none=True)
    reply_due = fields.Date(required=True)
    conclusion = fields.String(required=True, allow_none=True)
    opened_at = fields.AwareDateTime(required=True)
    published_at = fields.AwareDateTime(required=True, allow_none=True)
    confirmed_at = fields.AwareDateTime(required=True, allow_none=True)


class ConsultationPage(ApiSchema):
    """A part of a list of consultations, newest first, and how many there are in all."""

    items = fields.List(fields.Nested(ConsultationAnswer), required=True)
    total = fields.Integer(required=True)


class ConsultationQuery(PageQuery):
    """Which consultations to list."""

    policy_id = fields.UUID()
    kind = fields.String(validate=validate.OneOf([str(each) for each in ConsultationKind], error="没有这种征询。"))


def listed(model: Any, asked: dict[str, Any], names: tuple[str, ...], order: ColumnElement[Any]) -> dict[str, Any]:
    """A page of the rows that the caller may see and whose columns `names` are as asked."""
    conditions = [permissions.visible(current_actor(), model)]
    conditions += [getattr(model, name) == asked[name] for name in names if name in asked]
    rows, total = list_records(session(), model, conditions, order, Page(asked["page"], asked["page_size"]))
    return {"items": rows, "total": total}


def seen(model: Any, row_id: UUID, name: str) -> Any:
    """The row, when the caller may see it; raises NotFound for all others alike."""
    return get_record(session(), model, [permissions.visible(current_actor(), model), model.id == row_id], name=name)


@blueprint.get("")
@allows("read_policies")
@blueprint.arguments(PolicyQuery, location="query")
@blueprint.response(200, PolicyPage)
def list_policies(asked: dict[str, Any]) -> dict[str, Any]:
    """Policies that the caller may see."""
    return listed(Policy, asked, ("status", "maker_org"), Policy.created_at.desc())


@blueprint.get("/<uuid:policy_id>")
@allows("read_policies")
@blueprint.response(200, PolicyAnswer)
def one_policy(policy_id: UUID) -> Any:
    """One policy."""
    return seen(Policy, policy_id, "这项政策")


@items.get("")
@allows("read_policies")
@items.arguments(ItemQuery, location="query")
@items.response(200, ItemPage)
def list_items(asked: dict[str, Any]) -> dict[str, Any]:
    """Policy items that the caller may see."""
    names = ("policy_id", "status", "disbursement_type", "implementer_org")
    return listed(PolicyItem, asked, names, PolicyItem.created_at.desc())


@items.get("/<uuid:item_id>")
@allows("read_policies")
@items.response(200, ItemAnswer)
def one_item(item_id: UUID) -> Any:
    """One policy item."""
    return seen(PolicyItem, item_id, "这个政策服务事项")


@consultations.get("")
@allows("read_policies")
@consultations.arguments(ConsultationQuery, location="query")
@consultations.response(200, ConsultationPage)
def list_consultations(asked: dict[str, Any]) -> dict[str, Any]:
    """Consultations on policies that the caller may see."""
    return listed(Consultation, asked, ("policy_id", "kind"), Consultation.opened_at.desc())


@consultations.get("/<uuid:consultation_id>")
@allows("read_policies")
@consultations.response(200, ConsultationAnswer)
def one_consultation(consultation_id: UUID) -> Any:
    """One consultation."""
    return seen(Consultation, consultation_id, "这次意见征询")
