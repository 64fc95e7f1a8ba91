"""Fill in and hand in an application: who applies, for how much, on which facts and with which documents (F20)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from handlers import case
from handlers.application.opening import (
    agency_for,
    check_no_duplicate,
    check_open,
    own_applicants,
    own_organisations,
)
from handlers.application.register import stage
from handlers.benefit import application_of, check_account, item_of, move_status, shown_name
from handlers.stage import Fact, Prepared, Result, TaskContext
from processes.actors import Agency
from processes.application_words import ApplicantKind, ApplicationStatus, Channel, HandedIn
from processes.errors import AnswersRefused
from processes.item_words import MaterialSource
from processes.money import format_yuan
from storage import applications
from storage.agencies import find_authorisation
from storage.db import new_id
from storage.models.applications import Applicant, Application
from storage.models.items import PolicyItem
from storage.people import find_organisation

#: Answers that are kept with the applicant and offered again at the next application.
_OF_APPLICANT = ("kind", "legal_rep", "contact", "phone", "account_name", "account_bank", "account_no")


@stage.prepare("submit_application")
def prepare_submission(task: TaskContext) -> Prepared:
    """What the item asks for, and what is known of the applicant already."""
    application = application_of(task)
    item = item_of(task, application)
    online = application.channel == Channel.ONLINE
    return Prepared(
        initial={
            **_known(task, application),
            "materials": [_first_choice(each, online=online) for each in item.materials],
        },
        given={
            "channel": application.channel,
            "conditions": [{"text": each["text"]} for each in item.conditions],
            "materials": [{"name": each["name"], "standard": each["formal_check_standard"]} for each in item.materials],
        },
        facts=_item_facts(item),
    )


def _item_facts(item: PolicyItem) -> tuple[Fact, ...]:
    facts = [
        Fact("事项", f"{item.number} {item.name}"),
        Fact("兑现内容", item.benefit_content),
        Fact("兑现标准", item.calc_rule),
        Fact(
            "办理时限",
            f"{item.handling_days} 个工作日{f'，{item.handling_excludes}' if item.handling_excludes else ''}",
        ),
    ]
    if item.cap_fen is not None:
        facts.append(Fact("每个申报主体年度最高", f"{format_yuan(item.cap_fen)} 元"))
    if item.close_at is not None:
        facts.append(Fact("申报截止", case.in_words(item.close_at)))
    return tuple(facts)


def _first_choice(material: Mapping[str, Any], *, online: bool) -> dict[str, Any]:
    if material["source"] == MaterialSource.SHARED:
        return {"handed_in": str(HandedIn.SHARED)}
    return {"handed_in": str(HandedIn.FILE)} if online else {}


def _known(task: TaskContext, application: Application) -> dict[str, Any]:
    """First values: the applicant as registered or as last time; else what the register of organisations says."""
    if application.channel == Channel.WINDOW:
        return {}
    agency = agency_of(task, application)
    known = own_applicants(task, agency)
    if known:
        answers: dict[str, Any] = {name: getattr(known[0], name) for name in _OF_APPLICANT}
        resident = known[0].kind == ApplicantKind.RESIDENT
        answers |= {"resident_name": known[0].name} if resident else {"applicant_name": known[0].name}
        answers |= {"id_no": known[0].id_no} if resident else {"uscc": known[0].uscc}
        return {name: value for name, value in answers.items() if value}
    for code in sorted(_organisations(task, agency)):
        organisation = find_organisation(task.session, task.district_id, code)
        if organisation is not None:
            return {
                "kind": str(ApplicantKind.ENTERPRISE),
                "applicant_name": organisation.name,
                "uscc": code,
                "account_name": organisation.name,
            }
    return {}


def agency_of(task: TaskContext, application: Application) -> Agency | None:
    """The authorisation of an agent's draft, as it is in force today; None for an own one. Raises Forbidden."""
    found = find_authorisation(task.session, application)
    if found is None or task.actor.holds("applicant", found.organisation):
        return None
    return agency_for(task.actor, found.organisation, item_of(task, application))


def _organisations(task: TaskContext, agency: Agency | None) -> frozenset[str]:
    return own_organisations(task.actor) if agency is None else frozenset((agency.organisation,))


@stage.user_task(
    "填写并提交申报",
    outputs=("requested_amount",),
    errors=("ACCOUNT_MISMATCH", "ANSWERS_REFUSED", "DUPLICATE_BENEFIT", "FORBIDDEN", "ITEM_NOT_OPEN"),
    makes=("Applicant",),
)
def submit_application(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """Keep what is applied for and with what. The one who opened the application fills it in.

    Raises BusinessError ITEM_NOT_OPEN, DUPLICATE_BENEFIT or ACCOUNT_MISMATCH, and AnswersRefused for documents that
    cannot be handed in that way or for an applicant whose agent the actor is not.
    """
    application = application_of(task)
    item = item_of(task, application)
    check_open(item, task.now)
    code = own_code(task, application, answers)
    _check_documents(application, item, answers["materials"])
    applicant = _applicant(task, code, answers)
    _fill(application, item, answers)
    _sign_as_agent(task, application, agency_of(task, application))
    check_account(application, applicant)
    check_no_duplicate(task, item, applicant, besides=application)
    application.applicant_id = applicant.id
    application.submitted_at = task.now
    changes = move_status(task, application, ApplicationStatus.SUBMITTED)
    return Result(
        outputs={"requested_amount": application.requested_fen},
        title=f"{shown_name(applicant)}：{item.name}",
        changes={**changes, "typed_for_them": [None, application.typed_for_them]},
    )


def own_code(task: TaskContext, application: Application, answers: Mapping[str, Any]) -> str:
    """The credit code or id number applied for. Online only the own, or the one an agent's draft was begun for.

    Raises AnswersRefused, and Forbidden when the agent's authorisation is over.
    """
    field = "id_no" if answers["kind"] == ApplicantKind.RESIDENT else "uscc"
    code = str(answers[field])
    if application.channel == Channel.ONLINE and code not in _own_codes(task, agency_of(task, application)):
        raise AnswersRefused({field: ["网上只能为您所代办的申报主体申报，请核对代码；为他人申报请到窗口办理。"]})
    return code


def _own_codes(task: TaskContext, agency: Agency | None) -> set[str]:
    """The numbers for which the actor may apply. A resident's organisation is not called by the id number."""
    numbers = (each.uscc or each.id_no or "" for each in own_applicants(task, agency))
    return {*_organisations(task, agency), *numbers}


def _check_documents(application: Application, item: PolicyItem, rows: Sequence[Mapping[str, Any]]) -> None:
    """Every document in a way the item allows: paper where it is asked for, shared data where it exists."""
    refused: dict[str, list[str]] = {}
    for number, (material, row) in enumerate(zip(item.materials, rows, strict=True)):
        problem = document_problem(application, material, row["handed_in"])
        if problem is not None:
            refused[f"materials.{number}.handed_in"] = [problem]
    if refused:
        raise AnswersRefused(refused)


def document_problem(application: Application, material: Mapping[str, Any], handed_in: str) -> str | None:
    """Why a document cannot be handed in that way, and what to do instead; None when it can."""
    if handed_in == HandedIn.SHARED and material["source"] != MaterialSource.SHARED:
        return "本要件没有共享数据来源，请提交材料。"
    online = application.channel == Channel.ONLINE
    if handed_in == HandedIn.PAPER and online:
        return "网上申报请先上传电子件供预审，须交纸质的再到窗口补交。"
    if handed_in == HandedIn.FILE and material["paper_required"] and not online:
        return "本要件须交纸质件，请选“纸质件”并写明份数。"
    if handed_in == HandedIn.MISSING and not material["tolerable"]:
        return "本要件不能容缺，请提交后再申报。"
    return None


def _applicant(task: TaskContext, code: str, answers: Mapping[str, Any]) -> Applicant:
    """The applicant's record, made at the first application and brought up to date at every other."""
    applicant = applications.find_applicant(task.session, task.district_id, code)
    resident = answers["kind"] == ApplicantKind.RESIDENT
    if applicant is None:
        organisation = find_organisation(task.session, task.district_id, code)
        applicant = Applicant(
            district_id=task.district_id,
            id=new_id(),
            uscc=None if resident else code,
            id_no=code if resident else None,
            organisation=None if organisation is None else organisation.code,
            created_at=task.now,
        )
        task.session.add(applicant)
    applicant.name = answers["resident_name"] if resident else answers["applicant_name"]
    for name in _OF_APPLICANT:
        setattr(applicant, name, answers.get(name))
    applicant.data_authorised = answers["auth_data_query"]
    applicant.updated_at = task.now
    return applicant


def _sign_as_agent(task: TaskContext, application: Application, agency: Agency | None) -> None:
    """Say who acts for the applicant, with the phone the agent registered (代办); nothing when it acts itself."""
    if agency is None:
        return
    application.agency_id, application.agent_name = agency.id, task.actor.name
    own = own_applicants(task)
    application.agent_phone = own[0].phone or None if own else None


def _fill(application: Application, item: PolicyItem, answers: Mapping[str, Any]) -> None:
    """Copy the form into the application."""
    application.typed_for_them = bool(answers.get("typed_for_them"))
    application.agent_name, application.agent_phone = answers.get("agent_name"), answers.get("agent_phone")
    for name in ("account_name", "account_bank", "account_no"):
        setattr(application, name, answers[name])
    application.requested_fen = answers["requested_amount"]
    application.statement = answers["statement"]
    application.declared = [
        {"no": number, "text": condition["text"], "met": row["met"] == "符合", "value": row["value"]}
        for number, (condition, row) in enumerate(zip(item.conditions, answers["conditions"], strict=True), 1)
    ]
    application.materials = [
        {
            "no": material["no"],
            "name": material["name"],
            "handed_in": row["handed_in"],
            "files": [str(each) for each in row.get("files") or ()],
            "place": row.get("place") or "",
        }
        for material, row in zip(item.materials, answers["materials"], strict=True)
    ]
