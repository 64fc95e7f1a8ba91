"""The own data of an applicant: changed with what was there before, opened in full and noted (10.4, 10.5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from forms.identifiers import is_account, is_phone, mask_account, mask_id_number, mask_phone
from processes.actors import Actor
from processes.application_words import ApplicantEventKind
from processes.errors import AnswersRefused, BadRequest, NotFound
from service.orchestration.applicant_trail import note_event
from service.orchestration.own_record import own_applicant
from service.orchestration.runtime import Runtime, Unit, transaction
from storage.models.applications import Applicant

LONGEST_PERSON = 60
LONGEST_BANK = 120


class OwnField(StrEnum):
    """A value of the own record that screens show masked."""

    ID_NUMBER = "id_no"
    PHONE = "phone"
    ACCOUNT = "account_no"


LABELS: Mapping[OwnField, str] = {
    OwnField.ID_NUMBER: "身份证号码",
    OwnField.PHONE: "联系电话",
    OwnField.ACCOUNT: "收款账号",
}
_MASKS: Mapping[str, Callable[[str], str]] = {
    OwnField.ID_NUMBER: mask_id_number,
    OwnField.PHONE: mask_phone,
    OwnField.ACCOUNT: mask_account,
}


@dataclass(frozen=True, slots=True)
class Profile:
    """What a person fills in. A phone or an account left empty stays as it is: it is shown masked only."""

    contact: str
    legal_rep: str
    phone: str
    account_bank: str
    account_no: str


def masked(field: OwnField, value: str) -> str:
    """The value as screens show it."""
    return _MASKS[field](value)


def change_profile(runtime: Runtime, asked: Profile, *, by: Actor) -> bool:
    """Change the record of the actor's applicant; False when all of it stands there already.

    The account is always in the applicant's own name (gate G6). Raises AnswersRefused with messages per field,
    Forbidden for people who belong to no applicant. Applications that run keep the account they were filed with.
    """

    def work(unit: Unit) -> bool:
        applicant = own_applicant(unit)
        values = _values(asked, applicant)
        changes = {
            name: [_shown(name, getattr(applicant, name) or ""), _shown(name, value)]
            for name, value in values.items()
            if value != (getattr(applicant, name) or "")
        }
        if not changes:
            return False
        for name, value in values.items():
            setattr(applicant, name, value)
        applicant.updated_at = unit.now
        note_event(unit, applicant, ApplicantEventKind.CHANGED, by=by, changes=changes)
        return True

    return transaction(runtime, by, work)


def open_own_value(runtime: Runtime, field: str, *, by: Actor) -> str:
    """One own value in full; who opened which one is noted in the same transaction.

    Raises BadRequest for a field that is not masked, NotFound when it was never given, Forbidden as above.
    """
    if field not in set(OwnField):
        raise BadRequest("没有这一项信息，请从页面上的按钮打开。")
    asked = OwnField(field)

    def work(unit: Unit) -> str:
        applicant = own_applicant(unit)
        value = getattr(applicant, asked) or ""
        if not value:
            raise NotFound(f"还没有填写{LABELS[asked]}。")
        told = masked(asked, value)
        note_event(unit, applicant, ApplicantEventKind.OPENED, by=by, changes={str(asked): [told, told]})
        return str(value)

    return transaction(runtime, by, work)


def _values(asked: Profile, applicant: Applicant) -> dict[str, str]:
    """The new values by column. Raises AnswersRefused for what cannot be."""
    values = {
        "contact": asked.contact.strip(),
        "legal_rep": "" if applicant.id_no else asked.legal_rep.strip(),
        "phone": asked.phone.strip() or applicant.phone,
        "account_bank": asked.account_bank.strip(),
        "account_no": asked.account_no.replace(" ", "") or applicant.account_no,
    }
    values["account_name"] = applicant.name if values["account_no"] or values["account_bank"] else ""
    refused = _refused(values)
    if refused:
        raise AnswersRefused(refused)
    return values


def _refused(values: Mapping[str, str]) -> dict[str, list[str]]:
    refused: dict[str, list[str]] = {}
    if not values["contact"] or not _is_words(values["contact"], LONGEST_PERSON):
        refused["contact"] = ["请填写联系人姓名。"]
    if not _is_words(values["legal_rep"], LONGEST_PERSON):
        refused["legal_rep"] = [f"姓名最多 {LONGEST_PERSON} 个字。"]
    if not is_phone(values["phone"]):
        refused["phone"] = ["电话号码的格式不对，请填写手机号码，或带区号的固定电话。"]
    if not _is_words(values["account_bank"], LONGEST_BANK):
        refused["account_bank"] = [f"开户银行名称最多 {LONGEST_BANK} 个字。"]
    if values["account_no"] and not is_account(values["account_no"]):
        refused["account_no"] = ["账号应为 8 至 30 位数字，请核对。"]
    elif bool(values["account_no"]) != bool(values["account_bank"]):
        missing = "account_bank" if values["account_no"] else "account_no"
        refused[missing] = ["开户银行和账号要一起填写。"]
    return refused


def _is_words(text: str, longest: int) -> bool:
    return len(text) <= longest and text.isprintable()


def _shown(name: str, value: str) -> str:
    mask = _MASKS.get(name)
    return value if mask is None or not value else mask(value)
