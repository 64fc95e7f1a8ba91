"""Who may see or do what. Default deny; one decision function, and one SQL filter that says the same.

A decision is role AND scope AND relation AND separation of duties (受审分离, from the history of the case)
AND state. Nobody overrides separation of duties, an administrator included.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, and_, exists, false, literal, or_, select, true
from sqlalchemy.orm import Session, aliased

from processes.actors import SYSTEM_ID, Actor, Post
from processes.desk_words import SignerState
from processes.errors import Forbidden, NotFound, SeparationOfDuties
from processes.item_words import PUBLIC
from processes.policy_words import ISSUED_STATES
from processes.vocabulary import TaskState
from service.approval_rules import ApprovalRule, check_approval
from storage import history
from storage.models.applications import Applicant, Application
from storage.models.desk import CaseCopy, Signer
from storage.models.disbursements import DisbursementBatch
from storage.models.instances import Incident, ProcessInstance, Task, TaskSeparation
from storage.models.items import PolicyItem
from storage.models.people import User
from storage.models.policies import Policy, PolicyVersion
from storage.models.policy_opinions import Consultation
from storage.models.records import Attachment

#: What a role may do that does not depend on a task. Source: domain reference section 5.
ROLE_ACTIONS: dict[str, frozenset[str]] = {
    "admin": frozenset(
        (
            "start_any",
            "suspend",
            "terminate",
            "assign",
            "retry",
            "read_all",
            "manage_people",
            "manage_calendar",
            "move_dates",
            "send_message",
            "migrate",
            "read_migration",
        )
    ),
    "process_owner": frozenset(
        ("deploy", "draft", "try_out", "ask_publication", "retire", "read_requests", "read_migration")
    ),
    "publisher": frozenset(
        (
            "deploy",
            "draft",
            "try_out",
            "ask_publication",
            "approve_publication",
            "retire",
            "read_requests",
            "read_migration",
        )
    ),
    "analyst": frozenset(("read_all", "retry", "migrate", "read_migration")),
    "auditor": frozenset(("read_all", "verify_audit", "export", "read_migration")),
    "supervisor": frozenset(("read_all",)),
    "maker": frozenset(("move_dates",)),
    "applicant": frozenset(("apply_for_oneself",)),
    "window_clerk": frozenset(("work_at_desk",)),
    "platform_clerk": frozenset(("work_at_desk",)),
}

#: Actions that only need somebody signed in.
ANYONE_SIGNED_IN = frozenset(
    ("read_own", "read_policies", "read_definitions", "read_calendar", "check", "start", "work_on_tasks", "upload")
)

#: Every action there is: a route that names another one is a mistake.
ACTIONS = ANYONE_SIGNED_IN.union(*ROLE_ACTIONS.values())


def can(actor: Actor, action: str) -> bool:
    """True when one of the actor's roles allows the action as such (scope and relation are checked apart)."""
    if actor.id == SYSTEM_ID or action in ANYONE_SIGNED_IN:
        return True
    return any(action in ROLE_ACTIONS.get(role, ()) for role in actor.roles())


def require(actor: Actor, action: str) -> None:
    """Raise Forbidden unless `can`."""
    if not can(actor, action):
        raise Forbidden("您的岗位没有这项权限。如确有需要，请联系系统管理员调整岗位。", action=action)


def may_start(actor: Actor, starters: Sequence[str]) -> bool:
    """An administrator starts any published process; others those whose diagram names one of their roles."""
    return can(actor, "start_any") or bool(actor.roles() & set(starters))


def _holds_post(actor: Actor, task: Task) -> bool:
    return task.role is not None and actor.holds(task.role, task.organisation)


def may_assign(actor: Actor, task: Task) -> bool:
    """An administrator hands on any task, the head of a department those of its posts."""
    return can(actor, "assign") or (task.organisation is not None and actor.holds("maker_head", task.organisation))


def stands_for(actor: Actor, task: Task) -> Actor | None:
    """The person in whose right the actor may take the task: the actor, or an absent colleague; None if nobody."""
    for person in (actor, *actor.principals):
        if task.assignee_id == person.id or (task.assignee_id is None and _holds_post(person, task)):
            return person
    return None


def check_separation(session: Session, task: Task, people: Iterable[Actor], separate_from: Sequence[str]) -> None:
    """Raise SeparationOfDuties when one of the people already acted on the case in an excluded duty.

    Read from the history of the whole case (children and linked cases included), never from its data.
    Source: 长新党政办发〔2022〕24号, 二(三); gates G3, G4, G6.
    """
    people = tuple(people)
    for person in people:
        if task.excluded_organisation is not None and person.organisation == task.excluded_organisation:
            raise SeparationOfDuties(
                f"“{task.name}”不能由提交部门的人员办理，请由其他部门人员办理。", task_id=str(task.id)
            )
    if not separate_from:
        return
    performers = history.performed(session, task.district_id, task.root_id, separate_from)
    for person in people:
        if person.id in performers:
            raise SeparationOfDuties(
                f"受审分离：{person.name} 已办理过本件的其他环节，不能再办理“{task.name}”，请由其他人员办理。",
                task_id=str(task.id),
                element_id=performers[person.id],
            )


def require_task(
    session: Session,
    actor: Actor,
    task: Task,
    separate_from: Sequence[str],
    approval: ApprovalRule | None = None,
) -> Actor:
    """The person in whose right the actor acts on an open task; raises NotFound, Forbidden or SeparationOfDuties."""
    person = stands_for(actor, task)
    if person is None:
        if not may_see_task(session, actor, task):
            raise NotFound("没有找到这项任务。它可能不存在，或者您无权查看。")
        check_separation(session, task, (actor,), separate_from)
        raise Forbidden(_why_not(task), task_id=str(task.id))
    check_separation(session, task, {actor, person}, separate_from)
    check_approval(session, task, {actor, person}, approval)
    return person


def _why_not(task: Task) -> str:
    if task.assignee_id is not None:
        return f"任务“{task.name}”已由他人认领。如需转办，请联系认领人或系统管理员。"
    return f"任务“{task.name}”不属于您的岗位，不能办理。"


def may_see_task(session: Session, actor: Actor, task: Task) -> bool:
    return session.scalar(select(exists().where(Task.id == task.id, visible(actor, Task)))) or False


def offered(actor: Actor) -> ColumnElement[bool]:
    """SQL condition on Task: ready, for one of the actor's posts, and not barred by separation of duties."""
    chances = [
        and_(_post_matches(person.posts), *(~history.barred(each) for each in {actor.id, person.id}))
        for person in (actor, *actor.principals)
        if person.posts
    ]
    if not chances:
        return false()
    own = actor.organisation
    foreign = true() if own is None else or_(Task.excluded_organisation.is_(None), Task.excluded_organisation != own)
    return and_(Task.state == TaskState.READY, Task.assignee_id.is_(None), foreign, or_(*chances))


def _post_matches(posts: Iterable[Post], task: Any = Task) -> ColumnElement[bool]:
    conditions = []
    for post in posts:
        where = task.role == post.role
        if post.organisation != "*":
            where = and_(where, or_(task.organisation == post.organisation, task.organisation.is_(None)))
        conditions.append(where)
    return or_(*conditions) if conditions else false()


def _signed(district_id: str, people: Sequence[UUID]) -> Select[UUID]:
    """The tasks to which the people were added as signers; who was removed unanswered is out again."""
    return select(Signer.task_id).where(
        Signer.district_id == district_id, Signer.user_id.in_(people), Signer.state != SignerState.REMOVED
    )


def _copied(actor: Actor, root: Any) -> ColumnElement[bool]:
    """The case was shown to the actor (抄送): it may be read, never acted on."""
    copies = select(CaseCopy.root_id).where(CaseCopy.district_id == actor.district_id, CaseCopy.user_id == actor.id)
    return root.in_(copies)  # type: ignore[no-any-return]  # a column of whichever model is asked for


def takes_part(session: Session, actor: Actor, root_id: UUID) -> bool:
    """True when the actor has or had a duty in the case, or started it; a copy alone is no part in it."""
    part = _involved(actor, literal(root_id, Uuid()))
    return session.scalar(select(part)) or False


def _involved(actor: Actor, root: Any) -> ColumnElement[bool]:
    """The actor started, was assigned, completed, may take or (as the head) may hand on something in the case."""
    mine = aliased(Task)
    start = aliased(ProcessInstance)
    people: list[UUID] = [actor.id, *(person.id for person in actor.principals)]
    posts = {post for person in (actor, *actor.principals) for post in person.posts}
    headed = [post.organisation for post in posts if post.role == "maker_head"]
    return or_(
        exists(
            select(mine.id).where(
                mine.district_id == actor.district_id,
                mine.root_id == root,
                or_(
                    mine.assignee_id.in_(people),
                    mine.owner_id.in_(people),
                    mine.id.in_(_signed(actor.district_id, people)),
                    mine.completed_by.in_(people),
                    _post_matches(posts, mine),
                    mine.organisation.in_(headed),
                ),
            )
        ),
        exists(
            select(start.id).where(
                start.district_id == actor.district_id, start.root_id == root, start.started_by.in_(people)
            )
        ),
    )


def visible(actor: Actor, model: type[Any]) -> ColumnElement[bool]:
    """SQL condition: the rows of the model that the actor may see. Views add it to every query."""
    district = model.district_id == actor.district_id
    if can(actor, "read_all"):
        return and_(district, true())
    if model is Policy:
        return and_(district, _public_or_own(actor))
    if model in (ProcessInstance, Task):
        return and_(district, or_(_involved(actor, model.root_id), _copied(actor, model.root_id)))
    if model is Attachment:
        return and_(district, _files(actor))
    if model is Application:
        return and_(district, _own_applications(actor))
    if model is DisbursementBatch:
        return and_(district, _involved(actor, DisbursementBatch.instance_id))
    if model is PolicyItem:
        return and_(district, _items_of_visible_policies(actor))
    if model is Consultation:
        return and_(district, Consultation.policy_id.in_(_visible_policies(actor)), _published_or_staff(actor))
    if model in (Incident, TaskSeparation):
        return false()
    raise ValueError(f"no visibility rule for {model.__name__}")


#: Departments that answer, review or decide on every policy in the making.
_MAKING_ORGANISATIONS = frozenset(("DSB", "LAW", "FIN", "AMC", "GEN"))


def may_read_making(actor: Actor, policy: Policy) -> bool:
    """Drafts, opinions and reviews: for the makers and the departments that answer, and for those who read all."""
    return can(actor, "read_all") or actor.organisation in _MAKING_ORGANISATIONS | {policy.maker_org}


def _public_or_own(actor: Actor) -> ColumnElement[bool]:
    """Applicants see what is in force; staff also what is in the making; confidential ones only their makers."""
    if actor.organisation in _MAKING_ORGANISATIONS:
        return true()
    open_to_all = (
        ~Policy.confidential if is_staff(actor) else and_(~Policy.confidential, Policy.status.in_(ISSUED_STATES))
    )
    return or_(open_to_all, Policy.maker_org == actor.organisation)


def _files(actor: Actor) -> ColumnElement[bool]:
    """Own uploads, issued texts, and the files of one's cases; an applicant's side sees its own people's there."""
    own = or_(Attachment.uploaded_by == actor.id, Attachment.id.in_(_issued_texts(actor)))
    of_case = _involved(actor, Attachment.root_id)
    if not is_staff(actor):
        people = select(User.id).where(User.district_id == actor.district_id, User.organisation == actor.organisation)
        of_case = and_(of_case, Attachment.uploaded_by.in_(people))
    return and_(or_(own, of_case), true() if _reads_past_the_desk(actor) else ~_accepted_case(Attachment.root_id))


#: The front desk: it reads an application's materials until it accepts it, then its number and state only (10.5).
_FRONT_DESK = frozenset(("window_clerk", "platform_clerk"))


def _reads_past_the_desk(actor: Actor) -> bool:
    """False for people (and for whom they stand in) who only have a post at the front desk."""
    roles = {post.role for person in (actor, *actor.principals) for post in person.posts}
    return not roles or not roles <= _FRONT_DESK


def _accepted_case(root: Any) -> ColumnElement[bool]:
    accepted = select(Application.id).where(
        Application.district_id == Attachment.district_id,
        Application.root_id == root,
        Application.accepted_at.is_not(None),
    )
    return exists(accepted.correlate(Attachment))


def _issued_texts(actor: Actor) -> Select[UUID]:
    """The files of the texts that were issued, of policies the actor sees."""
    issued = and_(PolicyVersion.district_id == Policy.district_id, PolicyVersion.id == Policy.issued_version_id)
    return select(PolicyVersion.attachment_id).join(Policy, issued).where(visible(actor, Policy))


def is_staff(actor: Actor) -> bool:
    """True for people of a department or a centre; false for applicants and those who act for them."""
    return bool(actor.roles() - {"applicant"})


def sees_colleagues(actor: Actor) -> bool:
    """Who handled a case, by name and with the opinion given. Applicants learn the department only (10.5)."""
    return is_staff(actor) or can(actor, "read_all")


def _visible_policies(actor: Actor) -> Select[UUID]:
    return select(Policy.id).where(visible(actor, Policy))


def _items_of_visible_policies(actor: Actor) -> ColumnElement[bool]:
    """Items of a policy the actor sees; who is no staff sees them once they were launched."""
    of_visible = PolicyItem.policy_id.in_(_visible_policies(actor))
    return of_visible if is_staff(actor) else and_(of_visible, PolicyItem.status.in_(PUBLIC))


def _published_or_staff(actor: Actor) -> ColumnElement[bool]:
    return true() if is_staff(actor) else Consultation.published_at.is_not(None)


def _own_applications(actor: Actor) -> ColumnElement[bool]:
    """Those of the actor's enterprise, those the actor filled in, and those on which the actor has or had a duty."""
    own = select(Applicant.id).where(
        Applicant.district_id == actor.district_id, Applicant.organisation == actor.organisation
    )
    return or_(
        Application.started_by == actor.id,
        false() if actor.organisation is None else Application.applicant_id.in_(own),
        _involved(actor, Application.root_id),
    )


def may_see_policy(session: Session, actor: Actor, policy: Policy) -> bool:
    return session.scalar(select(exists().where(Policy.id == policy.id, visible(actor, Policy)))) or False


def may_see_instance(session: Session, actor: Actor, instance: ProcessInstance) -> bool:
    seen = exists().where(ProcessInstance.id == instance.id, visible(actor, ProcessInstance))
    return session.scalar(select(seen)) or False


def require_instance(session: Session, actor: Actor, instance: ProcessInstance) -> None:
    """Raise NotFound unless the actor may see the instance (never telling whether it exists)."""
    if not may_see_instance(session, actor, instance):
        raise NotFound("没有找到这个流程实例。它可能不存在，或者您无权查看。")
