"""Register an objection, from a form or out of a bad rating, and find the department that handles it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields

from handlers import case
from handlers.benefit import application_of, shown_name
from handlers.objection.register import objection_of, stage
from handlers.stage import Fact, Prepared, Result, TaskContext
from processes.application_words import GRANTED, REFUSED, ObjectionKind, ObjectionTarget
from processes.errors import AnswersRefused, BusinessError
from processes.item_words import DisbursementType
from storage import applications, items, objections, policies
from storage.db import new_id
from storage.models.applications import Application
from storage.models.items import PolicyItem
from storage.models.objections import Objection
from storage.numbers import next_number
from storage.people import find_organisation


class ApplicationParameters(Schema):
    application_id = fields.String(required=True, metadata={"label": "申报"})


class ObjectionParameters(Schema):
    objection_id = fields.String(required=True, metadata={"label": "异议"})


@stage.prepare("register_objection")
def prepare_registration(task: TaskContext) -> Prepared:
    """Who objects, as far as it is known, and what can be objected to."""
    organisation = None
    if task.actor.holds("applicant") and task.actor.organisation is not None:
        organisation = find_organisation(task.session, task.district_id, task.actor.organisation)
    return Prepared(
        initial={"objector_name": task.actor.name if organisation is None else organisation.name},
        facts=(Fact("可以提出异议的对象", "已核定、已公示或已兑现的申报和名单，以及您本人未获受理或未获支持的申报。"),),
    )


@stage.user_task(
    "登记异议",
    outputs=("objection_id",),
    errors=("ANSWERS_REFUSED", "OBJECTION_OPEN"),
    makes=("Objection",),
)
def register_objection(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """Keep an objection; while it is open nothing is paid on what it is about (gate G6).

    The case shares separation of duties with the application's case. Raises AnswersRefused when nothing such can be
    objected to, BusinessError OBJECTION_OPEN when an objection to the same application is being handled already.
    """
    if answers["target"] == ObjectionTarget.APPLICATION:
        item, application, beneficiary = _application_named(task, answers["application_no"])
    else:
        item, application, beneficiary = _line_named(task, answers["item_no"], answers["beneficiary"])
    if application is not None:
        _check_none_open(task, application)
    objection = _new(task, ObjectionKind.OBJECTION, item, application)
    objection.target = answers["target"]
    objection.beneficiary = beneficiary
    objection.objector_name, objection.objector_phone = answers["objector_name"], answers["objector_phone"]
    objection.typed_for_them = answers["typed_for_them"]
    objection.text = answers["text"]
    objection.evidence = case.file_ids(answers, "evidence")
    task.session.add(objection)
    return Result(
        outputs={"objection_id": str(objection.id)},
        business_key=objection.number,
        title=f"异议：{item.name}",
        linked_roots=() if application is None or application.root_id == task.root_id else (application.root_id,),
    )


def _application_named(task: TaskContext, number: str) -> tuple[PolicyItem, Application | None, str]:
    application = applications.find_application_by_number(task.session, task.district_id, number.strip().upper())
    if application is None or application.status not in (*GRANTED, *REFUSED):
        raise AnswersRefused({"application_no": ["没有可以提出异议的这件申报：编号不对，或者还没有审查结果。"]})
    applicant = applications.get_applicant(task.session, application)
    item = items.get_item(task.session, task.district_id, application.item_id)
    return item, application, shown_name(applicant)


def _line_named(task: TaskContext, item_no: str, beneficiary: str) -> tuple[PolicyItem, Application | None, str]:
    """What a published line stands for: an application of that applicant, or a name on a list."""
    item = items.find_item_by_number(task.session, task.district_id, item_no.strip().upper())
    if item is None:
        raise AnswersRefused({"item_no": ["没有这个事项，请核对公示中的事项编号。"]})
    name = beneficiary.strip()
    found = [
        application
        for application, applicant in applications.list_granted_named(task.session, item, name.rstrip("*"))
        if name in (applicant.name, shown_name(applicant))
    ]
    if len(found) > 1:
        raise AnswersRefused({"beneficiary": ["这个名称对应不止一件申报，请改选“申报”并填写申报编号。"]})
    if not found and item.disbursement_type == DisbursementType.APPLY:
        raise AnswersRefused({"beneficiary": ["已核定的申报中没有这个名称，请按公示的写法填写，或填写申报编号。"]})
    return item, found[0] if found else None, name


def _check_none_open(task: TaskContext, application: Application) -> None:
    for other in objections.list_objections_to(task.session, application):
        if other.closed_at is None:
            raise BusinessError(
                "OBJECTION_OPEN",
                f"申报 {application.number} 的异议 {other.number} 正在处理，请等其办结；补充情况可与承办部门联系。",
            )


def _new(task: TaskContext, kind: ObjectionKind, item: PolicyItem, application: Application | None) -> Objection:
    return Objection(
        district_id=task.district_id,
        id=new_id(),
        number=next_number(task.session, task.district_id, "YY", on=task.today, width=4),
        kind=kind,
        target=ObjectionTarget.APPLICATION,
        item_id=item.id,
        application_id=None if application is None else application.id,
        registered_by=task.actor.id,
        registered_at=task.now,
        instance_id=task.instance_id,
        root_id=task.root_id,
    )


@stage.service("登记差评", parameters=ApplicationParameters, outputs=("objection_id",), makes=("Objection",))
def register_bad_rating(task: TaskContext, parameters: Mapping[str, Any]) -> Result:
    """Make an objection out of a rating that is 不满意 or worse."""
    application = application_of(task, parameters["application_id"])
    applicant = applications.get_applicant(task.session, application)
    rating = objections.find_rating(task.session, application)
    if rating is None:
        raise BusinessError("CASE_INCOMPLETE", f"申报 {application.number} 没有评价记录，请联系分析员核对。")
    item = items.get_item(task.session, task.district_id, application.item_id)
    objection = _new(task, ObjectionKind.BAD_RATING, item, application)
    objection.beneficiary = objection.objector_name = shown_name(applicant)
    objection.objector_phone = applicant.phone
    objection.text = rating.text
    task.session.add(objection)
    return Result(outputs={"objection_id": str(objection.id)})


@stage.service("确定承办部门", parameters=ObjectionParameters, outputs=("handling_org",))
def assign_objection(task: TaskContext, parameters: Mapping[str, Any]) -> Result:
    """The department that made the policy handles it, by people who had no part in the case."""
    objection = objection_of(task, parameters["objection_id"])
    item = items.get_item(task.session, task.district_id, objection.item_id)
    objection.handling_org = policies.get_policy(task.session, task.district_id, item.policy_id).maker_org
    return Result(outputs={"handling_org": objection.handling_org})
