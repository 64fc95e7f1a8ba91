"""Masked personal values with the control that opens one of them: posted with a reason, shown once, audited (10.5)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import make_response, request
from werkzeug.wrappers import Response

from forms.identifiers import mask_account, mask_id_number, mask_phone
from processes.actors import Actor
from service.entrance import allows, current_actor
from service.orchestration.personal_data import LABELS, PersonalField, may_open, open_full_value, value_of
from service.pages.site import page, pages, wants_part
from service.wiring import runtime
from storage.models.applications import Applicant, Application


@dataclass(frozen=True, slots=True)
class Masked:
    """A personal value as screens show it. `may_open`: this person may ask for it in full."""

    application_id: UUID
    field: PersonalField
    label: str
    shown: str
    may_open: bool


def masked_values(actor: Actor, application: Application, applicant: Applicant | None) -> list[Masked]:
    """The personal values of an application, masked, for the component `personal`; those never given are left out."""
    allowed = may_open(actor, application)
    found = []
    for field in PersonalField:
        value = value_of(application, applicant, field)
        if value:
            found.append(Masked(application.id, field, LABELS[field], _mask(field, value), field in allowed))
    return found


def _mask(field: PersonalField, value: str) -> str:
    if field is PersonalField.ID_NUMBER:
        return mask_id_number(value)
    return mask_account(value) if field is PersonalField.ACCOUNT else mask_phone(value)


@pages.post("/applications/<uuid:application_id>/personal-data")
@allows("read_own")
def open_personal_value(application_id: UUID) -> Response:
    """The full value, once; a script gets it as a part that replaces the masked one. No cache keeps it."""
    field, reason = request.form.get("field", ""), request.form.get("reason", "")
    value = open_full_value(runtime(), application_id, field, by=current_actor(), reason=reason)
    template = "parts/full_value.html" if wants_part() else "full_value.html"
    body, status = page(template, value=value, label=LABELS[PersonalField(field)])
    answer = make_response(body, status)
    answer.headers["Cache-Control"] = "no-store"
    return answer
