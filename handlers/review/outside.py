"""What people outside the reviewing desk say: experts, those who visit the site, and other departments."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from handlers import case
from handlers.benefit import application_of, check_apart, end_pauses
from handlers.review.register import organisation_name, performers, review_facts, stage
from handlers.stage import Fact, Prepared, Result, TaskContext
from processes.application_words import ReviewStage
from processes.clock import business_date
from processes.errors import AnswersRefused, BusinessError
from storage.db import new_id
from storage.models.applications import Application, ReviewOpinion


def _asked(task: TaskContext, name: str) -> str:
    """The department or unit this task asks. Raises BusinessError when the case does not say."""
    value = task.item if task.item is not None else task.variables.get(name)
    if not value:
        raise BusinessError("CASE_INCOMPLETE", "流程数据没有指明这项任务对应哪个单位，请联系分析员核对。")
    return str(value)


@stage.prepare("argue_application")
def prepare_argument(task: TaskContext) -> Prepared:
    """The application, and which unit is asked."""
    unit = organisation_name(task, _asked(task, "expert_org"))
    return Prepared(facts=(Fact("受邀单位", unit), *review_facts(task, application_of(task))))


@stage.user_task("论证申报", makes=("ReviewOpinion",))
def argue_application(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """Keep an expert's opinion. The promised time does not count meanwhile."""
    application = application_of(task)
    details = {name: answers[name] for name in ("expert", "unit", "field", "stance")}
    _keep(
        task, application, ReviewStage.EXPERT, text=answers["opinion"], details=details, files="signature", of=answers
    )
    return Result()


@stage.prepare("visit_site")
def prepare_visit(task: TaskContext) -> Prepared:
    """The application, with what the experts said."""
    return Prepared(facts=review_facts(task, application_of(task)))


@stage.user_task(
    "现场核查",
    errors=("ANSWERS_REFUSED", "SOD_VIOLATION"),
    makes=("ReviewOpinion",),
)
def visit_site(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """Keep what was seen on site by at least two people; from tomorrow on the promised time counts again.

    Raises AnswersRefused for a visit before acceptance or in the future.
    """
    application = application_of(task)
    check_apart(task, performers(task, application, ()), "现场核查")
    _check_day(task, application, answers["visited_on"])
    details = {
        "visited_on": answers["visited_on"].isoformat(),
        "people": [dict(row) for row in answers["people"]],
        "outcome": answers["outcome"],
    }
    _keep(task, application, ReviewStage.SITE, text=answers["findings"], details=details, files="photos", of=answers)
    promised = application.promised_due_on
    end_pauses(task, application)
    if application.promised_due_on == promised:
        return Result()
    moved = [each.isoformat() for each in (promised, application.promised_due_on) if each is not None]
    return Result(changes={"promised_due_on": moved})


def _check_day(task: TaskContext, application: Application, visited_on: date) -> None:
    if visited_on > task.today:
        raise AnswersRefused({"visited_on": ["核查日期不能晚于今天。"]})
    if application.accepted_at is not None and visited_on < business_date(application.accepted_at):
        raise AnswersRefused({"visited_on": ["核查日期不能早于受理日期。"]})


@stage.prepare("give_joint_opinion")
def prepare_joint_opinion(task: TaskContext) -> Prepared:
    """The application, and which department is asked."""
    department = organisation_name(task, _asked(task, "joint_org"))
    return Prepared(facts=(Fact("会办部门", department), *review_facts(task, application_of(task))))


@stage.user_task("会办部门答复", errors=("SOD_VIOLATION",), makes=("ReviewOpinion",))
def give_joint_opinion(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """Keep what another department says of the conditions that belong to it."""
    application = application_of(task)
    check_apart(task, performers(task, application, ()), "会办部门答复")
    details = {"department": _asked(task, "joint_org"), "stance": answers["stance"], "basis": answers["basis"]}
    _keep(task, application, ReviewStage.JOINT, text=answers["opinion"], details=details, files="files", of=answers)
    return Result()


def _keep(
    task: TaskContext,
    application: Application,
    at: ReviewStage,
    *,
    text: str,
    details: Mapping[str, Any],
    files: str,
    of: Mapping[str, Any],
) -> None:
    """Add the opinion; `files` is the field of the answers `of` that holds its evidence."""
    task.session.add(
        ReviewOpinion(
            district_id=task.district_id,
            id=new_id(),
            application_id=application.id,
            stage=at,
            text=text,
            details=dict(details),
            evidence=case.file_ids(of, files),
            organisation=task.actor.organisation,
            reviewer_id=task.actor.id,
            at=task.now,
        )
    )
