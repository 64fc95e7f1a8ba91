"""The applicant's own check (自查): what desk and reviewers would find, by the same rules, before handing in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from handlers.application.opening import check_no_duplicate, check_open
from handlers.application.submission import document_problem, own_code
from handlers.benefit import application_of, check_account, item_of
from handlers.benefit_checks import Finding, list_findings
from handlers.stage import TaskContext
from processes.application_words import ApplicantKind, CreditState
from processes.errors import AnswersRefused, BusinessError
from storage import applications
from storage.db import new_id
from storage.models.applications import Applicant, Application
from storage.models.items import PolicyItem


def check_draft(task: TaskContext, values: Mapping[str, Any]) -> list[Finding]:
    """What stands in the way of handing in these answers, and what would be found afterwards. Nothing is written.

    `values` are typed answers of the application form, None where nothing (right) is filled in yet.
    """
    application = application_of(task)
    item = item_of(task, application)
    found = [*_blocked("申报时间", "", lambda: check_open(item, task.now)), *_documents(application, item, values)]
    applicant = _applicant(task, application, values)
    if isinstance(applicant, Finding):
        return [*found, applicant]
    draft = _draft(application, item, values)
    if applicant is None:
        return found
    if draft.account_name:
        found += _blocked("收款账户", "account_name", lambda: check_account(draft, applicant))
    found += _blocked("重复申报", "", lambda: check_no_duplicate(task, item, applicant, besides=application))
    return [*found, *list_findings(task, draft, applicant, item), *_unstated(item, values)]


def _blocked(kind: str, about: str, check: Callable[[], None]) -> list[Finding]:
    """The refusal of a rule as a finding."""
    try:
        check()
    except BusinessError as refused:
        return [Finding(kind, refused.message, True, about, blocking=True)]
    return []


def _documents(application: Application, item: PolicyItem, values: Mapping[str, Any]) -> Iterator[Finding]:
    rows = values.get("materials") or []
    for number, (material, row) in enumerate(zip(item.materials, rows, strict=False)):
        problem = document_problem(application, material, row["handed_in"]) if row.get("handed_in") else None
        if problem is not None:
            yield Finding("申报要件", f"“{material['name']}”：{problem}", True, f"materials.{number}", blocking=True)


def _unstated(item: PolicyItem, values: Mapping[str, Any]) -> Iterator[Finding]:
    """Conditions with a figure to compare, of which the applicant states none: nobody can check them beforehand."""
    for condition, row in zip(item.conditions, values.get("conditions") or [], strict=False):
        if condition.get("operator") and row.get("met") and not row.get("value"):
            text = f"没有填写“本主体情况”，无法自动核对：{condition['text']}"
            yield Finding("资格自检", text, False, "conditions")


def _applicant(task: TaskContext, application: Application, values: Mapping[str, Any]) -> Applicant | Finding | None:
    """The applicant as these answers name it, never stored; a finding when it is not the actor's to apply for."""
    resident = values.get("kind") == ApplicantKind.RESIDENT
    name = values.get("resident_name" if resident else "applicant_name")
    if not values.get("kind") or not name or not values.get("id_no" if resident else "uscc"):
        return None
    try:
        code = own_code(task, application, values)
    except AnswersRefused as refused:
        message = next(iter(refused.fields.values()))[0]
        return Finding("申报主体", message, True, "kind", blocking=True)
    known = applications.find_applicant(task.session, task.district_id, code)
    return Applicant(
        district_id=task.district_id,
        id=new_id() if known is None else known.id,
        kind=values["kind"],
        name=name,
        uscc=None if resident else code,
        id_no=code if resident else None,
        credit_state=CreditState.UNKNOWN if known is None else known.credit_state,
    )


def _draft(application: Application, item: PolicyItem, values: Mapping[str, Any]) -> Application:
    """The application as these answers would make it, never stored; what is not filled in yet passes."""
    conditions = zip(item.conditions, values.get("conditions") or [], strict=False)
    materials = zip(item.materials, values.get("materials") or [], strict=False)
    return Application(
        district_id=application.district_id,
        id=application.id,
        number=application.number,
        account_name=values.get("account_name") or "",
        requested_fen=values.get("requested_amount"),
        declared=[
            {"text": condition["text"], "met": row.get("met") != "不符合", "value": row.get("value")}
            for condition, row in conditions
        ],
        materials=[
            {"no": material["no"], "name": material["name"], "handed_in": row.get("handed_in")}
            for material, row in materials
        ],
    )
