"""What can be checked before anybody looks: shared data, the item's conditions, duplicates and exclusions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from handlers.benefit import shown_name
from handlers.stage import TaskContext
from processes.application_words import CreditState, HandedIn
from processes.matching import satisfies
from processes.money import format_yuan
from storage import applications
from storage.models.applications import Applicant, Application
from storage.models.items import PolicyItem
from storage.people import find_organisation


def findings_on(
    task: TaskContext, application: Application, applicant: Applicant, item: PolicyItem
) -> list[dict[str, Any]]:
    """Everything the checks found, as [{kind, text, serious}]. They inform the front desk; they decide nothing."""
    found = [
        *_register(task, applicant),
        *_conditions(application, item),
        *_documents(application, item),
        *_money(task, application, applicant, item),
        *exclusions(task, applicant, item),
    ]
    if applicant.credit_state == CreditState.RESTRICTED:
        found.append(("信用", "以往审查登记为有失信限制，请核对现状。", True))
    return [{"kind": kind, "text": text, "serious": serious} for kind, text, serious in found]


_Finding = tuple[str, str, bool]


def _register(task: TaskContext, applicant: Applicant) -> Iterator[_Finding]:
    """The name against the register of organisations."""
    code = applicant.uscc or applicant.id_no or ""
    organisation = find_organisation(task.session, task.district_id, code)
    if organisation is None:
        yield "主体登记", "主体库中没有这个申报主体，请核对证照。", True
    elif organisation.name != applicant.name:
        yield "主体登记", f"所填名称与主体库登记的“{organisation.name}”不一致，请核对。", True
    else:
        yield "主体登记", "名称和代码与主体库一致。", False


def _conditions(application: Application, item: PolicyItem) -> Iterator[_Finding]:
    """What the applicant declares against what the item asks for."""
    for condition, declared in zip(item.conditions, application.declared, strict=False):
        if not declared["met"]:
            yield "资格自检", f"申报主体自述不符合：{declared['text']}", True
        elif satisfies(condition, declared["value"]) is False:
            wanted = f"{condition['operator']}{condition['value']}"
            yield "资格自检", f"所填“{declared['value']}”不满足（应{wanted}）：{declared['text']}", True


def _documents(application: Application, item: PolicyItem) -> Iterator[_Finding]:
    """Which documents are to be looked up instead of handed in, and which paper is still to come to the window."""
    wanted = {each["no"]: each for each in item.materials}
    for material in application.materials:
        asked, name = wanted.get(material["no"], {}), material["name"]
        if material["handed_in"] == HandedIn.SHARED:
            source = asked.get("share_source") or "共享数据"
            yield "数据共享", f"“{name}”未提交，请从{source}核验（申报主体已授权查询）。", False
        elif material["handed_in"] == HandedIn.FILE and asked.get("paper_required"):
            yield (
                "纸质件",
                f"“{name}”须交纸质件，现为电子件预审，请通知申报主体到窗口（{item.window_addr}）补交。",
                True,
            )


def _money(task: TaskContext, application: Application, applicant: Applicant, item: PolicyItem) -> Iterator[_Finding]:
    """What the applicant had of the item this year, and whether the request is above the cap."""
    year, requested = task.today.year, application.requested_fen or 0
    had = applications.granted_fen(task.session, item, year=year, applicant=applicant, besides=application)
    if had:
        text = f"“{shown_name(applicant)}”{year}年已核定享受本事项 {format_yuan(had)} 元。"
        yield "重复享受", text, True
    if item.cap_fen is not None and had + requested > item.cap_fen:
        over = had + requested - item.cap_fen
        yield "金额", f"连同已核定的，超出年度最高 {format_yuan(item.cap_fen)} 元，超出 {format_yuan(over)} 元。", True


def exclusions(task: TaskContext, applicant: Applicant, item: PolicyItem) -> Iterator[_Finding]:
    """Applications of the same applicant for items that exclude this one."""
    for other, other_item in applications.list_exclusive(task.session, item, applicant):
        amount = "" if other.approved_fen is None else f"，核定 {format_yuan(other.approved_fen)} 元"
        text = f"已申报互斥事项“{other_item.name}”（{other.number}，{other.status}{amount}），就高不重复。"
        yield "互斥事项", text, True
