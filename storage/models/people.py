"""Districts, organisations, users and the posts they hold."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.db import Base, InDistrict, belongs_to


class District(Base):
    """An administrative division that runs its own policies (行政区划代码)."""

    __tablename__ = "districts"

    district_id: Mapped[str] = mapped_column(String(12), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))


class Organisation(InDistrict, Base):
    """A department, a service centre, or the enterprise or resident that an agent acts for."""

    __tablename__ = "organisations"
    __table_args__ = (UniqueConstraint("district_id", "code"),)

    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(20))  # department | centre | applicant | resident
    parent_code: Mapped[str | None] = mapped_column(String(40))
    phone: Mapped[str | None] = mapped_column(String(40))


class User(InDistrict, Base):
    """A person who signs in. `login` is unique in the district; only a password hash is kept."""

    __tablename__ = "users"
    __table_args__ = (UniqueConstraint("district_id", "login"),)

    login: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(60))
    password_hash: Mapped[str] = mapped_column(String(200))
    organisation: Mapped[str | None] = mapped_column(String(40))
    active: Mapped[bool] = mapped_column(default=True)
    demo: Mapped[bool] = mapped_column(default=False)
    failed_logins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]


class Membership(InDistrict, Base):
    """A post held: a role in an organisation, from a day and perhaps until one."""

    __tablename__ = "memberships"
    __table_args__ = (
        belongs_to("users", "user_id"),
        Index("ix_memberships_user", "district_id", "user_id"),
        Index("ix_memberships_post", "district_id", "role", "organisation"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="dates_in_order"),
    )

    user_id: Mapped[UUID]
    role: Mapped[str] = mapped_column(String(40))
    organisation: Mapped[str] = mapped_column(String(40))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class LoginSession(InDistrict, Base):
    """A signed-in browser. Only the digest of the cookie's token is kept; deleting the row signs it out."""

    __tablename__ = "login_sessions"
    __table_args__ = (belongs_to("users", "user_id"), UniqueConstraint("district_id", "token_digest"))

    token_digest: Mapped[str] = mapped_column(String(64))
    user_id: Mapped[UUID]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    address: Mapped[str | None] = mapped_column(String(64))


class SignInFailure(InDistrict, Base):
    """A wrong name or password from an address: too many in a minute close the address for a while."""

    __tablename__ = "sign_in_failures"
    __table_args__ = (Index("ix_sign_in_failures_address", "district_id", "address", "at"),)

    address: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class ApiToken(InDistrict, Base):
    """A bearer token of a user or a program; only its digest is kept."""

    __tablename__ = "api_tokens"
    __table_args__ = (belongs_to("users", "user_id"), UniqueConstraint("district_id", "token_digest"))

    token_digest: Mapped[str] = mapped_column(String(64))
    user_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Substitution(InDistrict, Base):
    """A colleague is absent between two days, and somebody may stand in (代理); both names are recorded.

    Without a deputy nobody stands in: open tasks are reassigned by hand. A row is never deleted; one that was
    ended early says when and by whom (G5).
    """

    __tablename__ = "substitutions"
    __table_args__ = (
        belongs_to("users", "user_id"),
        Index("ix_substitutions_deputy", "district_id", "deputy_id"),
        CheckConstraint("valid_to >= valid_from", name="dates_in_order"),
        CheckConstraint("user_id <> deputy_id", name="not_oneself"),
    )

    user_id: Mapped[UUID]
    deputy_id: Mapped[UUID | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    reason: Mapped[str] = mapped_column(String(200))
    created_by: Mapped[UUID]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None]
