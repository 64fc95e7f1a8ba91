"""The history of a case as people read it: who did what when, with the opinions they gave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from forms.compiler import CompiledForm, compile_form
from forms.display import display
from forms.model import Field, keyed
from processes.actors import Actor
from processes.vocabulary import DefinitionKind
from service import permissions
from service.orchestration.runtime import Runtime
from service.pages.translation import gettext, to_translate
from service.pages.words import process_title
from storage import worklists
from storage.models.instances import Submission, Task
from storage.models.records import HistoryRow
from storage.people import list_organisations, names_of

#: What a row of the history says happened; kinds that are not here are the machine's own steps.
KINDS: dict[str, str] = {
    "instance_started": to_translate("发起"),
    "instance_completed": to_translate("办理完毕"),
    "instance_terminated": to_translate("终止"),
    "instance_suspended": to_translate("暂停办理"),
    "instance_resumed": to_translate("恢复办理"),
    "task_claimed": to_translate("认领"),
    "task_released": to_translate("退回岗位"),
    "task_assigned": to_translate("转办"),
    "task_delegated": to_translate("委派"),
    "task_delegation_returned": to_translate("委派交回"),
    "signers_added": to_translate("加签"),
    "signer_removed": to_translate("减签"),
    "task_signed": to_translate("签署"),
    "signing_closed": to_translate("加签结束"),
    "task_held": to_translate("挂起"),
    "task_resumed": to_translate("恢复"),
    "case_copied": to_translate("抄送"),
    "copy_read": to_translate("抄送已阅"),
    "task_urged": to_translate("催办"),
    "task_commented": to_translate("批注"),
    "tasks_handed_over": to_translate("离职转办"),
    "agency_ended": to_translate("代办授权终止"),
    "substitution_granted": to_translate("登记代理"),
    "substitution_ended": to_translate("结束代理"),
    "task_completed": to_translate("办结"),
    "task_returned": to_translate("退回"),
    "task_withdrawn": to_translate("撤回"),
    "message_received": to_translate("收到消息"),
    "timer_fired": to_translate("日期到达"),
    "timer_moved": to_translate("改期"),
    "deadline_moved": to_translate("期限改动"),
    "instance_migrated": to_translate("迁移到新版本"),
    "instance_migration_undone": to_translate("撤回迁移"),
    "incident_resolved": to_translate("异常已处理"),
    "document_handed_in": to_translate("补交容缺材料"),
    "personal_data_opened": to_translate("查看完整个人信息"),
    "notice_sent": to_translate("已发送通知"),
}

#: Fields whose answer is an opinion or a decision: shown in the history itself.
_OPINIONS = ("result", "opinion", "conclusion", "decision", "advice", "remark", "note", "reason")


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the history."""

    at: datetime
    who: str
    organisation: str
    acting_for: str
    what: str
    element: str
    element_id: str | None
    opinions: tuple[tuple[str, str], ...]
    reason: str
    files: Sequence[Mapping[str, Any]]
    kind: str = ""
    task_id: UUID | None = None


def steps(session: Session, actor: Actor, rows: Sequence[HistoryRow]) -> list[Step]:
    """The rows as people read them, the newest first.

    Left out: what only the machine passed through, and the claim of whoever completed the task as well.
    """
    organisations = {each.code: each.name for each in list_organisations(session, actor.district_id)}
    names = names_of(session, actor.district_id, {row.acting_for for row in rows if row.acting_for is not None})
    done = {(row.task_id, row.actor_id) for row in rows if row.kind == "task_completed"}
    shown = [
        row
        for row in rows
        if row.kind in KINDS and not (row.kind == "task_claimed" and (row.task_id, row.actor_id) in done)
    ]
    found = [_step(row, organisations, names) for row in reversed(shown)]
    if permissions.sees_colleagues(actor):
        return found
    own = organisations.get(actor.organisation or "", "")
    return [each if each.organisation == own else _department_only(each) for each in found]


def _department_only(step: Step) -> Step:
    """What somebody outside the house learns of a step: the department and that it was done."""
    return replace(
        step, who=step.organisation or "系统", organisation="", acting_for="", opinions=(), reason="", files=()
    )


def _step(row: HistoryRow, organisations: Mapping[str, str], names: Mapping[UUID, str]) -> Step:
    return Step(
        at=row.at,
        who=row.actor_name,
        organisation=organisations.get(row.organisation or "", ""),
        acting_for="" if row.acting_for is None else names.get(row.acting_for, ""),
        what=gettext(KINDS[row.kind]),
        element=row.element_name or (process_title(row.process_key) if row.task_id is None else ""),
        element_id=row.element_id,
        opinions=tuple(_opinions(row)),
        reason=row.reason or "",
        files=row.files,
        kind=row.kind,
        task_id=row.task_id,
    )


def _opinions(row: HistoryRow) -> list[tuple[str, str]]:
    """The decisions and opinions given at a step; short answers only, the whole form is one click away."""
    if row.kind == "task_signed":
        return [(gettext("结论"), gettext("同意") if row.changes.get("agree") else gettext("不同意"))]
    answers = row.changes.get("answers")
    if not isinstance(answers, Mapping):
        return []
    found = []
    for key, value in answers.items():
        if isinstance(value, str) and value and any(key == word or key.endswith(f"_{word}") for word in _OPINIONS):
            label = "意见" if key.endswith(("opinion", "advice", "remark", "note", "reason")) else "结论"
            found.append((label, value))
    return found


@dataclass(frozen=True, slots=True)
class Submitted:
    """A completed form as it was handed in."""

    at: datetime
    who: str
    lines: tuple[tuple[str, str], ...]


def submission_of(session: Session, runtime: Runtime, actor: Actor, task: Task) -> Submitted | None:
    """What was handed in when the task was completed; personal values stay masked. None while it is open."""
    row = worklists.find_submission(session, actor.district_id, task.id)
    if row is None:
        return None
    who = names_of(session, actor.district_id, {row.submitted_by}).get(row.submitted_by, "")
    return Submitted(row.submitted_at, who, tuple(_lines(session, runtime, actor, row)))


def _lines(session: Session, runtime: Runtime, actor: Actor, row: Submission) -> list[tuple[str, str]]:
    form = _form_of(session, runtime, actor, row)
    if form is None:
        return [(key, str(value)) for key, value in row.answers.items()]
    lines: list[tuple[str, str]] = []
    for each in keyed(form.fields):
        if each.key in row.answers:
            lines.extend(_field_lines(each, row.answers[each.key]))
    return lines


def _field_lines(each: Field, value: Any) -> list[tuple[str, str]]:
    if not each.rows or not isinstance(value, list):
        return [(each.label or each.key, display(each, value))]
    return [
        (
            f"{each.label} 第 {number} 行",
            "；".join(f"{column.label}：{display(column, entry.get(column.key))}" for column in keyed(each.rows)),
        )
        for number, entry in enumerate(value, start=1)
        if isinstance(entry, Mapping)
    ]


def _form_of(session: Session, runtime: Runtime, actor: Actor, row: Submission) -> CompiledForm | None:
    if row.form_key is None or row.form_version is None:
        return None
    stored = runtime.definitions.get(session, actor.district_id, DefinitionKind.FORM, row.form_key, row.form_version)
    return compile_form(stored.content)
