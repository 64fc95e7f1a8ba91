"""Authorisations of agents (代办授权), and what makes an application somebody's own. Nothing here commits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, false, or_, select, union_all
from sqlalchemy.orm import Session

from processes.actors import Actor, Agency
from processes.clock import start_of_day
from processes.errors import NotFound
from storage.models.agencies import AgencyAuthorisation
from storage.models.applications import Applicant, Application
from storage.models.instances import ProcessInstance
from storage.models.people import Membership, Organisation, User


def get_authorisation(session: Session, district_id: str, authorisation_id: UUID) -> AgencyAuthorisation:
    """The authorisation with this id, locked until the transaction ends. Raises NotFound."""
    found = session.scalar(
        select(AgencyAuthorisation)
        .where(AgencyAuthorisation.district_id == district_id, AgencyAuthorisation.id == authorisation_id)
        .with_for_update()
    )
    if found is None:
        raise NotFound("没有找到这项代办授权。它可能不存在，或者您无权查看。")
    return found


def find_authorisation(session: Session, application: Application) -> AgencyAuthorisation | None:
    """The authorisation under which an agent began the application; None for all others."""
    if application.agency_id is None:
        return None
    return session.get(AgencyAuthorisation, (application.district_id, application.agency_id))


def list_granted(session: Session, district_id: str, organisations: Collection[str]) -> Sequence[AgencyAuthorisation]:
    """The authorisations these applicants gave, the newest first."""
    query = select(AgencyAuthorisation).where(
        AgencyAuthorisation.district_id == district_id, AgencyAuthorisation.organisation.in_(organisations)
    )
    return session.scalars(query.order_by(AgencyAuthorisation.granted_at.desc(), AgencyAuthorisation.id.desc())).all()


def list_held(session: Session, district_id: str, agent_id: UUID) -> Sequence[AgencyAuthorisation]:
    """The authorisations a person was given, the newest first."""
    query = select(AgencyAuthorisation).where(
        AgencyAuthorisation.district_id == district_id, AgencyAuthorisation.agent_id == agent_id
    )
    return session.scalars(query.order_by(AgencyAuthorisation.granted_at.desc(), AgencyAuthorisation.id.desc())).all()


def list_agencies(session: Session, district_id: str, agent_id: UUID, *, on: date) -> tuple[Agency, ...]:
    """The authorisations by which a person acts on that day: accepted, in their time, with a post that still lasts."""
    query = (
        select(AgencyAuthorisation)
        .join(
            Membership,
            (Membership.district_id == AgencyAuthorisation.district_id)
            & (Membership.id == AgencyAuthorisation.membership_id),
        )
        .where(
            AgencyAuthorisation.district_id == district_id,
            AgencyAuthorisation.agent_id == agent_id,
            AgencyAuthorisation.revoked_at.is_(None),
            Membership.valid_from <= on,
            Membership.valid_to >= on,
        )
        .order_by(AgencyAuthorisation.valid_from, AgencyAuthorisation.id)
    )
    return tuple(_agency(row) for row in session.scalars(query))


def _agency(row: AgencyAuthorisation) -> Agency:
    items = None if row.all_items else frozenset(UUID(each) for each in row.items)
    return Agency(row.id, row.organisation, row.granted_by, items, row.valid_from, row.valid_to)


def names_of_organisations(session: Session, district_id: str, codes: Collection[str]) -> dict[str, str]:
    """Code -> name."""
    query = select(Organisation.code, Organisation.name).where(
        Organisation.district_id == district_id, Organisation.code.in_(codes)
    )
    return {row.code: row.name for row in session.execute(query)}


def is_own_application(actor: Actor) -> ColumnElement[bool]:
    """SQL condition on Application: the person's own, its organisation's, or one it may act on as an agent today.

    An agent loses what it filed with the authorisation; another agent's and the applicant's own cases it has only
    when they were begun in the time of the authorisation, on an item of its scope.
    """
    own = [post.organisation for post in actor.posts if post.role == "applicant"]
    own += [] if actor.organisation is None else [actor.organisation]
    unnamed = and_(Application.started_by == actor.id, Application.agency_id.is_(None))
    return or_(
        _belongs_to_one_of(actor.district_id, sorted(set(own))),
        and_(unnamed, Application.applicant_id.is_(None)),
        *(_within(actor, agency) for agency in actor.agencies),
    )


def _within(actor: Actor, agency: Agency) -> ColumnElement[bool]:
    begun = and_(
        Application.created_at >= start_of_day(agency.valid_from),
        Application.created_at < start_of_day(agency.valid_to + timedelta(days=1)),
    )
    in_scope = [] if agency.items is None else [Application.item_id.in_(agency.items)]
    return and_(
        _belongs_to_one_of(actor.district_id, [agency.organisation]),
        *in_scope,
        or_(Application.started_by == actor.id, begun),
    )


def _belongs_to_one_of(district_id: str, organisations: Sequence[str]) -> ColumnElement[bool]:
    """The application names one of these applicants, or an agent began it for one of them."""
    if not organisations:
        return false()
    named = (Applicant.organisation, Applicant.uscc, Applicant.id_no)  # the organisation may be missing
    applicants = select(Applicant.id).where(
        Applicant.district_id == district_id, or_(*(column.in_(organisations) for column in named))
    )
    granted = select(AgencyAuthorisation.id).where(
        AgencyAuthorisation.district_id == district_id, AgencyAuthorisation.organisation.in_(organisations)
    )
    return or_(
        Application.applicant_id.in_(applicants.correlate(None)), Application.agency_id.in_(granted.correlate(None))
    )


def lost_cases(actor: Actor) -> Select[UUID]:
    """The roots of cases that the person began as an agent and may not act on any more."""
    return (
        select(Application.root_id)
        .where(
            Application.district_id == actor.district_id,
            Application.started_by == actor.id,
            Application.agency_id.is_not(None),
            ~is_own_application(actor),
        )
        .correlate(None)
    )


def own_cases(actor: Actor) -> Select[UUID]:
    """The roots of the cases of the person's own applications."""
    own = select(Application.root_id).where(Application.district_id == actor.district_id, is_own_application(actor))
    return own.correlate(None)


def people_of_side(actor: Actor) -> CompoundSelect[tuple[UUID]]:
    """The people of the actor's organisation and of those it acts for, and their agents."""
    homes = [each for each in (actor.organisation, *(agency.organisation for agency in actor.agencies)) if each]
    people = select(User.id).where(User.district_id == actor.district_id, User.organisation.in_(homes))
    agents = select(AgencyAuthorisation.agent_id).where(
        AgencyAuthorisation.district_id == actor.district_id, AgencyAuthorisation.organisation.in_(homes)
    )
    return union_all(people, agents)


def letters_of_side(actor: Actor) -> Select[UUID | None]:
    """The letters of authorisation that the actor was given or its organisation gave."""
    return select(AgencyAuthorisation.letter_id).where(
        AgencyAuthorisation.district_id == actor.district_id,
        or_(AgencyAuthorisation.agent_id == actor.id, AgencyAuthorisation.organisation == actor.organisation),
    )


def letters_of_cases(district_id: str, seen: ColumnElement[bool]) -> Select[UUID | None]:
    """The letters under which those applications were filed that fulfil the condition."""
    under = (Application.district_id == district_id) & (Application.agency_id == AgencyAuthorisation.id)
    letters = select(AgencyAuthorisation.letter_id).join(Application, under)
    return letters.where(AgencyAuthorisation.district_id == district_id, seen)


def principals_of_cases(session: Session, agent: Actor, roots: Collection[UUID]) -> dict[UUID, UUID]:
    """Root of a case -> the user in whose name this agent acts in it; all other cases are left out."""
    query = (
        select(Application.root_id, AgencyAuthorisation.granted_by)
        .join(
            AgencyAuthorisation,
            (AgencyAuthorisation.district_id == Application.district_id)
            & (AgencyAuthorisation.id == Application.agency_id),
        )
        .where(
            Application.district_id == agent.district_id,
            Application.root_id.in_(roots),
            AgencyAuthorisation.agent_id == agent.id,
        )
    )
    return {row.root_id: row.granted_by for row in session.execute(query)}


def list_running_of_agency(session: Session, authorisation: AgencyAuthorisation) -> Sequence[ProcessInstance]:
    """The instances, children included, that the agent began under the authorisation and that still run."""
    roots = select(Application.root_id).where(
        Application.district_id == authorisation.district_id, Application.agency_id == authorisation.id
    )
    query = select(ProcessInstance).where(
        ProcessInstance.district_id == authorisation.district_id,
        ProcessInstance.root_id.in_(roots),
        ProcessInstance.started_by == authorisation.agent_id,
        ProcessInstance.ended_at.is_(None),
    )
    return session.scalars(query.order_by(ProcessInstance.id).with_for_update()).all()
