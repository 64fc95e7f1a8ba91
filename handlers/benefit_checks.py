"""What can be checked before anybody looks: shared data, the item's conditions, duplicates and exclusions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found. `text` is for the desk; `told` for the applicant, where that must be said otherwise.

    `about` is the part of the application form in which it is put right ("conditions", "materials.0"), empty when
    nothing there helps; with a `blocking` one the application cannot be handed in at all.
    """

    kind: str
    text: str
    serious: bool
    about: str
    told: str = ""
    blocking: bool = False

    @property
    def words(self) -> str:
        """The finding as the applicant reads it."""
        return self.told or self.text


def findings_on(
    task: TaskContext, application: Application, applicant: Applicant, item: PolicyItem
) -> list[dict[str, Any]]:
    """Everything the checks found, as [{kind, text, serious}]. They inform the front desk; they decide nothing."""
    found = list_findings(task, application, applicant, item)
    return [{"kind": each.kind, "text": each.text, "serious": each.serious} for each in found]


def list_findings(task: TaskContext, application: Application, applicant: Applicant, item: PolicyItem) -> list[Finding]:
    """The same, for whoever shows more of it. Reads only: the records may be ones that were never stored."""
    found = [
        *_register(task, applicant),
        *_conditions(application, item),
        *_documents(application, item),
        *_money(task, application, applicant, item),
        *_exclusions(task, applicant, item),
    ]
    if applicant.credit_state == CreditState.RESTRICTED:
        told = "以往审查登记为有失信限制，审查时会核对现状；已经修复的，请在申报情况说明中写明。"
        found.append(Finding("信用", "以往审查登记为有失信限制，请核对现状。", True, "kind", told))
    return found


def _register(task: TaskContext, applicant: Applicant) -> Iterator[Finding]:
    """The name against the register of organisations, which knows residents by a code and the first character only."""
    code = applicant.organisation or applicant.uscc or applicant.id_no or ""
    organisation = find_organisation(task.session, task.district_id, code)
    if organisation is None:
        yield Finding("主体登记", "主体库中没有这个申报主体，请核对证照。", True, "kind")
    elif organisation.name != shown_name(applicant):
        text = f"所填名称与主体库登记的“{organisation.name}”不一致，请核对。"
        yield Finding("主体登记", text, True, "kind")
    else:
        yield Finding("主体登记", "名称和代码与主体库一致。", False, "kind")


def _conditions(application: Application, item: PolicyItem) -> Iterator[Finding]:
    """What the applicant declares against what the item asks for."""
    for condition, declared in zip(item.conditions, application.declared, strict=False):
        if not declared["met"]:
            told = f"您填写的是“不符合”：{declared['text']}"
            yield Finding("资格自检", f"申报主体自述不符合：{declared['text']}", True, "conditions", told)
        elif satisfies(condition, declared["value"]) is False:
            wanted = f"{condition['operator']}{condition['value']}"
            text = f"所填“{declared['value']}”不满足（应{wanted}）：{declared['text']}"
            yield Finding("资格自检", text, True, "conditions")


def _documents(application: Application, item: PolicyItem) -> Iterator[Finding]:
    """Which documents are to be looked up instead of handed in, and which paper is still to come to the window."""
    wanted = {each["no"]: each for each in item.materials}
    for place, material in enumerate(application.materials):
        about = f"materials.{place}"
        asked, name = wanted.get(material["no"], {}), material["name"]
        if material["handed_in"] == HandedIn.SHARED:
            source = asked.get("share_source") or "共享数据"
            text = f"“{name}”未提交，请从{source}核验（申报主体已授权查询）。"
            yield Finding("数据共享", text, False, about, f"“{name}”不必提交，由受理人员从{source}核验。")
        elif material["handed_in"] == HandedIn.FILE and asked.get("paper_required"):
            text = f"“{name}”须交纸质件，现为电子件预审，请通知申报主体到窗口（{item.window_addr}）补交。"
            told = f"“{name}”须交纸质件：电子件只作预审，提交后请把纸质件交到窗口（{item.window_addr}）。"
            yield Finding("纸质件", text, True, about, told)


def _money(task: TaskContext, application: Application, applicant: Applicant, item: PolicyItem) -> Iterator[Finding]:
    """What the applicant had of the item this year, and whether the request is above the cap."""
    year, requested = task.today.year, application.requested_fen or 0
    had = applications.granted_fen(task.session, item, year=year, applicant=applicant, besides=application)
    if had:
        text = f"“{shown_name(applicant)}”{year}年已核定享受本事项 {format_yuan(had)} 元。"
        yield Finding("重复享受", text, True, "requested_amount")
    if item.cap_fen is not None and had + requested > item.cap_fen:
        over = had + requested - item.cap_fen
        text = f"连同已核定的，超出年度最高 {format_yuan(item.cap_fen)} 元，超出 {format_yuan(over)} 元。"
        yield Finding("金额", text, True, "requested_amount")


def _exclusions(task: TaskContext, applicant: Applicant, item: PolicyItem) -> Iterator[Finding]:
    """Applications of the same applicant for items that exclude this one."""
    for other, other_item in applications.list_exclusive(task.session, item, applicant):
        amount = "" if other.approved_fen is None else f"，核定 {format_yuan(other.approved_fen)} 元"
        text = f"已申报互斥事项“{other_item.name}”（{other.number}，{other.status}{amount}），就高不重复。"
        yield Finding("互斥事项", text, True, "requested_amount")
