"""Organisations and demo accounts. Departments are those of the plan; enterprises are invented and marked 示例."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from sqlalchemy.orm import Session

from forms.identifiers import make_credit_code
from service.identity.passwords import hash_password
from storage.db import new_id
from storage.models.people import District, Membership, Organisation, User
from storage.people import find_organisation, find_user

#: (code, name, kind). Source: 长新党政办发〔2022〕24号, 四(一); domain reference section 5.
ORGANISATIONS: tuple[tuple[str, str, str], ...] = (
    ("AMC", "新区管委会", "department"),
    ("GEN", "党政综合办公室", "department"),
    ("DSB", "政务服务和数字化局", "department"),
    ("LAW", "政法工作办公室", "department"),
    ("FIN", "财政局", "department"),
    ("STB", "科技创新局", "department"),
    ("IND", "工业和信息化局", "department"),
    ("HRB", "人力资源和社会保障局", "department"),
    ("CIV", "卫生健康和民政局", "department"),
    ("TAX", "税务局", "department"),
    ("SVC", "新区政务服务中心", "centre"),
    ("SPC", "企业服务专员办公室", "department"),
    ("PUB", "宣传推广组", "department"),
    ("SUP", "督察考核组", "department"),
    ("AUD", "审计局", "department"),
    ("EXP", "示例大学专家库", "department"),
)

ENTERPRISE = make_credit_code("91220101MA0EXAMP0")
ENTERPRISE_2 = make_credit_code("91220101MA0EXAMP1")
APPLICANT_ORGANISATIONS: tuple[tuple[str, str, str], ...] = (
    (ENTERPRISE, "示例光电科技有限公司", "applicant"),
    (ENTERPRISE_2, "示例生物医药有限公司", "applicant"),
)

#: login -> (name, organisation, ((role, organisation), …)). Demo accounts are named after role keys.
PEOPLE: dict[str, tuple[str, str, tuple[tuple[str, str], ...]]] = {
    "process_owner": ("程理", "DSB", (("process_owner", "DSB"),)),
    "publisher": ("傅发布", "DSB", (("publisher", "DSB"),)),
    "admin": ("管仲明", "DSB", (("admin", "DSB"),)),
    "analyst": ("辛析", "DSB", (("analyst", "DSB"),)),
    "maker": ("马志制", "STB", (("maker", "STB"),)),
    "maker_head": ("孟主任", "STB", (("maker_head", "STB"),)),
    "maker_leader": ("冷分管", "AMC", (("maker_leader", "AMC"),)),
    "meeting_sec": ("惠秘书", "GEN", (("meeting_sec", "GEN"),)),
    "dsb_reviewer": ("沈标准", "DSB", (("dsb_reviewer", "DSB"),)),
    "dsb_approver": ("沈审定", "DSB", (("dsb_approver", "DSB"),)),
    "dsb_operator": ("于运营", "DSB", (("dsb_operator", "DSB"),)),
    "legal_officer": ("法正", "LAW", (("legal_officer", "LAW"),)),
    "finance_officer": ("钱财政", "FIN", (("finance_officer", "FIN"),)),
    "expert": ("庄教授", "EXP", (("expert", "EXP"),)),
    "window_clerk": ("窦窗口", "SVC", (("window_clerk", "SVC"),)),
    "platform_clerk": ("平受理", "DSB", (("platform_clerk", "DSB"),)),
    "reviewer1": ("初审言", "STB", (("reviewer1", "STB"),)),
    "reviewer2": ("傅审言", "STB", (("reviewer2", "STB"),)),
    "approver": ("审定之", "STB", (("approver", "STB"),)),
    "payer": ("付兑现", "STB", (("payer", "STB"),)),
    "applicant": ("申小明", ENTERPRISE, (("applicant", ENTERPRISE),)),
    "applicant2": ("申小红", ENTERPRISE_2, (("applicant", ENTERPRISE_2),)),
    "specialist": ("戚专员", "SPC", (("specialist", "SPC"),)),
    "publicity": ("宣传之", "PUB", (("publicity", "PUB"), ("publicity", "DSB"))),
    "supervisor": ("杜督察", "SUP", (("supervisor", "SUP"),)),
    "auditor": ("申计", "AUD", (("auditor", "AUD"),)),
}

#: The other departments of the sample policies, with as many people as a policy needs: login `maker_hrb` and so on.
_DEPARTMENTS: dict[str, tuple[str, ...]] = {
    "IND": ("贡制", "贡主任", "贡初", "贡复", "贡定", "贡付"),
    "HRB": ("任制", "任主任", "任初", "任复", "任定", "任付"),
    "CIV": ("卫制", "卫主任", "卫初", "卫复", "卫定", "卫付"),
    "TAX": ("税制", "税主任", "税初", "税复", "税定", "税付"),
}
_DEPARTMENT_ROLES = ("maker", "maker_head", "reviewer1", "reviewer2", "approver", "payer")
DEPARTMENT_PEOPLE: dict[str, tuple[str, str, tuple[tuple[str, str], ...]]] = {
    f"{role}_{code.lower()}": (name, code, ((role, code),))
    for code, names in _DEPARTMENTS.items()
    for role, name in zip(_DEPARTMENT_ROLES, names, strict=True)
}

DEMO_PASSWORD = "zhida-demo"  # shown on the sign-in page in demo mode; production refuses demo accounts


def seed_organisations(session: Session, district_id: str, name: str) -> None:
    """The district and its organisations, where they are missing."""
    if session.get(District, district_id) is None:
        session.add(District(district_id=district_id, name=name))
        session.flush()
    for code, title, kind in (*ORGANISATIONS, *APPLICANT_ORGANISATIONS):
        if find_organisation(session, district_id, code) is None:
            session.add(Organisation(district_id=district_id, id=new_id(), code=code, name=title, kind=kind))
    session.flush()


@lru_cache(maxsize=1)
def _demo_hash() -> str:
    """One hash serves all demo accounts: they share a password anyway, and hashing is slow on purpose."""
    return hash_password(DEMO_PASSWORD)


def seed_demo_people(session: Session, district_id: str, *, since: date) -> None:
    """The demo accounts, each with its post, where they are missing."""
    for login, (name, organisation, posts) in {**PEOPLE, **DEPARTMENT_PEOPLE}.items():
        if find_user(session, district_id, login) is not None:
            continue
        user = User(
            district_id=district_id,
            id=new_id(),
            login=login,
            name=name,
            password_hash=_demo_hash(),
            organisation=organisation,
            demo=True,
        )
        session.add(user)
        session.flush()
        for role, place in posts:
            session.add(
                Membership(
                    district_id=district_id,
                    id=new_id(),
                    user_id=user.id,
                    role=role,
                    organisation=place,
                    valid_from=since,
                )
            )
    session.flush()
