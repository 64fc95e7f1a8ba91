"""Who may see or do what. Default deny; one decision function, and one SQL filter that says the same.

A decision is role AND scope AND relation AND separation of duties (受审分离, from the history of the case)
AND state. Nobody overrides separation of duties, an administrator included.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, and_, exists, false, literal, or_, select, true
from sqlalchemy.orm import Session, aliased

from processes.actors import SYSTEM_ID, Actor, Post
from processes.desk_words import SignerState
from processes.errors import Forbidden, NotFound, SeparationOfDuties
from processes.item_words import PUBLIC
from processes.policy_words import ISSUED_STATES
from processes.vocabulary import APPLICANT_ROLES, TaskState
from service.approval_rules import ApprovalRule, check_approval, refused_approval
from service.role_actions import ANYONE_SIGNED_IN, ROLE_ACTIONS
from storage import agencies, history
from storage.models.agencies import AgencyAuthorisation
from storage.models.applications import Application
from storage.models.desk import CaseCopy, Signer
from storage.models.disbursements import DisbursementBatch
from storage.models.instances import Incident, ProcessInstance, Task, TaskSeparation
from storage.models.items import PolicyItem
from storage.models.policies import Policy, PolicyVersion
from storage.models.policy_opinions import Consultation
from storage.models.records import Attachment


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
    may_be_over = not is_staff(actor)  # an agent whose authorisation is over may still be the assignee
    if (person is None or may_be_over) and not may_see_task(session, actor, task):
        raise NotFound("没有找到这项任务。它可能不存在，或者您无权查看。")
    if person is None:
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
    """SQL condition on Task: ready, for one of the actor's posts, and barred neither by separation nor by approvals."""
    chances = [
        and_(_post_matches(person.posts), *(~_may_not(each) for each in {actor.id, person.id}))
        for person in (actor, *actor.principals)
        if person.posts
    ]
    if not chances:
        return false()
    own = actor.organisation
    foreign = true() if own is None else or_(Task.excluded_organisation.is_(None), Task.excluded_organisation != own)
    return and_(Task.state == TaskState.READY, Task.assignee_id.is_(None), foreign, or_(*chances))


def _may_not(user_id: UUID) -> ColumnElement[bool]:
    return or_(history.barred(user_id), refused_approval(user_id))


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
    rule = _VISIBLE.get(model)
    if rule is None:
        raise ValueError(f"no visibility rule for {model.__name__}")
    district = model.district_id == actor.district_id
    return and_(district, true() if can(actor, "read_all") else rule(actor))


def _cases(actor: Actor, root: Any) -> ColumnElement[bool]:
    """Cases one has a part in or was shown; an applicant's side has its own ones, an agent only while it may act."""
    part = or_(_involved(actor, root), _copied(actor, root))
    return (
        part
        if is_staff(actor)
        else and_(or_(part, root.in_(agencies.own_cases(actor))), root.not_in(agencies.lost_cases(actor)))
    )


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
    own = or_(
        Attachment.uploaded_by == actor.id,
        Attachment.id.in_(_issued_texts(actor)),
        Attachment.id.in_(_letters_of_agents(actor)),
    )
    root = Attachment.root_id
    if is_staff(actor):
        seen = or_(own, _involved(actor, root))
        return and_(seen, true() if _reads_past_the_desk(actor) else ~_accepted_case(root))
    of_case = and_(
        or_(_involved(actor, root), root.in_(agencies.own_cases(actor))),
        Attachment.uploaded_by.in_(agencies.people_of_side(actor)),
    )
    return and_(or_(own, of_case), or_(root.is_(None), root.not_in(agencies.lost_cases(actor))))


def _letters_of_agents(actor: Actor) -> Select[UUID | None]:
    """Letters of authorisation: for the applicant and the agent, and for staff with the cases filed under them."""
    if not is_staff(actor):
        return agencies.letters_of_side(actor)
    return agencies.letters_of_cases(actor.district_id, _involved(actor, Application.root_id))


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
    return bool(actor.roles() - APPLICANT_ROLES)


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
    """An applicant's side: its own. Staff: those they filled in, and those on which they have or had a duty."""
    part = _involved(actor, Application.root_id)
    if is_staff(actor):
        return or_(Application.started_by == actor.id, part)
    return or_(agencies.is_own_application(actor), and_(part, Application.root_id.not_in(agencies.lost_cases(actor))))


def _consultations(actor: Actor) -> ColumnElement[bool]:
    return and_(Consultation.policy_id.in_(_visible_policies(actor)), _published_or_staff(actor))


def _authorisations(actor: Actor) -> ColumnElement[bool]:
    """Those one was given, and those one's own enterprise gave."""
    own = [post.organisation for post in actor.posts if post.role == "applicant"]
    return or_(AgencyAuthorisation.agent_id == actor.id, AgencyAuthorisation.organisation.in_(own))


#: What each kind of row shows to whom; rows of a model without a rule are never shown.
_VISIBLE: dict[type[Any], Callable[[Actor], ColumnElement[bool]]] = {
    Policy: _public_or_own,
    ProcessInstance: lambda actor: _cases(actor, ProcessInstance.root_id),
    Task: lambda actor: _cases(actor, Task.root_id),
    Attachment: _files,
    Application: _own_applications,
    DisbursementBatch: lambda actor: _involved(actor, DisbursementBatch.instance_id),
    PolicyItem: _items_of_visible_policies,
    Consultation: _consultations,
    AgencyAuthorisation: _authorisations,
    Incident: lambda actor: false(),
    TaskSeparation: lambda actor: false(),
}


def may_see_policy(session: Session, actor: Actor, policy: Policy) -> bool:
    return session.scalar(select(exists().where(Policy.id == policy.id, visible(actor, Policy)))) or False


def may_see_instance(session: Session, actor: Actor, instance: ProcessInstance) -> bool:
    seen = exists().where(ProcessInstance.id == instance.id, visible(actor, ProcessInstance))
    return session.scalar(select(seen)) or False


def require_instance(session: Session, actor: Actor, instance: ProcessInstance) -> None:
    """Raise NotFound unless the actor may see the instance (never telling whether it exists)."""
    if not may_see_instance(session, actor, instance):
        raise NotFound("没有找到这个流程实例。它可能不存在，或者您无权查看。")
