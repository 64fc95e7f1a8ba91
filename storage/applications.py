"""Queries on applicants, applications and what was said of them. Nothing here commits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from processes.actors import Actor
from processes.application_words import GRANTED, RUNNING, ApplicationStatus
from processes.clock import start_of_day
from processes.errors import NotFound
from storage.agencies import is_own_application
from storage.models.applications import Acceptance, Applicant, Application, ReviewOpinion
from storage.models.items import PolicyItem


def get_application(session: Session, district_id: str, application_id: UUID | str | None) -> Application:
    """The application with this id. Raises NotFound, also for text that is no id."""
    try:
        key = None if application_id is None else UUID(str(application_id))
    except ValueError:
        key = None
    application = None if key is None else session.get(Application, (district_id, key))
    if application is None:
        raise NotFound("没有找到这件申报。它可能不存在，或者您无权查看。")
    return application


def get_applicant(session: Session, application: Application) -> Applicant:
    """Who applies. Raises NotFound for a draft that does not say so yet."""
    applicant = None
    if application.applicant_id is not None:
        applicant = session.get(Applicant, (application.district_id, application.applicant_id))
    if applicant is None:
        raise NotFound(f"申报 {application.number} 还没有填写申报主体，请先提交申报表。")
    return applicant


def find_applicant_of(session: Session, application: Application) -> Applicant | None:
    """Who applies; None for a draft that does not say so yet."""
    if application.applicant_id is None:
        return None
    return session.get(Applicant, (application.district_id, application.applicant_id))


def find_application_by_number(session: Session, district_id: str, number: str) -> Application | None:
    """The application with this readable number (SB-…)."""
    return session.scalar(
        select(Application).where(Application.district_id == district_id, Application.number == number)
    )


def find_application_of_instance(session: Session, district_id: str, instance_id: UUID) -> Application | None:
    """The application whose case this instance is."""
    return session.scalar(
        select(Application).where(Application.district_id == district_id, Application.instance_id == instance_id)
    )


def find_applicant(session: Session, district_id: str, code: str) -> Applicant | None:
    """The applicant with this credit code or, for residents, id number."""
    identity = or_(Applicant.uscc == code, Applicant.id_no == code)
    return session.scalar(select(Applicant).where(Applicant.district_id == district_id, identity))


def list_applicants_of(session: Session, district_id: str, organisations: Collection[str]) -> Sequence[Applicant]:
    """The applicants behind these organisations; their record may know them by its number only."""
    if not organisations:
        return ()
    named = (Applicant.organisation, Applicant.uscc, Applicant.id_no)  # the organisation may be missing
    is_one = or_(*(column.in_(organisations) for column in named))
    query = select(Applicant).where(Applicant.district_id == district_id, is_one)
    return session.scalars(query.order_by(Applicant.created_at, Applicant.id)).all()


def list_applications(
    session: Session,
    district_id: str,
    *,
    statuses: Sequence[str] = (),
    item_id: UUID | None = None,
    applicant_id: UUID | None = None,
    implementer_org: str | None = None,
    text: str | None = None,
    limit: int = 50,
    offset: int = 0,
) -> Sequence[Application]:
    """Applications, newest first, by state, item, applicant, department and words of the number or the name."""
    conditions = _conditions(district_id, statuses, item_id, applicant_id, implementer_org, text)
    query = select(Application).outerjoin(Applicant, _same_applicant()).where(*conditions)
    query = query.order_by(Application.created_at.desc(), Application.id.desc())
    return session.scalars(query.limit(limit).offset(offset)).all()


def list_own_applications(
    session: Session, actor: Actor, *, only: UUID | None = None, limit: int
) -> Sequence[Application]:
    """The person's own applications, those of its organisation and those it may act on as an agent, newest first."""
    query = select(Application).where(Application.district_id == actor.district_id, is_own_application(actor))
    if only is not None:
        query = query.where(Application.id == only)
    return session.scalars(query.order_by(Application.created_at.desc(), Application.id.desc()).limit(limit)).all()


def list_own_drafts(session: Session, item: PolicyItem, actor: Actor) -> Sequence[Application]:
    """What the person has begun for the item and not handed in yet, newest first."""
    query = select(Application).where(
        Application.district_id == item.district_id,
        Application.item_id == item.id,
        Application.started_by == actor.id,
        Application.status == ApplicationStatus.DRAFT,
        is_own_application(actor),
    )
    return session.scalars(query.order_by(Application.created_at.desc(), Application.id.desc())).all()


def count_applications(
    session: Session,
    district_id: str,
    *,
    statuses: Sequence[str] = (),
    item_id: UUID | None = None,
    applicant_id: UUID | None = None,
    implementer_org: str | None = None,
    text: str | None = None,
) -> int:
    """How many applications `list_applications` would find without its limit."""
    conditions = _conditions(district_id, statuses, item_id, applicant_id, implementer_org, text)
    query = select(func.count(Application.id)).outerjoin(Applicant, _same_applicant()).where(*conditions)
    return session.scalar(query) or 0


def _same_applicant() -> ColumnElement[bool]:
    return (Applicant.district_id == Application.district_id) & (Applicant.id == Application.applicant_id)


def _conditions(
    district_id: str,
    statuses: Sequence[str],
    item_id: UUID | None,
    applicant_id: UUID | None,
    implementer_org: str | None,
    text: str | None,
) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Application.district_id == district_id]
    if statuses:
        conditions.append(Application.status.in_(statuses))
    if item_id is not None:
        conditions.append(Application.item_id == item_id)
    if applicant_id is not None:
        conditions.append(Application.applicant_id == applicant_id)
    if implementer_org is not None:
        conditions.append(Application.implementer_org == implementer_org)
    if text:
        conditions.append(
            or_(Application.number.contains(text, autoescape=True), Applicant.name.contains(text, autoescape=True))
        )
    return conditions


def find_running(
    session: Session, item: PolicyItem, applicant: Applicant, *, besides: Application | None = None
) -> Application | None:
    """Another application of this applicant for this item that is still under way (DUPLICATE_BENEFIT)."""
    query = select(Application).where(
        Application.district_id == item.district_id,
        Application.item_id == item.id,
        Application.applicant_id == applicant.id,
        Application.status.in_(RUNNING),
    )
    if besides is not None:
        query = query.where(Application.id != besides.id)
    return session.scalar(query.order_by(Application.created_at).limit(1))


def list_exclusive(session: Session, item: PolicyItem, applicant: Applicant) -> list[tuple[Application, PolicyItem]]:
    """Granted or running applications of this applicant for items that exclude this one (就高不重复).

    An item excludes another when either of the two names the other.
    """
    query = (
        select(Application, PolicyItem)
        .join(PolicyItem, (PolicyItem.district_id == Application.district_id) & (PolicyItem.id == Application.item_id))
        .where(
            Application.district_id == item.district_id,
            Application.applicant_id == applicant.id,
            Application.item_id != item.id,
            Application.status.in_((*RUNNING, *GRANTED)),
        )
        .order_by(Application.created_at, Application.id)
    )
    mine = {str(each) for each in item.exclusive_item_ids}
    return [
        (application, other)
        for application, other in session.execute(query)
        if str(other.id) in mine or str(item.id) in {str(each) for each in other.exclusive_item_ids}
    ]


def granted_fen(
    session: Session,
    item: PolicyItem,
    *,
    year: int,
    applicant: Applicant | None = None,
    besides: Application | None = None,
) -> int:
    """分 granted on the item in a calendar year (to one applicant, when given), paid or not: gate G7."""
    query = select(func.coalesce(func.sum(Application.approved_fen), 0)).where(
        Application.district_id == item.district_id,
        Application.item_id == item.id,
        Application.status.in_(GRANTED),
        Application.decided_at >= start_of_day(date(year, 1, 1)),
        Application.decided_at < start_of_day(date(year + 1, 1, 1)),
    )
    if applicant is not None:
        query = query.where(Application.applicant_id == applicant.id)
    if besides is not None:
        query = query.where(Application.id != besides.id)
    return int(session.scalar(query) or 0)


def list_granted_named(session: Session, item: PolicyItem, begin: str) -> list[tuple[Application, Applicant]]:
    """Granted applications for the item whose applicant's name begins with these characters."""
    query = (
        select(Application, Applicant)
        .join(Applicant, _same_applicant())
        .where(
            Application.district_id == item.district_id,
            Application.item_id == item.id,
            Application.status.in_(GRANTED),
            Applicant.name.startswith(begin, autoescape=True),
        )
        .order_by(Application.number)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def lock_item(session: Session, district_id: str, item_id: UUID) -> PolicyItem:
    """The item, locked until the transaction ends, so that two decisions never spend the same money."""
    query = select(PolicyItem).where(PolicyItem.district_id == district_id, PolicyItem.id == item_id)
    return session.scalars(query.with_for_update()).one()


def lock_applicant(session: Session, application: Application) -> None:
    """Let decisions on one applicant follow each other, so that two exclusive items are never granted side by side."""
    session.execute(
        select(Applicant.id)
        .where(Applicant.district_id == application.district_id, Applicant.id == application.applicant_id)
        .with_for_update()
    )


def list_acceptances(session: Session, application: Application) -> Sequence[Acceptance]:
    """All formal checks of an application, newest first."""
    query = (
        select(Acceptance)
        .where(Acceptance.district_id == application.district_id, Acceptance.application_id == application.id)
        .order_by(Acceptance.round_no.desc())
    )
    return session.scalars(query).all()


def list_review_opinions(session: Session, application: Application) -> Sequence[ReviewOpinion]:
    """All opinions on an application, oldest first."""
    query = (
        select(ReviewOpinion)
        .where(ReviewOpinion.district_id == application.district_id, ReviewOpinion.application_id == application.id)
        .order_by(ReviewOpinion.at, ReviewOpinion.id)
    )
    return session.scalars(query).all()
