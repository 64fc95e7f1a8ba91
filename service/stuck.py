"""Why is it stuck? One sentence for every open element, from a closed list of reasons (domain reference 11).

Each says what is waited for, since when, and who can act. Nothing is changed here; repairs are verbs of the
orchestration and stay under rights and gates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from processes import engine
from processes.actors import Actor
from processes.calendar import WorkingCalendar
from processes.clock import business_date
from processes.vocabulary import ROLES, DefinitionKind, InstanceState, WaitKind
from service.orchestration.candidates import NO_CANDIDATE
from service.orchestration.runtime import Runtime
from storage import history, instances, worklists
from storage.definitions import DefinitionMemory
from storage.models.instances import Incident, ProcessInstance, Task, Wait
from storage.models.people import User
from storage.people import list_absent, list_holders, list_organisations, names_of

#: How many open elements one look takes in; a district with more is filtered first.
MOST_ELEMENTS = 500
#: A timer may be this late before it counts as missed: the worker wakes up for it.
TIMER_GRACE = timedelta(minutes=5)
#: A message that nobody has sent for this many working days is reported as missing.
MESSAGE_PATIENCE = 20


class Reason(StrEnum):
    """The closed list: what an open element waits for."""

    SUSPENDED = "已暂停"
    FAILED = "自动办理失败"
    REFUSED = "关口未通过"
    NOBODY_HOLDS_POST = "无人在岗"
    EVERYBODY_BARRED = "受审分离后无人可办"
    PERSON_ABSENT = "办理人不在岗"
    OVERDUE = "逾期未办"
    UNCLAIMED = "等待认领"
    APPLICANT = "等待申报主体"
    HELD = "办理人已挂起"
    IN_HAND = "正在办理"
    TIMER_MISSED = "日期已到未触发"
    TIMER = "等待日期"
    MESSAGE_MISSING = "消息迟迟未到"
    MESSAGE = "等待消息"
    CHILD_FAILED = "下级流程停住"
    CHILD_GONE = "下级流程已终止"
    CHILD = "等待下级流程"
    LEFT_OVER = "上级流程已结束"


#: Reasons that need somebody to step in; the others are the ordinary course of things.
STUCK = frozenset(
    (
        Reason.FAILED,
        Reason.REFUSED,
        Reason.NOBODY_HOLDS_POST,
        Reason.EVERYBODY_BARRED,
        Reason.PERSON_ABSENT,
        Reason.OVERDUE,
        Reason.TIMER_MISSED,
        Reason.MESSAGE_MISSING,
        Reason.CHILD_FAILED,
        Reason.CHILD_GONE,
        Reason.LEFT_OVER,
    )
)

#: Incident codes that mean a gate said no, not that something broke.
_BROKEN = frozenset(("ENGINE_FAULT", "STATE_REFUSED", "HANDLER_FAULT", "UNKNOWN_JOB", "PROCESS_ERROR", "INCIDENT"))


@dataclass(frozen=True, slots=True)
class Waiting:
    """One open element: where, why, since when, and who can act. Task and incident lead to the repair."""

    instance_id: UUID
    title: str
    process_key: str
    element_id: str
    element_name: str
    reason: Reason
    since: datetime
    sentence: str
    who_can_act: str
    task_id: UUID | None = None
    incident_id: UUID | None = None

    @property
    def is_stuck(self) -> bool:
        return self.reason in STUCK


@dataclass
class _Look:
    """One look at the district: the moment, and what has been read for all elements together."""

    session: Session
    district_id: str
    now: datetime
    calendar: WorkingCalendar
    definitions: DefinitionMemory
    absent: set[UUID] = field(default_factory=set)
    names: Mapping[UUID, str] = field(default_factory=dict)
    separations: Mapping[UUID, Sequence[str]] = field(default_factory=dict)
    relatives: Mapping[UUID, ProcessInstance] = field(default_factory=dict)
    failing: frozenset[UUID] = frozenset()
    posts: dict[tuple[str, str | None], Sequence[User]] = field(default_factory=dict)

    @cached_property
    def organisations(self) -> Mapping[str, str]:
        return {each.code: each.name for each in list_organisations(self.session, self.district_id)}

    def holders(self, role: str, organisation: str | None) -> Sequence[User]:
        place = (role, organisation)
        if place not in self.posts:
            today = business_date(self.now)
            self.posts[place] = list_holders(self.session, self.district_id, role, organisation, on=today)
        return self.posts[place]

    def post_words(self, task: Task) -> str:
        place = self.organisations.get(task.organisation or "", task.organisation or "")
        return f"{place}{ROLES.get(task.role or '', task.role or '')}"

    def is_alternative(self, instance: ProcessInstance, element_id: str) -> bool:
        """True when the element is one of several events a gateway waits for: it need not come at all."""
        kind, version = DefinitionKind.PROCESS, instance.version
        stored = self.definitions.get(self.session, self.district_id, kind, instance.process_key, version)
        diagram = engine.parse(stored.content)
        sources = [source for source, target in diagram.flows if target == element_id]
        return any(diagram.element(source).kind == "eventBasedGateway" for source in sources)

    def age(self, since: datetime) -> int:
        """Working days since then."""
        return max(0, self.calendar.working_days_between(business_date(since), business_date(self.now)))


def _lateness(due_at: datetime, look: _Look) -> int:
    """Working days since the due day; its 24:00, from which a duty is late, still belongs to it."""
    return look.age(due_at - timedelta(seconds=1))


def why_waiting(session: Session, runtime: Runtime, actor: Actor, visible: ColumnElement[bool]) -> list[Waiting]:
    """What every open element of the visible instances waits for, the longest wait first. Reads only."""
    tasks, waits = worklists.list_open_elements(session, actor.district_id, visible, limit=MOST_ELEMENTS)
    around = {instance.id: instance for _, instance in (*tasks, *waits)}
    incidents = _told_apart(worklists.list_incidents_of(session, actor.district_id, list(around)))
    look = _look(session, runtime, actor, tasks, waits)
    failed = {(each.instance_id, each.element_id) for each in incidents}
    found = [_of_incident(each, around[each.instance_id], look) for each in incidents if each.instance_id is not None]
    found += [
        _of_task(task, instance, look) for task, instance in tasks if (instance.id, task.element_id) not in failed
    ]
    found += [
        _of_wait(wait, instance, look)
        for wait, instance in waits
        if wait.attached_to is None and (instance.id, wait.element_id) not in failed
    ]
    return sorted(found, key=lambda each: (not each.is_stuck, each.since, each.element_id))


def _told_apart(incidents: Sequence[Incident]) -> list[Incident]:
    """Without those of vacant posts: what a task says of itself is as good, and knows of today's changes."""
    return [each for each in incidents if each.code != NO_CANDIDATE]


def _look(
    session: Session,
    runtime: Runtime,
    actor: Actor,
    tasks: Sequence[tuple[Task, ProcessInstance]],
    waits: Sequence[tuple[Wait, ProcessInstance]],
) -> _Look:
    now, district_id = runtime.clock.now(), actor.district_id
    children = {wait.child_id for wait, _ in waits if wait.child_id is not None}
    parents = {instance.parent_id for _, instance in (*tasks, *waits) if instance.parent_id is not None}
    broken = worklists.list_incidents_of(session, district_id, list(children))
    return _Look(
        session=session,
        district_id=district_id,
        now=now,
        calendar=runtime.calendars.current(session, district_id),
        definitions=runtime.definitions,
        absent=list_absent(session, district_id, on=business_date(now)),
        names=names_of(session, district_id, {task.assignee_id for task, _ in tasks if task.assignee_id is not None}),
        separations=worklists.separations_of_tasks(session, district_id, [task.id for task, _ in tasks]),
        relatives=worklists.list_instances_by_id(session, district_id, children | parents),
        failing=frozenset(each.instance_id for each in _told_apart(broken) if each.instance_id is not None),
    )


def _of_incident(incident: Incident, instance: ProcessInstance, look: _Look) -> Waiting:
    reason = Reason.FAILED if incident.code in _BROKEN else Reason.REFUSED
    times = f"，已试过 {incident.attempts} 次" if incident.attempts > 1 else ""
    return Waiting(
        instance.id,
        instance.title,
        instance.process_key,
        incident.element_id or "",
        incident.element_id or "整个流程",
        reason,
        incident.created_at,
        f"{incident.message.rstrip('。')}{times}。",
        "效能分析员排除原因后重试",
        incident_id=incident.id,
    )


def _of_task(task: Task, instance: ProcessInstance, look: _Look) -> Waiting:
    reason, sentence, who = _task_reason(task, instance, look)
    return Waiting(
        instance.id,
        instance.title,
        instance.process_key,
        task.element_id,
        task.name,
        reason,
        task.claimed_at or task.created_at,
        sentence,
        who,
        task_id=task.id,
    )


def _task_reason(task: Task, instance: ProcessInstance, look: _Look) -> tuple[Reason, str, str]:
    outer = _outer_reason(instance, look)
    if outer is not None:
        return outer
    if task.assignee_id is None:
        return _unclaimed(task, look)
    name, age = look.names.get(task.assignee_id, "办理人"), look.age(task.claimed_at or task.created_at)
    if task.assignee_id in look.absent:
        return (
            Reason.PERSON_ABSENT,
            f"“{task.name}”由{name}认领，{name}目前不在岗，已停 {age} 个工作日。",
            f"代理人，或部门主要负责人、系统管理员改派给其他{look.post_words(task) or '人员'}",
        )
    if task.held_at is not None:
        return _held(task, name, look)
    if task.due_at is not None and task.due_at < look.now:
        late = _lateness(task.due_at, look)
        return Reason.OVERDUE, f"“{task.name}”由{name}办理，已逾期 {late} 个工作日。", f"{name}，或系统管理员改派"
    if task.role == "applicant":
        return Reason.APPLICANT, f"“{task.name}”等待申报主体{name}办理，已 {age} 个工作日。", name
    return Reason.IN_HAND, f"“{task.name}”由{name}办理中，已 {age} 个工作日。", name


def _held(task: Task, name: str, look: _Look) -> tuple[Reason, str, str]:
    """Put aside (挂起): by whom and why; the deadline goes on, so an overdue task says that too."""
    until = "" if task.held_until is None else f"，预计到 {task.held_until}"
    words = f"“{task.name}”由{name}挂起{until}：{(task.held_reason or '').rstrip('。')}"
    if task.due_at is not None and task.due_at < look.now:
        late = _lateness(task.due_at, look)
        return (
            Reason.OVERDUE,
            f"{words}，已逾期 {late} 个工作日。",
            f"{name}恢复办理，或部门主要负责人、系统管理员恢复后改派",
        )
    return Reason.HELD, f"{words}。", f"{name}恢复办理"


def _unclaimed(task: Task, look: _Look) -> tuple[Reason, str, str]:
    post, age = look.post_words(task), look.age(task.created_at)
    holders = look.holders(task.role or "", task.organisation)
    present = [user for user in holders if user.id not in look.absent]
    if not present:
        why = "没有人担任这个岗位" if not holders else "担任这个岗位的人都不在岗"
        return Reason.NOBODY_HOLDS_POST, f"“{task.name}”应由{post}办理，但{why}。", "系统管理员安排人员"
    able = _not_barred(task, present, look)
    if not able:
        return (
            Reason.EVERYBODY_BARRED,
            f"“{task.name}”应由{post}办理，但在岗人员都办过本件的其他环节，依受审分离不能再办。",
            "系统管理员为这个岗位增加人员",
        )
    names = "、".join(user.name for user in able[:5])
    if task.due_at is not None and task.due_at < look.now:
        return Reason.OVERDUE, f"“{task.name}”无人认领，已逾期 {_lateness(task.due_at, look)} 个工作日。", names
    if task.role == "applicant":
        return Reason.APPLICANT, f"“{task.name}”等待申报主体办理，已 {age} 个工作日。", names
    return Reason.UNCLAIMED, f"“{task.name}”等待{post}认领，已 {age} 个工作日。", names


def _not_barred(task: Task, people: Sequence[User], look: _Look) -> list[User]:
    """Those who may take the task under separation of duties."""
    elements = look.separations.get(task.id, ())
    performers = history.performed(look.session, look.district_id, task.root_id, elements) if elements else {}
    excluded = task.excluded_organisation
    return [
        user for user in people if user.id not in performers and (excluded is None or user.organisation != excluded)
    ]


def _outer_reason(instance: ProcessInstance, look: _Look) -> tuple[Reason, str, str] | None:
    """Reasons that lie around the element: its instance is held, or its parent has already ended."""
    if instance.state == InstanceState.SUSPENDED:
        return Reason.SUSPENDED, f"“{instance.title}”已暂停：{instance.suspended_reason}。", "系统管理员恢复办理"
    parent = None if instance.parent_id is None else look.relatives.get(instance.parent_id)
    if parent is not None and parent.state not in instances.ALIVE:
        return Reason.LEFT_OVER, f"上级流程“{parent.title}”已经结束，这一件还留着。", "系统管理员终止或办完"
    return None


def _of_wait(wait: Wait, instance: ProcessInstance, look: _Look) -> Waiting:
    reason, sentence, who = _outer_reason(instance, look) or _wait_reason(wait, instance, look)
    return Waiting(
        instance.id,
        instance.title,
        instance.process_key,
        wait.element_id,
        wait.name or wait.element_id,
        reason,
        wait.since,
        sentence,
        who,
    )


def _wait_reason(wait: Wait, instance: ProcessInstance, look: _Look) -> tuple[Reason, str, str]:
    name, age = wait.name or wait.element_id, look.age(wait.since)
    if wait.kind == WaitKind.TIMER:
        return _timer_reason(wait, name, look)
    if wait.kind == WaitKind.CALL_ACTIVITY:
        return _child_reason(wait, name, look)
    message = f"消息“{wait.message}”" if wait.message else "外部事件"
    if look.is_alternative(instance, wait.element_id):
        return Reason.MESSAGE, f"“{name}”和其他事件一起等待，先到的一个决定走向。", "发出消息的流程或人员"
    if age > MESSAGE_PATIENCE:
        return (
            Reason.MESSAGE_MISSING,
            f"“{name}”等{message}已 {age} 个工作日，可能没有人会发出。",
            "系统管理员核对后补发",
        )
    return Reason.MESSAGE, f"“{name}”等待{message}，已 {age} 个工作日。", "发出消息的流程或人员"


def _timer_reason(wait: Wait, name: str, look: _Look) -> tuple[Reason, str, str]:
    if wait.due_at is None:
        return Reason.TIMER, f"“{name}”等待的日期还没有确定。", "确定日期的环节"
    day = business_date(wait.due_at)
    if wait.due_at + TIMER_GRACE < look.now:
        return Reason.TIMER_MISSED, f"“{name}”应在 {day} 触发，日期已到但没有触发。", "系统管理员检查后台作业"
    return Reason.TIMER, f"“{name}”等待 {day} 到来。", "到期自动继续"


def _child_reason(wait: Wait, name: str, look: _Look) -> tuple[Reason, str, str]:
    child = None if wait.child_id is None else look.relatives.get(wait.child_id)
    if child is None or child.state == InstanceState.TERMINATED:
        return Reason.CHILD_GONE, f"“{name}”的下级流程已终止，上级还在等它。", "系统管理员处理上级流程"
    if child.id in look.failing:
        return Reason.CHILD_FAILED, f"“{name}”的下级流程“{child.title}”出了异常。", "效能分析员处理下级流程的异常"
    return Reason.CHILD, f"“{name}”正在下级流程“{child.title}”中办理。", "下级流程的办理人"
