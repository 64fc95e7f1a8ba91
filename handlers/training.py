"""Trainings before an item opens: T2 at once after launch, T3 and T4 five working days before opening (三(三)2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from marshmallow import Schema, fields

from handlers import case
from handlers.item_case import item_facts, item_of, organisation_names
from handlers.opening_gate import due_day, is_late, opening_day
from handlers.stage import Fact, Prepared, Result, Stage, TaskContext
from processes import deadlines
from processes.clock import business_date
from processes.errors import AnswersRefused, BusinessError
from processes.item_words import Channels
from processes.opening_words import TRAINING_RULES, TRAINING_TITLES, TrainingKind, TrainingStatus
from storage import trainings
from storage.db import new_id
from storage.models.items import PolicyItem
from storage.models.trainings import Training
from storage.people import list_holders, list_organisations

stage = Stage("training")

#: Which training an element of the diagram is about.
_KINDS = {
    "plan_system_training": TrainingKind.REVIEWERS,
    "record_system_training": TrainingKind.REVIEWERS,
    "plan_enterprise_training": TrainingKind.ENTERPRISES,
    "record_enterprise_training": TrainingKind.ENTERPRISES,
    "plan_window_training": TrainingKind.WINDOWS,
    "record_window_training": TrainingKind.WINDOWS,
}

#: What is to be taught, as the form starts with.
_CONTENTS = {
    TrainingKind.REVIEWERS: "受理审批系统操作；受审分离要求。",
    TrainingKind.ENTERPRISES: "申报时间、申报要件、申报要求。",
    TrainingKind.WINDOWS: "每个申报要件的形式审查标准。",
}

#: Points of content that the form of a kind ticks one by one.
_POINTS: dict[TrainingKind, tuple[tuple[str, str], ...]] = {
    TrainingKind.REVIEWERS: (("operated", "系统操作"),),
    TrainingKind.ENTERPRISES: (
        ("told_time", "申报时间"),
        ("told_materials", "申报要件"),
        ("told_requirements", "申报要求"),
    ),
}

_REVIEWERS = ("reviewer1", "reviewer2", "approver")


class ItemParameters(Schema):
    item_id = fields.String(required=True, metadata={"label": "事项"})


class InvitationParameters(ItemParameters):
    kind = fields.String(
        required=True,
        validate=lambda value: value in tuple(_CONTENTS),
        metadata={"label": "培训种类"},
    )


def due_of(task: TaskContext, item: PolicyItem, kind: TrainingKind) -> date:
    """The day a training of the item is due now: it moves when the opening moves."""
    anchor = opening_day(item)
    if kind is TrainingKind.REVIEWERS:
        anchor = None if item.launched_at is None else business_date(item.launched_at)
    if anchor is None:
        raise BusinessError(
            "CASE_INCOMPLETE", f"事项“{item.name}”还没有上线或没有开放时间，不能推算培训期限，请先确认上线。"
        )
    return due_day(TRAINING_RULES[kind], anchor, task.calendar)


@stage.service("推算培训期限", parameters=ItemParameters, outputs=("t2_due_on", "t34_due_on"), makes=("Training",))
def compute_training_due(task: TaskContext, parameters: Mapping[str, Any]) -> Result:
    """Open a record for each training with the day it is due."""
    item, _ = item_of(task)
    due = {kind: due_of(task, item, kind) for kind in _CONTENTS}
    for kind, day in due.items():
        known = trainings.find_training(task.session, item, kind)
        if known is None:
            task.session.add(_new(task, item, kind, day))
        else:
            known.due_on = day
    return Result(
        outputs={
            "t2_due_on": due[TrainingKind.REVIEWERS].isoformat(),
            "t34_due_on": due[TrainingKind.ENTERPRISES].isoformat(),
        }
    )


def _new(task: TaskContext, item: PolicyItem, kind: TrainingKind, due_on: date) -> Training:
    return Training(
        district_id=task.district_id,
        id=new_id(),
        item_id=item.id,
        kind=kind,
        round_no=1,
        status=TrainingStatus.TO_PLAN,
        due_on=due_on,
        created_at=task.now,
    )


def _training_of(task: TaskContext) -> tuple[PolicyItem, Training, date]:
    """The item, the training of the element, and the day it is due now."""
    item, _ = item_of(task)
    kind = _KINDS[task.element_id]
    return item, trainings.get_training(task.session, item, kind), due_of(task, item, kind)


@stage.prepare("plan_system_training", "plan_enterprise_training", "plan_window_training")
def prepare_plan(task: TaskContext) -> Prepared:
    """Until when, for whom, on what."""
    item, training, due = _training_of(task)
    kind = TrainingKind(training.kind)
    audience = "、".join(row["name"] for row in _audience(task, item, kind)) or _NOBODY[kind]
    return Prepared(
        initial={"audience": training.audience or audience, "content": training.content or _CONTENTS[kind]},
        facts=(*item_facts(*item_of(task)), _due_fact(task, item, kind, due)),
    )


def _due_fact(task: TaskContext, item: PolicyItem, kind: TrainingKind, due: date) -> Fact:
    rule = deadlines.rule(TRAINING_RULES[kind])
    anchor = opening_day(item)
    if kind is TrainingKind.REVIEWERS and item.launched_at is not None:
        anchor = business_date(item.launched_at)
    if anchor is None:
        return Fact("期限由来", case.day_in_words(due))
    return Fact("期限由来", deadlines.explain(deadlines.compute(rule.id, anchor=anchor, calendar=task.calendar), rule))


@stage.user_task("安排培训", errors=("ANSWERS_REFUSED",))
def plan_training(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """Keep the plan. Raises AnswersRefused for a day that has passed or lies after the deadline (R35).

    When the deadline itself has passed, a later day can be planned with the reason, and counts as late.
    """
    _, training, due = _training_of(task)
    refused: dict[str, list[str]] = {}
    if answers["plan_on"] < task.today:
        refused["plan_on"] = ["培训日期已过，请填写今天或以后的日期。"]
    elif task.today <= due < answers["plan_on"]:
        refused["plan_on"] = [
            f"培训应于{case.day_in_words(due)}前完成，计划日期不能晚于期限。如确需推迟，请先顺延开放时间。"
        ]
    elif task.today > due and not answers["late_reason"]:
        refused["late_reason"] = [f"培训期限{case.day_in_words(due)}已过，请填写逾期原因。"]
    if refused:
        raise AnswersRefused(refused)
    before = None if training.plan_on is None else training.plan_on.isoformat()
    for name in ("plan_on", "plan_time", "place", "trainer", "audience", "content"):
        setattr(training, name, answers[name])
    training.material_ids = case.file_ids(answers, "materials")
    training.late_reason = answers["late_reason"]
    training.due_on, training.status = due, TrainingStatus.PLANNED
    training.planned_by, training.planned_at = task.actor.id, task.now
    return Result(changes={"plan_on": [before, training.plan_on and training.plan_on.isoformat()]})


#: Whom a training is for when nobody is registered yet.
_NOBODY = {
    TrainingKind.REVIEWERS: "实施部门审批人员",
    TrainingKind.ENTERPRISES: "符合惠及对象的企业、企业服务专员",
    TrainingKind.WINDOWS: "政策兑现窗口全部受理人员",
}


@stage.service("通知参训人员", parameters=InvitationParameters)
def invite_to_training(task: TaskContext, parameters: Mapping[str, Any]) -> Result:
    """Note who is invited: reviewers, enterprises and specialists, or everybody who checks applications formally."""
    item, _ = item_of(task)
    kind = TrainingKind(parameters["kind"])
    training = trainings.get_training(task.session, item, kind)
    training.invited, training.invited_at = _audience(task, item, kind), task.now
    return Result(changes={"invited": [None, len(training.invited)]})


def _audience(task: TaskContext, item: PolicyItem, kind: TrainingKind) -> list[dict[str, str]]:
    if kind is TrainingKind.REVIEWERS:
        return [row for role in _REVIEWERS for row in _holders(task, role, item.implementer_org)]
    if kind is TrainingKind.WINDOWS:
        at_window = _holders(task, "window_clerk", item.window_org) if item.window_org else []
        online = item.channels in (Channels.ONLINE, Channels.BOTH)
        return at_window + (_holders(task, "platform_clerk", None) if online else [])
    enterprises = [
        {"kind": "企业", "name": row.name} for row in list_organisations(task.session, task.district_id, "applicant")
    ]
    return enterprises + _holders(task, "specialist", None)


def _holders(task: TaskContext, role: str, organisation: str | None) -> list[dict[str, str]]:
    rows = list_holders(task.session, task.district_id, role, organisation, on=task.today)
    return [{"kind": "人员", "name": row.name} for row in rows]


@stage.prepare("record_system_training", "record_enterprise_training", "record_window_training")
def prepare_record(task: TaskContext) -> Prepared:
    """What was planned and who was invited; for T4 every material with its standard."""
    item, training, due = _training_of(task)
    kind = TrainingKind(training.kind)
    names = organisation_names(task)
    facts = [*item_facts(*item_of(task)), _due_fact(task, item, kind, due)]
    if training.plan_on is not None:
        facts.append(Fact("计划", f"{case.day_in_words(training.plan_on)} {training.plan_time}，{training.place}"))
    facts.append(Fact("已通知", "、".join(row["name"] for row in training.invited) or "无"))
    if task.today > due:
        facts.append(Fact("提醒", f"期限{case.day_in_words(due)}已过，登记后计为逾期，须填写原因。"))
    given: dict[str, Any] = {}
    initial: dict[str, Any] = {}
    if kind is TrainingKind.WINDOWS:
        given["standards"] = _standards(item)
        unit = names.get(item.window_org or "", "")
        clerks = [row for row in training.invited if row["kind"] == "人员"]
        initial["attendance"] = [{"name": row["name"], "unit": unit} for row in clerks]
    return Prepared(initial=initial, given=given, facts=tuple(facts))


def _standards(item: PolicyItem) -> list[dict[str, str]]:
    return [
        {"material": f"{row['no']} {row['name']}", "standard": str(row.get("formal_check_standard") or "未填写")}
        for row in item.materials
    ]


@stage.user_task("登记培训", errors=("ANSWERS_REFUSED",))
def record_training(task: TaskContext, answers: Mapping[str, Any]) -> Result:
    """The training is complete. Late or in time is judged at the server's instant, not at the day typed (G12).

    Raises AnswersRefused for a day in the future, a late record without its reason, an unexplained material.
    """
    item, training, due = _training_of(task)
    late = is_late(task.now, due)
    reason = answers["late_reason"] or training.late_reason
    _check_record(task, item, training, answers, reason=reason if late else "-", due=due)
    training.held_on, training.attendance = answers["held_on"], [dict(row) for row in answers["attendance"]]
    training.content_check = _content_check(TrainingKind(training.kind), answers)
    training.photo_ids = case.file_ids(answers, "photos")
    training.quiz_rate = None if answers["quiz_rate"] is None else str(answers["quiz_rate"])
    training.due_on, training.late, training.late_reason = due, late, reason if late else None
    training.status, training.recorded_by, training.finished_at = TrainingStatus.FINISHED, task.actor.id, task.now
    return Result(
        changes={
            "training": [None, f"{training.kind} {TRAINING_TITLES[TrainingKind(training.kind)]}"],
            "late": [None, late],
        }
    )


def _check_record(
    task: TaskContext,
    item: PolicyItem,
    training: Training,
    answers: Mapping[str, Any],
    *,
    reason: str | None,
    due: date,
) -> None:
    refused: dict[str, list[str]] = {}
    if answers["held_on"] > task.today:
        refused["held_on"] = ["培训日期不能晚于今天，请在培训完成后登记。"]
    if not reason:
        refused["late_reason"] = [f"期限{case.day_in_words(due)}已过，请填写逾期原因。"]
    if training.kind == TrainingKind.WINDOWS and len(answers["standards"]) != len(item.materials):
        refused["standards"] = [f"共有 {len(item.materials)} 个要件，请逐件确认已讲解。"]
    if refused:
        raise AnswersRefused(refused)


def _content_check(kind: TrainingKind, answers: Mapping[str, Any]) -> list[dict[str, Any]]:
    if kind is TrainingKind.WINDOWS:
        return [{"point": row["material"], "checked": row["checked"]} for row in answers["standards"]]
    return [{"point": label, "checked": answers[key]} for key, label in _POINTS[kind]]


@stage.service("汇总培训完成情况", parameters=ItemParameters, outputs=("training_done", "training_on_time"))
def summarise_training(task: TaskContext, parameters: Mapping[str, Any]) -> Result:
    """Whether all three are complete, and whether all were in time."""
    item, _ = item_of(task)
    found: Sequence[Training] = trainings.list_trainings(task.session, item)
    done = [each for each in found if each.status == TrainingStatus.FINISHED]
    return Result(
        outputs={
            "training_done": bool(found) and len(done) == len(found),
            "training_on_time": all(not each.late for each in done) and len(done) == len(found),
        }
    )
