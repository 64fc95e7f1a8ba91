"""The own data of an applicant: masked, opened by click, changed; what was changed, when and by whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from flask import flash, make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from processes.actors import Actor
from processes.application_words import ApplicantEventKind, ApplicantKind
from processes.errors import AnswersRefused
from service.entrance import allows, current_actor
from service.orchestration.profile import LABELS, OwnField, Profile, change_profile, masked, open_own_value
from service.pages.site import page, pages, wants_part
from service.pages.translation import gettext, to_translate
from service.wiring import runtime, session
from storage.applicant_events import list_applicant_events
from storage.applications import list_applicants_of
from storage.models.applicant_events import ApplicantEvent
from storage.models.applications import Applicant
from storage.people import find_organisation

Answer = Response | tuple[str, int]
EVENTS: Mapping[str, str] = {
    ApplicantEventKind.REGISTERED: to_translate("注册"),
    ApplicantEventKind.CHANGED: to_translate("修改信息"),
    ApplicantEventKind.OPENED: to_translate("查看完整号码"),
    ApplicantEventKind.AUTHORISED: to_translate("授权代办"),
    ApplicantEventKind.ACCEPTED: to_translate("接受代办"),
    ApplicantEventKind.DECLINED: to_translate("谢绝代办"),
    ApplicantEventKind.REVOKED: to_translate("撤销代办"),
    ApplicantEventKind.EXPIRED: to_translate("代办到期"),
}
#: What of an event is told in words; ids and codes are not.
TOLD: Mapping[str, str] = {
    "contact": to_translate("联系人"),
    "legal_rep": to_translate("法定代表人或负责人"),
    "phone": to_translate("联系电话"),
    "account_name": to_translate("户名"),
    "account_bank": to_translate("开户银行"),
    "account_no": to_translate("收款账号"),
    "id_no": to_translate("身份证号码"),
    "agent": to_translate("代办人"),
}


@dataclass(frozen=True, slots=True)
class OwnValue:
    """A masked value of the own record; empty when it was never given."""

    field: OwnField
    label: str
    shown: str


@pages.get("/my/profile")
@allows("apply_for_oneself")
def profile() -> Answer:
    return _profile()


@pages.post("/my/profile")
@allows("apply_for_oneself")
def save_profile() -> Answer:
    """Change the own data; a refusal keeps what was typed."""
    asked = Profile(**{each.name: request.form.get(each.name, "") for each in fields(Profile)})
    try:
        changed = change_profile(runtime(), asked, by=current_actor())
    except AnswersRefused as refused:
        return _profile(refused.fields, refused.message, 422)
    flash(gettext("信息已保存，下次申报自动填入。") if changed else gettext("没有改动。"), "success")
    return redirect(url_for("pages.profile"), 303)


@pages.post("/my/profile/value")
@allows("apply_for_oneself")
def open_profile_value() -> Response:
    """The full value, once; a script gets it as a part that replaces the masked one. No cache keeps it."""
    field = request.form.get("field", "")
    value = open_own_value(runtime(), field, by=current_actor())
    template = "parts/full_value.html" if wants_part() else "full_value.html"
    noted = gettext("只显示这一次，已记入信息变动记录。")
    body, status = page(
        template, value=value, label=LABELS[OwnField(field)], noted=noted, back=url_for("pages.profile")
    )
    answer = make_response(body, status)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _profile(messages: Mapping[str, Sequence[str]] = {}, refusal: str = "", status: int = 200) -> tuple[str, int]:
    actor = current_actor()
    applicant = _applicant(actor)
    code = actor.organisation or ""
    organisation = find_organisation(session(), actor.district_id, code)
    return page(
        "profile.html",
        status,
        applicant=applicant,
        name=applicant.name if applicant is not None else "—" if organisation is None else organisation.name,
        resident=applicant is not None and applicant.kind == ApplicantKind.RESIDENT,
        code=code if applicant is None else applicant.uscc,
        values={each: _own_value(applicant, each) for each in OwnField},
        sent=request.form,
        messages=messages,
        refusal=refusal,
        events=[] if applicant is None else list_applicant_events(session(), applicant),
        words=EVENTS,
        changes_of=_changes,
    )


def _applicant(actor: Actor) -> Applicant | None:
    """The record behind the person's organisation; None before the first application of one that did not register."""
    found = list_applicants_of(session(), actor.district_id, [] if actor.organisation is None else [actor.organisation])
    return found[0] if found else None


def _own_value(applicant: Applicant | None, field: OwnField) -> OwnValue:
    value = "" if applicant is None else getattr(applicant, field) or ""
    return OwnValue(field, LABELS[field], masked(field, value) if value else "")


def _changes(event: ApplicantEvent) -> list[tuple[str, str, str]]:
    """(field, old, new) of what is told of an event."""
    return [
        (gettext(TOLD[name]), before or "—", after or "—")
        for name, (before, after) in event.changes.items()
        if name in TOLD
    ]
