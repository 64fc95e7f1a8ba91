"""Deadlines of user tasks: opened with their walk, met or late, warned and escalated, moved when their base moves."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, case, select, update

from processes import deadlines as rules
from processes.clock import business_date
from processes.engine import OpenedTask
from processes.errors import EngineFault
from processes.notice_words import NoticeKind
from service.orchestration.notices import tell
from service.orchestration.runtime import Unit
from storage.db import new_id, table_of
from storage.instances import lock_instance
from storage.models.instances import ProcessInstance, Task
from storage.models.records import Deadline, Escalation
from storage.people import list_holders


def open_deadline(
    unit: Unit,
    instance: ProcessInstance,
    opened: OpenedTask,
    *,
    task_id: UUID,
    organisation: str | None,
    opened_at: datetime | None = None,
) -> datetime | None:
    """Write the deadline of a task that opened (now, by default); answers its instant, or None when it has none (yet).

    The anchor is read from the business record where one is registered, so that a moved date counts at once.
    """
    began_at = opened_at or unit.now
    began_on = business_date(began_at)
    rule_id = opened.properties.get("deadline", "").strip()
    if not rule_id:
        return None
    if rule_id not in rules.RULES:
        raise EngineFault(f"任务“{opened.name}”的期限规则“{rule_id}”不存在。", element_id=opened.element_id)
    rule = rules.RULES[rule_id]
    anchor_on = _anchor(unit, rule.anchor, opened.variables, opened_on=began_on)
    if anchor_on is None:
        return None
    days = _days(unit, rule, opened.variables)
    deadline = _compute(unit, rule, anchor_on, days, opened.variables)
    due_at = rules.due_at(deadline)
    deadline_id = new_id()
    unit.add(
        Deadline,
        id=deadline_id,
        instance_id=instance.id,
        task_id=task_id,
        rule=rule_id,
        duty=rule.duty,
        organisation=organisation,
        anchor=rule.anchor,
        anchor_on=anchor_on,
        days=days,
        due_on=deadline.date,
        due_at=due_at,
        provisional=deadline.provisional,
        walk=deadline.as_data()["walk"],
        calendar_version=deadline.calendar_version,
        state="open",
        created_at=began_at,
    )
    _check_later(unit, deadline_id, rule, deadline, opened_on=began_on, after=unit.now)
    return due_at


def _compute(
    unit: Unit, rule: rules.Rule, anchor_on: date, days: int | None, variables: Mapping[str, Any]
) -> rules.Deadline:
    """The deadline with the times left out that do not count; one that still runs is left out up to today."""
    registered = unit.runtime.handlers.pauses.get(rule.id) if rule.pausable else None
    found = () if registered is None else registered(unit.session, unit.district_id, variables)
    pauses = [pause if pause.end is not None else replace(pause, end=unit.today) for pause in found]
    before = _before(unit, rule, anchor_on, variables)
    return rules.compute(rule.id, anchor=anchor_on, calendar=unit.calendar, days=days, before=before, pauses=pauses)


def _before(unit: Unit, rule: rules.Rule, anchor_on: date, variables: Mapping[str, Any]) -> date | None:
    """The day the duty must precede, unless it had passed before the count began (an amount filed after opening)."""
    if rule.before is None:
        return None
    day = _anchor(unit, rule.before, variables, opened_on=anchor_on)
    return day if day is not None and day >= anchor_on else None


def _anchor(unit: Unit, name: str, variables: Mapping[str, Any], *, opened_on: date) -> date | None:
    if name == "opened":
        return opened_on
    registered = unit.runtime.handlers.anchors.get(name)
    if registered is not None:
        found = registered(unit.session, unit.district_id, variables)
        if found is not None:
            return found
    text = variables.get(name)
    return date.fromisoformat(text[:10]) if isinstance(text, str) else None


def _days(unit: Unit, rule: rules.Rule, variables: Mapping[str, Any]) -> int | None:
    registered = unit.runtime.handlers.limits.get(rule.id)
    if registered is not None:
        return registered(unit.session, unit.district_id, variables)
    value = variables.get(rule.days_from) if rule.days_from else None
    return value if isinstance(value, int) else None


def _check_later(
    unit: Unit, deadline_id: UUID, rule: rules.Rule, deadline: rules.Deadline, *, opened_on: date, after: datetime
) -> None:
    """One job at the next moment at which somebody must be told."""
    moments = [*rules.warnings(rule, deadline, opened_on, unit.calendar), rules.due_at(deadline)]
    coming = [moment for moment in moments if moment > after]
    if coming:
        run_at = min(coming)
        key = f"deadline:{deadline_id}:{run_at.isoformat()}"
        unit.enqueue("check_deadline", {"deadline_id": str(deadline_id)}, run_at=run_at, key=key)


_DEADLINES = table_of(Deadline)
#: Built once: every completion of a task with a deadline runs it.
_MEET = (
    update(_DEADLINES)
    .where(
        _DEADLINES.c.district_id == bindparam("district"),
        _DEADLINES.c.task_id == bindparam("task"),
        _DEADLINES.c.state == "open",
    )
    .values(met_at=bindparam("now"), state=case((_DEADLINES.c.due_at < bindparam("now"), "late"), else_="met"))
)


def meet_deadline(unit: Unit, task: Task) -> None:
    """The duty was done now: on time or late, measured at the server's instant (gate G12)."""
    # On the connection: the task need not be flushed first.
    unit.session.connection().execute(_MEET, {"district": unit.district_id, "task": task.id, "now": unit.now})


def settle_deadlines(unit: Unit, instance: ProcessInstance, *, tokens: Collection[str] | None) -> None:
    """Cancel the open deadlines of cancelled tasks (of all the instance's tasks when `tokens` is None)."""
    gone = select(Task.id).where(Task.district_id == unit.district_id, Task.instance_id == instance.id)
    if tokens is not None:
        gone = gone.where(Task.token.in_(tokens))
    unit.session.execute(
        update(Deadline)
        .where(Deadline.district_id == unit.district_id, Deadline.state == "open", Deadline.task_id.in_(gone))
        .values(state="cancelled")
        .execution_options(synchronize_session=False)
    )


def check_deadline(unit: Unit, deadline_id: UUID) -> None:
    """Warn or escalate what is due to be told now, once per level, and come back for the next moment."""
    row = unit.session.get(Deadline, (unit.district_id, deadline_id))
    if row is None or row.state != "open":
        return
    rule = rules.rule(row.rule)
    opened_on = business_date(row.created_at)
    deadline = _compute(unit, rule, row.anchor_on, row.days, _variables(unit, row))
    query = select(Escalation.kind, Escalation.level).where(
        Escalation.district_id == unit.district_id, Escalation.deadline_id == deadline_id
    )
    told = {(row[0], row[1]) for row in unit.session.execute(query)}
    sentence = rules.explain(deadline, rule)
    for level, moment in enumerate(rules.warnings(rule, deadline, opened_on, unit.calendar)):
        if moment <= unit.now and ("warning", level) not in told:
            _tell(unit, row, "warning", level, rule.owner, f"即将到期：{row.duty}。{sentence}")
    if unit.now >= row.due_at:
        for level, role in enumerate(rule.escalation):
            if ("overdue", level) not in told:
                _tell(unit, row, "overdue", level, role, f"已逾期：{row.duty}。{sentence}{rule.on_breach}")
    _check_later(unit, row.id, rule, deadline, opened_on=opened_on, after=unit.now)


def _variables(unit: Unit, row: Deadline) -> Mapping[str, Any]:
    """The data of the task the duty belongs to."""
    task = None if row.task_id is None else unit.session.get(Task, (unit.district_id, row.task_id))
    return {} if task is None else task.variables


def _tell(unit: Unit, row: Deadline, kind: str, level: int, role: str, message: str) -> None:
    """Keep that this level was reached, and put it into the inboxes of the level's post and of who has the task."""
    organisation = row.organisation if role.startswith("maker") else None
    unit.session.add(
        Escalation(
            district_id=unit.district_id,
            id=new_id(),
            deadline_id=row.id,
            instance_id=row.instance_id,
            task_id=row.task_id,
            kind=kind,
            level=level,
            to_role=role,
            to_organisation=organisation,
            message=message,
            at=unit.now,
        )
    )
    instance = unit.session.get(ProcessInstance, (unit.district_id, row.instance_id))
    people = {user.id for user in list_holders(unit.session, unit.district_id, role, organisation, on=unit.today)}
    tell(
        unit,
        people if kind == "overdue" and level > 0 else people | _at_work(unit, row),
        kind=NoticeKind.OVERDUE if kind == "overdue" else NoticeKind.DUE_SOON,
        title=f"{'已逾期' if kind == 'overdue' else '即将到期'}：{row.duty}",
        key=f"deadline:{row.id}:{kind}:{level}",
        body=message,
        link=f"/instances/{row.instance_id}" if row.task_id is None else f"/tasks/{row.task_id}",
        instance=instance,
        task_id=row.task_id,
    )


def _at_work(unit: Unit, row: Deadline) -> set[UUID]:
    """Who has the task in hand, or may claim it."""
    task = None if row.task_id is None else unit.session.get(Task, (unit.district_id, row.task_id))
    if task is None:
        return set()
    if task.assignee_id is not None:
        return {task.assignee_id}
    if task.role is None:
        return set()
    holders = list_holders(unit.session, unit.district_id, task.role, task.organisation, on=unit.today)
    return {user.id for user in holders if user.organisation != task.excluded_organisation}


def recompute(unit: Unit, open_rows: Sequence[Deadline], *, reason: str) -> list[tuple[Deadline, date, date]]:
    """Count open deadlines again after a date or the calendar moved; both days go into the history.

    Answers the deadlines that moved with their old and new day.
    """
    moved = []
    for row in open_rows:
        task = None if row.task_id is None else unit.session.get(Task, (unit.district_id, row.task_id))
        variables = _variables(unit, row)
        anchor_on = row.anchor_on
        if row.anchor != "opened":
            anchor_on = _anchor(unit, row.anchor, variables, opened_on=row.anchor_on) or row.anchor_on
        deadline = _compute(unit, rules.rule(row.rule), anchor_on, row.days, variables)
        row.provisional, row.calendar_version = deadline.provisional, deadline.calendar_version
        if (deadline.date, anchor_on) == (row.due_on, row.anchor_on):
            continue
        moved.append((row, row.due_on, deadline.date))
        _move(unit, row, task, deadline, reason=reason)
    return moved


def _move(unit: Unit, row: Deadline, task: Task | None, deadline: rules.Deadline, *, reason: str) -> None:
    instance = lock_instance(unit.session, unit.district_id, row.instance_id)
    old = row.due_on
    row.anchor_on, row.due_on, row.due_at = deadline.anchor, deadline.date, rules.due_at(deadline)
    row.walk = deadline.as_data()["walk"]
    if task is not None:
        task.due_at = row.due_at
    unit.record(
        instance,
        "deadline_moved",
        element_id=None if task is None else task.element_id,
        element_name=None if task is None else task.name,
        task_id=row.task_id,
        changes={"rule": row.rule, "due_on": [old.isoformat(), deadline.date.isoformat()]},
        reason=reason,
    )
    opened_on = business_date(row.created_at)
    _check_later(unit, row.id, rules.rule(row.rule), deadline, opened_on=opened_on, after=unit.now)


def list_open_deadlines(unit: Unit, *, instance_ids: Collection[UUID] | None = None) -> Sequence[Deadline]:
    """Open deadlines of the district, or of the given instances."""
    query = select(Deadline).where(Deadline.district_id == unit.district_id, Deadline.state == "open")
    if instance_ids is not None:
        query = query.where(Deadline.instance_id.in_(instance_ids))
    return unit.session.scalars(query.order_by(Deadline.due_at, Deadline.id)).all()
