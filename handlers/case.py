"""What the stages of making a policy share: the policy of a task, its texts, dates in words, and its gates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from forms.answers import plain
from forms.model import Option
from handlers.stage import Fact, TaskContext
from processes.clock import business_date
from processes.errors import AnswersRefused, BusinessError, SeparationOfDuties
from processes.policy_words import MAKING_STATES, FairResult, PolicyStatus
from storage import policies
from storage.models.policies import Policy, PolicyVersion
from storage.models.records import Attachment
from storage.people import list_organisations

#: Characters of a digest that people compare by eye.
_SHORT = 12


def policy_of(task: TaskContext) -> Policy:
    """The policy the task data names. Raises NotFound."""
    return policies.get_policy(task.session, task.district_id, task.variables["policy_id"])


def required_id(task: TaskContext, name: str) -> str:
    """The id a variable holds. Raises BusinessError when an earlier task has not set it."""
    value = task.variables.get(name)
    if not value:
        raise BusinessError("CASE_INCOMPLETE", f"流程数据缺少“{name}”，前面的环节没有办完，请联系分析员核对。")
    return str(value)


def move_status(policy: Policy, status: PolicyStatus, *, at: datetime) -> None:
    """Move a policy that is still in the making; one already issued keeps its state."""
    if policy.status in MAKING_STATES:
        policy.status = status
    policy.updated_at = at


def single_file(values: Mapping[str, Any], field: str) -> UUID | None:
    """The id of the one file of a field, None when the field is empty or hidden."""
    files: Sequence[Any] = values.get(field) or ()
    return UUID(str(files[0])) if files else None


def file_ids(values: Mapping[str, Any], field: str) -> list[str]:
    """The ids of a field's files as JSON values."""
    return [str(each) for each in values.get(field) or ()]


def take_text(task: TaskContext, policy: Policy, values: Mapping[str, Any], *, field: str) -> PolicyVersion:
    """The version for the uploaded text: the known one when not one byte differs, else a new one.

    Raises AnswersRefused when a new text comes without its clauses. Nothing is written before that check.
    """
    attachment = policies.get(task.session, Attachment, task.district_id, single_file(values, field))
    clauses = plain(list(values.get("clauses") or ()))
    known = policies.find_version(task.session, policy, attachment.digest)
    if known is not None and clauses in ([], known.clauses):
        return known
    if not clauses:
        raise AnswersRefused({"clauses": ["这个文本与已登记的版本不同，请逐条列出条款并勾选含兑现内容的条款。"]})
    version = PolicyVersion(
        clauses=clauses,
        change_note=values.get("change_note") or "",
        created_by=task.actor.id,
        created_at=task.now,
    )
    return policies.add_version(task.session, policy, attachment, version)


def check_fair_competition(task: TaskContext, policy: Policy) -> None:
    """Gate G1b: raise BusinessError unless a policy touching economic activity has a conclusion that lets it go on."""
    if not policy.economic_activity:
        return
    review = policies.find_fair_review(task.session, policy)
    if review is None:
        reason = "还没有公平竞争审查结论，请先完成公平竞争审查"
    elif review.conclusion == FairResult.FAILED:
        reason = f"公平竞争审查结论为“不符合”（{in_words(review.reviewed_at)}），请修改政策措施并重新审查"
    elif review.exception_until is not None and review.exception_until < task.today:
        reason = f"公平竞争例外的期限已于{day_in_words(review.exception_until)}届满，请重新审查"
    else:
        return
    raise BusinessError("FAIR_COMPETITION_NOT_PASSED", f"“{policy.title}”涉及经营者经济活动，{reason}后再提交。")


def check_not_of_maker(task: TaskContext, policy: Policy) -> None:
    """Gate G4: nobody of the submitting department judges its text. Raises SeparationOfDuties."""
    if task.actor.organisation == policy.maker_org:
        raise SeparationOfDuties("审查人员不能属于提交文本的部门，请由其他部门人员办理。")


def department_options(task: TaskContext) -> tuple[Option, ...]:
    """The district's departments, by code."""
    rows = list_organisations(task.session, task.district_id, "department")
    return tuple(Option(row.code, row.name) for row in rows)


def lesson_facts(task: TaskContext) -> tuple[Fact, ...]:
    """What earlier policies have taught, one line each, the newest first (R25)."""
    lessons = policies.list_lessons(task.session, task.district_id, limit=10)
    if not lessons:
        return (Fact("以往评估经验", "还没有已完成的实施效果评估。"),)
    return tuple(Fact(f"以往评估经验：{policy.title}", lesson.text) for policy, lesson in lessons)


def short(digest: str) -> str:
    """The beginning of a digest, for people."""
    return digest[:_SHORT]


def in_words(instant: datetime | None) -> str:
    """The business date of an instant: 2026年9月24日."""
    return "未知日期" if instant is None else day_in_words(business_date(instant))


def day_in_words(day: date) -> str:
    """A date as people write it: 2026年9月24日."""
    return f"{day.year}年{day.month}月{day.day}日"
