"""Queries on people, organisations and posts; the only place that turns a user row into an Actor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, Date, Select, Uuid, bindparam, or_, select
from sqlalchemy.orm import Session

from processes.actors import SYSTEM_ID, Actor, Post, system_actor
from processes.errors import NotFound
from processes.vocabulary import AGENT
from storage.agencies import list_agencies
from storage.models.people import Membership, Organisation, Substitution, User


def _valid(model: type[Membership], on: date | BindParameter[date]) -> ColumnElement[bool]:
    return (model.valid_from <= on) & or_(model.valid_to.is_(None), model.valid_to >= on)


def _in_force(on: date | BindParameter[date]) -> ColumnElement[bool]:
    """SQL condition on Substitution: it covers that day and was not ended early."""
    return (Substitution.valid_from <= on) & (Substitution.valid_to >= on) & Substitution.ended_at.is_(None)


def find_user(session: Session, district_id: str, login: str) -> User | None:
    return session.scalar(select(User).where(User.district_id == district_id, User.login == login))


def get_user(session: Session, district_id: str, user_id: UUID) -> User:
    user = session.get(User, (district_id, user_id))
    if user is None:
        raise NotFound("没有找到这个人员。")
    return user


def _person_and_principals() -> Select[UUID, str, str | None, str | None, str | None]:
    """A person and those they stand in for on a day, one row per post; built once, every request runs it."""
    on, user = bindparam("on", type_=Date), bindparam("user", type_=Uuid)
    deputised = select(Substitution.user_id).where(
        Substitution.district_id == bindparam("district"), Substitution.deputy_id == user, _in_force(on)
    )
    return (
        select(User.id, User.name, User.organisation, Membership.role, Membership.organisation)
        .outerjoin(
            Membership,
            (Membership.district_id == User.district_id) & (Membership.user_id == User.id) & _valid(Membership, on),
        )
        .where(User.district_id == bindparam("district"), User.active, or_(User.id == user, User.id.in_(deputised)))
    )


def load_actor(session: Session, district_id: str, user_id: UUID, *, on: date) -> Actor:
    """The person as an Actor with the posts held on that day, and the absent colleagues they stand in for."""
    if user_id == SYSTEM_ID:
        return system_actor(district_id)
    people: dict[UUID, tuple[str, str | None, set[Post]]] = {}
    for key, name, home, role, organisation in session.execute(
        _PERSON_AND_PRINCIPALS, {"district": district_id, "user": user_id, "on": on}
    ):
        posts = people.setdefault(key, (name, home, set()))[2]
        if role is not None and organisation is not None:
            posts.add(Post(role, organisation))
    if user_id not in people:
        raise NotFound("没有找到这个人员，或其账号已停用。")

    def actor(key: UUID, principals: tuple[Actor, ...] = ()) -> Actor:
        name, home, posts = people[key]
        return Actor(key, name, district_id, frozenset(posts), home, principals=principals)

    person = actor(user_id, tuple(actor(key) for key in people if key != user_id))
    if AGENT not in person.roles():
        return person
    return replace(person, agencies=list_agencies(session, district_id, user_id, on=on))


_PERSON_AND_PRINCIPALS = _person_and_principals()


def list_held_posts(session: Session, district_id: str, *, on: date) -> dict[str, frozenset[str]]:
    """The departments in which an active user holds each role on that day."""
    query = (
        select(Membership.role, Membership.organisation)
        .join(User, (User.district_id == Membership.district_id) & (User.id == Membership.user_id))
        .where(Membership.district_id == district_id, User.active, _valid(Membership, on))
        .distinct()
    )
    held: dict[str, set[str]] = {}
    for role, organisation in session.execute(query):
        held.setdefault(role, set()).add(organisation)
    return {role: frozenset(organisations) for role, organisations in held.items()}


def list_holders(
    session: Session, district_id: str, role: str, organisation: str | None, *, on: date
) -> Sequence[User]:
    """Active users who hold the post on that day, by name."""
    query = (
        select(User)
        .join(Membership, (Membership.district_id == User.district_id) & (Membership.user_id == User.id))
        .where(User.district_id == district_id, User.active, Membership.role == role, _valid(Membership, on))
    )
    if organisation is not None:
        query = query.where(Membership.organisation.in_((organisation, "*")))
    return session.scalars(query.order_by(User.name).distinct()).all()


def has_holders(session: Session, district_id: str, role: str, organisation: str | None, *, on: date) -> bool:
    """True when an active user holds the post on that day."""
    query = (
        select(Membership.id)
        .join(User, (User.district_id == Membership.district_id) & (User.id == Membership.user_id))
        .where(Membership.district_id == district_id, User.active, Membership.role == role, _valid(Membership, on))
    )
    if organisation is not None:
        query = query.where(Membership.organisation.in_((organisation, "*")))
    return session.scalars(query.limit(1)).first() is not None


def list_posts(session: Session, district_id: str, *, on: date) -> dict[UUID, list[tuple[str, str]]]:
    """The posts (role, organisation) that each user holds on that day."""
    query = (
        select(Membership.user_id, Membership.role, Membership.organisation)
        .where(Membership.district_id == district_id, _valid(Membership, on))
        .order_by(Membership.role, Membership.organisation)
    )
    posts: dict[UUID, list[tuple[str, str]]] = {}
    for user_id, role, organisation in session.execute(query):
        posts.setdefault(user_id, []).append((role, organisation))
    return posts


def list_absent(session: Session, district_id: str, *, on: date) -> set[UUID]:
    """Users who are away on that day, whether somebody stands in for them or not, or whose account was closed."""
    away = select(Substitution.user_id).where(Substitution.district_id == district_id, _in_force(on))
    closed = select(User.id).where(User.district_id == district_id, User.active.is_(False))
    return {*session.scalars(away), *session.scalars(closed)}


def list_organisations(session: Session, district_id: str, kind: str | None = None) -> Sequence[Organisation]:
    query = select(Organisation).where(Organisation.district_id == district_id)
    if kind is not None:
        query = query.where(Organisation.kind == kind)
    return session.scalars(query.order_by(Organisation.code)).all()


def find_organisation(session: Session, district_id: str, code: str) -> Organisation | None:
    return session.scalar(
        select(Organisation).where(Organisation.district_id == district_id, Organisation.code == code)
    )


def has_had_members(session: Session, district_id: str, organisation: str) -> bool:
    """True when somebody holds, held or will hold a post in the organisation."""
    query = select(Membership.id).where(Membership.district_id == district_id, Membership.organisation == organisation)
    return session.scalars(query.limit(1)).first() is not None


def list_users(session: Session, district_id: str) -> Sequence[User]:
    return session.scalars(select(User).where(User.district_id == district_id).order_by(User.login)).all()


def names_of(session: Session, district_id: str, user_ids: set[UUID]) -> dict[UUID, str]:
    """Display names of users, for lists; the system is named as such."""
    if not user_ids:
        return {}
    query = select(User.id, User.name).where(User.district_id == district_id, User.id.in_(user_ids))
    return {SYSTEM_ID: "系统", **{row.id: row.name for row in session.execute(query)}}


def logins_of(session: Session, district_id: str, user_ids: set[UUID]) -> dict[UUID, str]:
    """Login names of users, for programs."""
    if not user_ids:
        return {}
    query = select(User.id, User.login).where(User.district_id == district_id, User.id.in_(user_ids))
    return {row.id: row.login for row in session.execute(query)}


def list_memberships(session: Session, district_id: str, user_id: UUID, *, on: date) -> Sequence[Membership]:
    """The posts a person holds on that day."""
    query = select(Membership).where(
        Membership.district_id == district_id, Membership.user_id == user_id, _valid(Membership, on)
    )
    return session.scalars(query.order_by(Membership.role, Membership.organisation)).all()


def get_substitution(session: Session, district_id: str, substitution_id: UUID) -> Substitution:
    """The absence with this id. Raises NotFound."""
    found = session.get(Substitution, (district_id, substitution_id))
    if found is None:
        raise NotFound("没有找到这条代理记录。它可能不存在，或者您无权查看。")
    return found


def list_substitutions(session: Session, district_id: str, *, user_id: UUID | None = None) -> Sequence[Substitution]:
    """Absences of the district, or those in which one person is absent or stands in, the latest first."""
    query = select(Substitution).where(Substitution.district_id == district_id)
    if user_id is not None:
        query = query.where(or_(Substitution.user_id == user_id, Substitution.deputy_id == user_id))
    return session.scalars(query.order_by(Substitution.valid_from.desc(), Substitution.id.desc())).all()


def list_overlapping_absences(
    session: Session, district_id: str, user_id: UUID, *, since: date, until: date
) -> Sequence[Substitution]:
    """Absences of a person, not ended early, that share a day with these."""
    return session.scalars(
        select(Substitution).where(
            Substitution.district_id == district_id,
            Substitution.user_id == user_id,
            Substitution.valid_from <= until,
            Substitution.valid_to >= since,
            Substitution.ended_at.is_(None),
        )
    ).all()
