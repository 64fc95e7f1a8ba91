"""The stage's registration, and what its forms share."""

from __future__ import annotations

from typing import Any

from forms.identifiers import mask_phone
from handlers import case
from handlers.stage import Fact, Stage, TaskContext
from processes.money import format_yuan
from storage import applications, items, objections
from storage.models.applications import Application
from storage.models.objections import Objection

stage = Stage("objection")


def objection_of(task: TaskContext, objection_id: Any = None) -> Objection:
    """The objection that the parameter, or else the task data, names. Raises NotFound or BusinessError."""
    return objections.get_objection(
        task.session, task.district_id, objection_id or case.required_id(task, "objection_id")
    )


def application_behind(task: TaskContext, objection: Objection) -> Application | None:
    """The application the objection is about; None for a name on a list that needs no application."""
    if objection.application_id is None:
        return None
    return applications.get_application(task.session, task.district_id, objection.application_id)


def objection_facts(task: TaskContext, objection: Objection) -> tuple[Fact, ...]:
    """The objection in short, with what has been said to it so far."""
    item = items.get_item(task.session, task.district_id, objection.item_id)
    application = application_behind(task, objection)
    facts = [
        Fact("编号", f"{objection.number}（{objection.kind}，{case.in_words(objection.registered_at)}登记）"),
        Fact("事项", f"{item.number} {item.name}"),
        Fact("异议人", f"{objection.objector_name}，{mask_phone(objection.objector_phone)}"),
        Fact("内容", objection.text),
    ]
    if application is not None:
        amount = (
            "尚未核定金额" if application.approved_fen is None else f"核定 {format_yuan(application.approved_fen)} 元"
        )
        facts.append(Fact("涉及申报", f"{application.number}，{application.status}，{amount}"))
    else:
        facts.append(Fact("涉及名单", "公示名单中的享受对象，没有申报件"))
    if objection.handled_at is not None:
        facts.append(Fact("处理意见", f"{objection.result}，{objection.handled_effect}：{objection.answer}"))
    if objection.confirm_opinion:
        facts.append(Fact("负责人意见", objection.confirm_opinion))
    if objection.not_accepted_reason:
        facts.append(Fact("不接受答复的理由", objection.not_accepted_reason))
    return tuple(facts)
