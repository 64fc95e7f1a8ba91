"""Disbursement batches, read and handed out to those who pay; and what the public may read of payments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import fields, validate

from forms.identifiers import mask_account, mask_name
from processes.application_words import ApplicantKind
from processes.item_words import DisbursementType
from processes.payment_words import BatchStatus, PublicityKind
from service.api.blueprint import ApiSchema, Blueprint, PageQuery
from service.api.policies import listed, seen
from service.entrance import allows, current_actor, public
from service.orchestration.payment_lists import hand_out_payment_list
from service.wiring import runtime, session, settings
from storage.disbursements import list_lines, list_payees
from storage.models.disbursements import DisbursementBatch, DisbursementLine, Publicity
from storage.models.items import PolicyItem
from storage.models.policies import Policy
from storage.publicity import count_public, get_public, list_public

blueprint = Blueprint(
    "disbursement-batches", __name__, url_prefix="/api/v1/disbursement-batches", description="Disbursement batches"
)
publicities = Blueprint(
    "publicities", __name__, url_prefix="/api/v1/publicities", description="Results anybody may read"
)


class BatchAnswer(ApiSchema):
    """A batch. Money in 分; `arose_on` is the day its filing counts from."""

    id = fields.UUID(required=True)
    number = fields.String(required=True)
    item_id = fields.UUID(required=True)
    disbursement_type = fields.String(required=True)
    status = fields.String(required=True)
    period_from = fields.Date(required=True)
    period_to = fields.Date(required=True)
    budget_year = fields.Integer(required=True)
    total_fen = fields.Integer(required=True)
    paid_fen = fields.Integer(required=True)
    fund_split = fields.List(fields.Dict(keys=fields.String()), required=True)
    arose_on = fields.Date(required=True, allow_none=True)
    approved_at = fields.AwareDateTime(required=True, allow_none=True)
    funded_at = fields.AwareDateTime(required=True, allow_none=True)
    sent_at = fields.AwareDateTime(required=True, allow_none=True)
    sent_digest = fields.String(required=True, allow_none=True, metadata={"description": "SHA-256 of the payment list"})
    settled_at = fields.AwareDateTime(required=True, allow_none=True)
    process_instance_id = fields.UUID(required=True, allow_none=True, attribute="instance_id")
    created_at = fields.AwareDateTime(required=True)


class LineAnswer(ApiSchema):
    """One payee of a batch; names of residents and accounts are masked."""

    line_no = fields.Integer(required=True)
    application_id = fields.UUID(required=True, allow_none=True)
    payee = fields.String(required=True)
    account = fields.String(required=True)
    amount_fen = fields.Integer(required=True)
    state = fields.String(required=True)
    disputed = fields.Boolean(required=True)
    reason = fields.String(required=True, allow_none=True)
    outcome = fields.String(required=True, allow_none=True)
    paid_on = fields.Date(required=True, allow_none=True)
    voucher_no = fields.String(required=True, allow_none=True)


class BatchDetail(BatchAnswer):
    """A batch with its lines."""

    lines = fields.List(fields.Nested(LineAnswer), required=True)


class BatchPage(ApiSchema):
    """A part of a list of batches, newest first, and how many there are in all."""

    items = fields.List(fields.Nested(BatchAnswer), required=True)
    total = fields.Integer(required=True)


class BatchQuery(PageQuery):
    """Which batches to list."""

    item_id = fields.UUID()
    status = fields.String(validate=validate.OneOf([str(each) for each in BatchStatus], error="没有这种批次状态。"))
    disbursement_type = fields.String(
        validate=validate.OneOf([str(each) for each in DisbursementType], error="没有这种兑现方式。")
    )
    instance_id = fields.UUID(data_key="process_instance_id", metadata={"description": "the case of the batch"})


class EntryAnswer(ApiSchema):
    """One line as the public reads it. Money in 分."""

    name = fields.String(required=True)
    amount_fen = fields.Integer(required=True)


class PublicityAnswer(ApiSchema):
    """A list before the public; `to_on` is empty when it stays for good. Money in 分."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    policy_number = fields.String(required=True)
    policy_title = fields.String(required=True)
    item_number = fields.String(required=True)
    item_name = fields.String(required=True)
    from_on = fields.Date(required=True)
    to_on = fields.Date(required=True, allow_none=True)
    total_fen = fields.Integer(required=True)
    entries = fields.List(fields.Nested(EntryAnswer), required=True)
    channels = fields.List(fields.String(), required=True)
    contact = fields.String(required=True)
    published_at = fields.AwareDateTime(required=True)


class PublicityPage(ApiSchema):
    """A part of what is public, newest first, and how much there is in all."""

    items = fields.List(fields.Nested(PublicityAnswer), required=True)
    total = fields.Integer(required=True)


class PublicityQuery(PageQuery):
    """What to list: by kind, by item, by words of the item or policy, or only lists open to objections on a day."""

    kind = fields.String(validate=validate.OneOf([str(each) for each in PublicityKind], error="没有这种公示。"))
    item_id = fields.UUID()
    running_on = fields.Date()
    text = fields.String(validate=validate.Length(max=100, error="太长。"))


@blueprint.get("")
@allows("read_own")
@blueprint.arguments(BatchQuery, location="query")
@blueprint.response(200, BatchPage)
def list_all(asked: dict[str, Any]) -> dict[str, Any]:
    """Batches in which the caller has or had a duty."""
    filters = ("item_id", "status", "disbursement_type", "instance_id")
    return listed(DisbursementBatch, asked, filters, DisbursementBatch.created_at.desc())


@blueprint.get("/<uuid:batch_id>")
@allows("read_own")
@blueprint.response(200, BatchDetail)
def one(batch_id: UUID) -> dict[str, Any]:
    """One batch with its lines."""
    batch = seen(DisbursementBatch, batch_id, "这个兑现批次")
    payees = list_payees(session(), batch)
    residents = {key for key, each in payees.items() if each.kind == ApplicantKind.RESIDENT}
    copied = {name: getattr(batch, name) for name in _COPIED}
    return {
        **copied,
        "instance_id": batch.instance_id,
        "lines": [_line(line, masked=line.applicant_id in residents) for line in list_lines(session(), batch)],
    }


@blueprint.get("/<uuid:batch_id>/payment-list")
@allows("work_on_tasks")
@blueprint.response(200, content_type="text/csv")
@blueprint.alt_response(409, description="The money is not confirmed yet")
def payment_list(batch_id: UUID) -> Response:
    """The payment list with full accounts, for those who pay; who took it is kept in the history."""
    number, content = hand_out_payment_list(runtime(), batch_id, by=current_actor())
    # The mark lets spreadsheets read Chinese; the treasury's importers skip it.
    answer = Response("\ufeff" + content, mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{number}.csv"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@publicities.get("")
@public
@publicities.arguments(PublicityQuery, location="query")
@publicities.response(200, PublicityPage)
def list_publicities(asked: dict[str, Any]) -> dict[str, Any]:
    """Results and lists that anybody may read."""
    wanted: dict[str, Any] = {name: asked.get(name) for name in ("running_on", "item_id", "text")}
    wanted["kinds"] = (PublicityKind(asked["kind"]),) if "kind" in asked else ()
    district_id, offset = settings().district_id, (asked["page"] - 1) * asked["page_size"]
    rows = list_public(session(), district_id, **wanted, limit=asked["page_size"], offset=offset)
    return {"items": [_publicity(*row) for row in rows], "total": count_public(session(), district_id, **wanted)}


@publicities.get("/<uuid:publicity_id>")
@public
@publicities.response(200, PublicityAnswer)
def one_publicity(publicity_id: UUID) -> dict[str, Any]:
    """One list that anybody may read."""
    return _publicity(*get_public(session(), settings().district_id, publicity_id))


_COPIED: Sequence[str] = tuple(name for name in BatchAnswer().fields if name != "process_instance_id")
_SHOWN: Sequence[str] = (
    "id",
    "kind",
    "from_on",
    "to_on",
    "total_fen",
    "entries",
    "channels",
    "contact",
    "published_at",
)


def _line(line: DisbursementLine, *, masked: bool) -> dict[str, Any]:
    copied = {name: getattr(line, name) for name in LineAnswer().fields}
    return {
        **copied,
        "payee": mask_name(line.payee) if masked else line.payee,
        "account": mask_account(line.account),
    }


def _publicity(row: Publicity, item: PolicyItem, policy: Policy) -> dict[str, Any]:
    return {
        **{name: getattr(row, name) for name in _SHOWN},
        "policy_number": policy.number,
        "policy_title": policy.title,
        "item_number": item.number,
        "item_name": item.name,
    }
