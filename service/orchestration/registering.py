"""Registering: an enterprise or a resident makes an account of its own, once for each number."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from forms.identifiers import is_credit_code, is_id_number, is_phone, mask_id_number, mask_name, mask_phone
from processes.actors import Actor, system_actor
from processes.application_words import ApplicantEventKind, ApplicantKind
from processes.desk_words import Digest
from processes.errors import AnswersRefused, BadRequest, Conflict
from processes.notice_words import is_email
from processes.notice_words import is_phone as is_mobile
from service.identity import accounts
from service.identity.passwords import hash_password
from service.orchestration.applicant_trail import note_event
from service.orchestration.people import check_login, check_password
from service.orchestration.runtime import Runtime, Unit, transaction
from storage.applications import find_applicant
from storage.db import new_id
from storage.models.applications import Applicant
from storage.models.notices import ContactPreference
from storage.models.people import Membership, Organisation, User
from storage.people import find_organisation, find_user, has_had_members

#: The wording of the privacy sentence that `register.html` shows; kept with the consent, changed when the words are.
PRIVACY_WORDING = "2026-11"
LONGEST_NAME = 120
LONGEST_PERSON = 60
TAKEN = (
    "账号或证件号码已被使用，没有注册。请换一个账号再试；如本单位或本人已经注册，请直接登录。"
    "忘记账号，或在窗口办理过而登记信息不一致的，请持证件到政务服务中心窗口核对。"
)
TOO_OFTEN = "从您的网络注册的次数太多，请一分钟后再试。"
#: Tries to register are counted apart from tries to sign in.
_COUNTED_AS = "register:"


class RegistrationRefused(Conflict):
    """The login or the number is in use (never telling which, nor by whom), or too many tries came from there."""

    code = "REGISTRATION_REFUSED"


@dataclass(frozen=True, slots=True)
class Registration:
    """What somebody fills in. `number` is a credit code, for residents an id number; `contact` the person who acts."""

    kind: str
    name: str
    number: str
    contact: str
    phone: str
    email: str
    login: str
    password: str
    password_again: str
    consent: bool

    @property
    def is_resident(self) -> bool:
        return self.kind == ApplicantKind.RESIDENT

    @property
    def person(self) -> str:
        """Who signs in: the resident, or the contact of the enterprise."""
        return self.name if self.is_resident else self.contact

    def tidied(self) -> Registration:
        """The same without blanks around, numbers in capitals."""
        names = ("name", "contact", "phone", "email", "login")
        return replace(
            self, number=self.number.strip().upper(), **{each: getattr(self, each).strip() for each in names}
        )


def register(runtime: Runtime, district_id: str, asked: Registration, *, address: str | None) -> str:
    """Make the account, the applicant's record and the post, and sign in; answers the secret for the login cookie.

    Raises AnswersRefused with messages per field, and RegistrationRefused. The password is hashed before anything is
    looked up, so that no answer is quicker than another.
    """
    asked = asked.tidied()
    refuse_unfit(asked)
    password_hash = hash_password(asked.password)
    counted = None if address is None else f"{_COUNTED_AS}{address}"[:64]

    def work(unit: Unit) -> tuple[str | None, str]:
        if accounts.tried_too_often(unit.session, district_id, counted, now=unit.now):
            return None, TOO_OFTEN
        accounts.note_try(unit.session, district_id, counted, now=unit.now)
        applicant = find_applicant(unit.session, district_id, asked.number)
        if find_user(unit.session, district_id, asked.login) is not None or not _may_have(unit, asked, applicant):
            return None, TAKEN
        user = _account(unit, asked, _record(unit, asked, applicant), password_hash)
        return accounts.open_login_session(unit.session, user, now=unit.now, address=address), ""

    token, refusal = transaction(runtime, system_actor(district_id), work)
    if token is None:
        raise RegistrationRefused(refusal)
    return token


def refuse_unfit(asked: Registration) -> None:
    """Raise AnswersRefused with what is wrong in the fields themselves, whoever is registered already."""
    refused: dict[str, list[str]] = {}
    if asked.kind not in set(ApplicantKind):
        refused["kind"] = ["请选择主体类别。"]
    if not _is_words(asked.name, LONGEST_PERSON if asked.is_resident else LONGEST_NAME):
        refused["name"] = ["请填写姓名，与身份证一致。" if asked.is_resident else "请填写名称，与登记证照一致。"]
    if not (is_id_number if asked.is_resident else is_credit_code)(asked.number):
        what = "身份证号码" if asked.is_resident else "统一社会信用代码"
        refused["number"] = [f"{what}应为 18 位且校验位正确，请对照证照核对。"]
    if not asked.is_resident and not _is_words(asked.contact, LONGEST_PERSON):
        refused["contact"] = ["请填写联系人姓名。"]
    if not is_phone(asked.phone):
        refused["phone"] = ["电话号码的格式不对，请填写手机号码，或带区号的固定电话。"]
    if asked.email and not is_email(asked.email):
        refused["email"] = ["邮箱地址的格式不对。请填写类似 name@example.com 的地址，或留空。"]
    refused |= _unfit_account(asked)
    if refused:
        raise AnswersRefused(refused)


def _unfit_account(asked: Registration) -> dict[str, list[str]]:
    refused: dict[str, list[str]] = {}
    try:
        check_login(asked.login)
    except BadRequest as error:
        refused["login"] = [error.message]
    try:
        check_password(asked.password)
    except BadRequest as error:
        refused["password"] = [error.message]
    if asked.password != asked.password_again:
        refused["password_again"] = ["两次填写的密码不一致，请重新填写。"]
    if not asked.consent:
        refused["consent"] = ["请阅读并同意个人信息处理说明后再注册。"]
    return refused


def _is_words(text: str, longest: int) -> bool:
    return 0 < len(text) <= longest and text.isprintable()


def _may_have(unit: Unit, asked: Registration, applicant: Applicant | None) -> bool:
    """False when the number has an account, or when what is on record under it (from a window) does not fit.

    A record holds applications that the new account will see: the name and the phone given there must be the same.
    """
    if applicant is not None and (applicant.name, applicant.phone) != (asked.name, asked.phone):
        return False
    code = asked.number if applicant is None else applicant.organisation or asked.number
    organisation = find_organisation(unit.session, unit.district_id, code)
    if organisation is None:
        return True
    fits = asked.is_resident or (organisation.kind == "applicant" and organisation.name == asked.name)
    return fits and not has_had_members(unit.session, unit.district_id, code)


def _record(unit: Unit, asked: Registration, applicant: Applicant | None) -> Applicant:
    """The applicant's record and its organisation, made or taken over from the window."""
    if applicant is None:
        applicant = Applicant(
            district_id=unit.district_id,
            id=new_id(),
            kind=asked.kind,
            name=asked.name,
            uscc=None if asked.is_resident else asked.number,
            id_no=asked.number if asked.is_resident else None,
            created_at=unit.now,
        )
        unit.session.add(applicant)
    applicant.contact, applicant.phone, applicant.updated_at = asked.person, asked.phone, unit.now
    applicant.organisation = applicant.organisation or _organisation_code(asked)
    if find_organisation(unit.session, unit.district_id, applicant.organisation) is None:
        unit.session.add(_organisation(unit, asked, applicant.organisation))
    return applicant


def _organisation_code(asked: Registration) -> str:
    """The credit code; for a resident a name that says nothing, because codes stand on many screens."""
    return f"JM{new_id().hex}" if asked.is_resident else asked.number


def _organisation(unit: Unit, asked: Registration, code: str) -> Organisation:
    return Organisation(
        district_id=unit.district_id,
        id=new_id(),
        code=code,
        name=mask_name(asked.name) if asked.is_resident else asked.name,
        kind="resident" if asked.is_resident else "applicant",
    )


def _account(unit: Unit, asked: Registration, applicant: Applicant, password_hash: str) -> User:
    """The account, its post, where it wants to be told, and the event that says so."""
    assert applicant.organisation is not None
    user = User(
        district_id=unit.district_id,
        id=new_id(),
        login=asked.login,
        name=asked.person,
        password_hash=password_hash,
        organisation=applicant.organisation,
    )
    unit.session.add(user)
    unit.session.flush()
    unit.session.add(_post(unit, user.id, applicant.organisation))
    unit.session.add(_preference(unit, user.id, asked))
    person = Actor(user.id, user.name, unit.district_id)
    note_event(unit, applicant, ApplicantEventKind.REGISTERED, by=person, changes=_told(asked))
    return user


def _post(unit: Unit, user_id: UUID, organisation: str) -> Membership:
    return Membership(
        district_id=unit.district_id,
        id=new_id(),
        user_id=user_id,
        role="applicant",
        organisation=organisation,
        valid_from=unit.today,
    )


def _preference(unit: Unit, user_id: UUID, asked: Registration) -> ContactPreference:
    """Who gives an address wants to be told there; who gives none is told in the house only."""
    return ContactPreference(
        district_id=unit.district_id,
        id=new_id(),
        user_id=user_id,
        email=asked.email,
        phone=asked.phone if is_mobile(asked.phone) else "",
        wechat="",
        digest=Digest.AT_ONCE if asked.email else Digest.NEVER,
        changed_at=unit.now,
    )


def _told(asked: Registration) -> dict[str, list[str | None]]:
    name = mask_name(asked.name) if asked.is_resident else asked.name
    number = mask_id_number(asked.number) if asked.is_resident else asked.number
    return {
        "name": [None, name],
        "number": [None, number],
        "phone": [None, mask_phone(asked.phone)],
        "login": [None, asked.login],
        "privacy": [None, PRIVACY_WORDING],
    }
