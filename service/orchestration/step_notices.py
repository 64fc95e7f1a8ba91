"""Who is told of what a step of a case brought (domain reference 10.3). Runs after the step, as a job.

Everything is told from what is stored now and under keys that say what was told, so a repeated job tells nothing twice.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import or_, select

from processes.actors import system_actor
from processes.application_words import RUNNING, AcceptResult, ApplicantKind, ApplicationStatus, Channel
from processes.item_words import ItemStatus
from processes.notice_words import NoticeKind
from processes.opening_words import FilingStatus
from processes.vocabulary import TaskState
from service.orchestration.match_notices import ask_to_tell
from service.orchestration.notices import tell
from service.orchestration.runtime import Runtime, Unit, transaction
from storage.applications import find_application_of_instance, list_acceptances
from storage.changes import find_pending_change
from storage.history import performed
from storage.models.applications import Applicant, Application
from storage.models.changes import ChangeRequest
from storage.models.filings import Filing
from storage.models.instances import CaseLink, ProcessInstance, Task, TaskSeparation
from storage.models.items import PolicyItem
from storage.models.people import User
from storage.notices import list_deputies, list_people_of, list_subscribers, list_told
from storage.people import list_holders

_RECEIVER = ("dsb_operator", "DSB")
#: What the people who wait for an item hear of it.
_ITEM_WORDS: dict[str, str] = {
    ItemStatus.OPEN: "已开放申报",
    ItemStatus.ADJUSTING: "将有调整",
    ItemStatus.HELD: "已暂停",
    ItemStatus.CLOSED: "已停止接收申报",
    ItemStatus.OFFLINE: "已下线",
}


def tell_step(runtime: Runtime, district_id: str, instance_ids: Sequence[UUID], task_ids: Sequence[UUID]) -> None:
    """Tell of new tasks, of applications and items that changed, and of filings that arrived. Safe to repeat."""

    def work(unit: Unit) -> None:
        for task in _waiting_tasks(unit, task_ids):
            _tell_offer(unit, task)
        if instance_ids:
            _tell_applications(unit, instance_ids)
            for item in _items(unit, instance_ids):
                _tell_item(unit, item)
            _tell_filings(unit, instance_ids)

    transaction(runtime, system_actor(district_id), work)


def _waiting_tasks(unit: Unit, task_ids: Sequence[UUID]) -> Sequence[Task]:
    query = select(Task).where(Task.district_id == unit.district_id, Task.id.in_(task_ids))
    return unit.session.scalars(query.where(Task.state.in_((TaskState.READY, TaskState.CLAIMED)))).all()


def _tell_offer(unit: Unit, task: Task) -> None:
    """A task for a post goes to its holders who may take it, one for a person to that person."""
    barred = _barred(unit, task)
    tell(
        unit,
        _candidates(unit, task) - barred,
        kind=NoticeKind.OFFERED,
        title=f"待办：{task.name}",
        key=f"offered:{task.id}",
        body=task.title,
        link=_place_of(unit, task),
        instance=unit.session.get(ProcessInstance, (unit.district_id, task.instance_id)),
        task_id=task.id,
        but=barred,
    )


def _place_of(unit: Unit, task: Task) -> str:
    """Where the task is done: what an applicant has to do online stands on the page of the application."""
    application = None
    if task.role is None:
        application = find_application_of_instance(unit.session, unit.district_id, task.root_id)
    if application is None or application.channel != Channel.ONLINE:
        return f"/tasks/{task.id}"
    return f"/my/applications/{application.id}"


def _candidates(unit: Unit, task: Task) -> set[UUID]:
    if task.assignee_id is not None:
        return {task.assignee_id}
    if task.role is None:
        return set()
    holders = list_holders(unit.session, unit.district_id, task.role, task.organisation, on=unit.today)
    found = {user.id for user in holders}
    outside = {user.id for user in holders if user.organisation != task.excluded_organisation}
    return found if task.excluded_organisation is None else outside


def _barred(unit: Unit, task: Task) -> set[UUID]:
    """Who may not take the task because of an earlier duty in the case (受审分离), deputies of others included."""
    elements = unit.session.scalars(
        select(TaskSeparation.element_id).where(
            TaskSeparation.district_id == unit.district_id, TaskSeparation.task_id == task.id
        )
    ).all()
    barred = set(performed(unit.session, unit.district_id, task.root_id, elements)) if elements else set()
    if task.excluded_organisation is not None:
        deputies = list_deputies(unit.session, unit.district_id, _candidates(unit, task), on=unit.today)
        barred |= deputies & list_people_of(unit.session, unit.district_id, [task.excluded_organisation])
    return barred


def _tell_applications(unit: Unit, instance_ids: Sequence[UUID]) -> None:
    """Each application of the case, or of a case linked to it, whose state is another than was told last."""
    linked = select(CaseLink.linked_root_id).where(
        CaseLink.district_id == unit.district_id, CaseLink.root_id.in_(instance_ids)
    )
    query = (
        select(Application, PolicyItem, Applicant)
        .join(PolicyItem, (PolicyItem.district_id == unit.district_id) & (PolicyItem.id == Application.item_id))
        .join(Applicant, (Applicant.district_id == unit.district_id) & (Applicant.id == Application.applicant_id))
        .where(
            Application.district_id == unit.district_id,
            or_(Application.instance_id.in_(instance_ids), Application.instance_id.in_(linked)),
            Application.status != ApplicationStatus.DRAFT,
        )
        .order_by(Application.number)
    )
    rows = unit.session.execute(query).all()
    if not rows:
        return
    kinds = (NoticeKind.STATUS, NoticeKind.CORRECTION)
    told = list_told(unit.session, unit.district_id, [application.root_id for application, _, _ in rows], kinds)
    for application, item, applicant in rows:
        _tell_application(unit, application, item, applicant, told)


def _tell_application(
    unit: Unit, application: Application, item: PolicyItem, applicant: Applicant, told: Sequence[str]
) -> None:
    before = list(dict.fromkeys(key for key in told if key.startswith(f"status:{application.id}:")))
    if before and before[-1].split(":")[2] == application.status:
        return
    correcting = application.status == ApplicationStatus.CORRECTING
    kind = NoticeKind.CORRECTION if correcting else NoticeKind.STATUS
    title = f"“{item.name}”申报（{application.number}）：{application.status}"
    key = f"status:{application.id}:{application.status}:{len(before) + 1}"
    instance = unit.session.get(ProcessInstance, (unit.district_id, application.instance_id))
    own = {application.started_by if instance is None else instance.started_by}
    body = _correction(unit, application) if correcting else (application.refusal_text or "")
    room = f"/my/applications/{application.id}"
    link = room if application.channel == Channel.ONLINE else f"/instances/{application.instance_id}"
    tell(unit, own, kind=kind, title=title, key=key, body=body, link=link, instance=instance)
    if applicant.organisation is not None:
        people = list_people_of(unit.session, unit.district_id, [applicant.organisation])
        tell(unit, people - own, kind=kind, title=title, key=key, body=body, link=room, instance=instance)
    if applicant.kind != ApplicantKind.RESIDENT:
        specialists = list_holders(unit.session, unit.district_id, "specialist", None, on=unit.today)
        tell(unit, {user.id for user in specialists} - own, kind=kind, title=title, key=key, instance=instance)


def _correction(unit: Unit, application: Application) -> str:
    """The full list of what is missing, told once."""
    asked = [each for each in list_acceptances(unit.session, application) if each.result == AcceptResult.CORRECTION]
    if not asked:
        return ""
    newest = max(asked, key=lambda each: each.round_no)
    lines = [f"{number}. {each['material']}：{each['note']}" for number, each in enumerate(newest.missing, 1)]
    return "\n".join((newest.reason, "需要补正：", *lines))


def _items(unit: Unit, instance_ids: Collection[UUID]) -> Sequence[PolicyItem]:
    """Items whose own case this is, or which a change in this case concerns."""
    changed = select(ChangeRequest.item_id).where(
        ChangeRequest.district_id == unit.district_id, ChangeRequest.instance_id.in_(instance_ids)
    )
    query = select(PolicyItem).where(
        PolicyItem.district_id == unit.district_id,
        PolicyItem.status.in_(_ITEM_WORDS),
        or_(PolicyItem.instance_id.in_(instance_ids), PolicyItem.id.in_(changed)),
    )
    return unit.session.scalars(query).all()


def _tell_item(unit: Unit, item: PolicyItem) -> None:
    """Subscribers, and whoever has a draft or a running application, once per state and version of the item."""
    word = _ITEM_WORDS[item.status]
    body = ""
    if item.status == ItemStatus.ADJUSTING:
        change = find_pending_change(unit.session, item)
        body = "" if change is None else change.notice_text
    elif item.status == ItemStatus.OPEN and _was_changed(unit, item):
        word = "已按调整后的内容办理"
    elif item.status == ItemStatus.OPEN:
        ask_to_tell(unit, item)
    people = list_subscribers(unit.session, unit.district_id, item.id) | _with_applications(unit, item)
    tell(
        unit,
        people,
        kind=NoticeKind.ITEM,
        title=f"事项“{item.name}”{word}",
        key=f"item:{item.id}:{item.status}:{item.version_no}",
        body=body,
        link=f"/policies/items/{item.id}",
    )


def _was_changed(unit: Unit, item: PolicyItem) -> bool:
    query = select(ChangeRequest.id).where(
        ChangeRequest.district_id == unit.district_id,
        ChangeRequest.item_id == item.id,
        ChangeRequest.item_version_after == item.version_no,
    )
    return unit.session.scalar(query.limit(1)) is not None


def _with_applications(unit: Unit, item: PolicyItem) -> set[UUID]:
    """Who began an application that is a draft or under way, and the people of the applicants."""
    under_way = (
        select(Application.applicant_id, ProcessInstance.started_by)
        .join(
            ProcessInstance,
            (ProcessInstance.district_id == Application.district_id) & (ProcessInstance.id == Application.instance_id),
        )
        .where(
            Application.district_id == unit.district_id,
            Application.item_id == item.id,
            Application.status.in_((ApplicationStatus.DRAFT, *RUNNING)),
        )
    )
    rows = unit.session.execute(under_way).all()
    homes = (
        select(Applicant.organisation)
        .where(Applicant.district_id == unit.district_id, Applicant.organisation.is_not(None))
        .where(Applicant.id.in_({row.applicant_id for row in rows if row.applicant_id is not None}))
    )
    colleagues = select(User.id).where(User.district_id == unit.district_id, User.active, User.organisation.in_(homes))
    return {row.started_by for row in rows} | set(unit.session.scalars(colleagues))


def _tell_filings(unit: Unit, instance_ids: Collection[UUID]) -> None:
    """政数局 hears of every filing that arrives, again after it was sent back."""
    query = select(Filing).where(
        Filing.district_id == unit.district_id,
        Filing.instance_id.in_(instance_ids),
        Filing.status == FilingStatus.FILED,
    )
    for filing in unit.session.scalars(query):
        role, organisation = _RECEIVER
        holders = list_holders(unit.session, unit.district_id, role, organisation, on=unit.today)
        tell(
            unit,
            {user.id for user in holders},
            kind=NoticeKind.FILING,
            title=f"收到{filing.kind}报备 {filing.number}",
            key=f"filing:{filing.id}:{len(filing.rounds)}",
            link=f"/instances/{filing.instance_id}",
            instance=unit.session.get(ProcessInstance, (unit.district_id, filing.instance_id)),
        )
