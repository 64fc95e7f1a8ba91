"""Gather what a review needs: how deep it goes follows from the amount and the item (review_level.dmn)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields

from handlers.benefit import application_of, item_of, move_status
from handlers.benefit_checks import findings_on
from handlers.review.register import stage
from handlers.stage import Result, TaskContext
from processes.application_words import ApplicationStatus
from processes.money import format_yuan
from storage import applications
from storage.models.applications import Applicant, Application
from storage.models.items import PolicyItem


class ReviewParameters(Schema):
    application_id = fields.String(required=True, metadata={"label": "申报"})


@stage.service(
    "汇集审查依据",
    parameters=ReviewParameters,
    outputs=("requested_amount", "item_specialised", "expert_orgs", "joint_orgs"),
)
def prepare_review(task: TaskContext, parameters: Mapping[str, Any]) -> Result:
    """Say how large and how specialised the case is, and who outside is asked; look anew at duplicates and credit."""
    application = application_of(task, parameters["application_id"])
    item = item_of(task, application)
    application.findings = findings_on(task, application, applications.get_applicant(task.session, application), item)
    changes = move_status(task, application, ApplicationStatus.FIRST_REVIEW)
    return Result(
        outputs={
            "requested_amount": application.requested_fen,
            "item_specialised": item.specialised,
            "expert_orgs": [str(each) for each in item.expert_orgs],
            "joint_orgs": [str(each) for each in item.joint_orgs],
        },
        changes=changes,
    )


def duplicate_words(task: TaskContext, application: Application, applicant: Applicant, item: PolicyItem) -> str:
    """What the applicant has been granted of the item this year, in words; looked up anew at every opinion."""
    year = task.today.year
    had = applications.granted_fen(task.session, item, year=year, applicant=applicant, besides=application)
    cap = "" if item.cap_fen is None else f"，年度最高 {format_yuan(item.cap_fen)} 元"
    if not had:
        return f"{year}年没有享受过本事项{cap}。"
    return f"{year}年已核定享受本事项 {format_yuan(had)} 元{cap}，请核对是否重复享受。"


def exclusive_words(task: TaskContext, applicant: Applicant, item: PolicyItem) -> str | None:
    """The message of 就高不重复 when the applicant applied for, or has, an item that excludes this one."""
    found = applications.list_exclusive(task.session, item, applicant)
    if not found:
        return None
    lines = []
    for other, other_item in found:
        granted = "尚未核定金额" if other.approved_fen is None else f"已核定 {format_yuan(other.approved_fen)} 元"
        lines.append(f"“{other_item.name}”（{other.number}，{other.status}，{granted}）")
    return f"与本事项互斥：{'、'.join(lines)}。就高不重复，两项合计不超过较高的一项，请选择。"
