"""Local accounts: signing in with lock-out, server-side login sessions, API tokens. Only digests are stored."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.orm import Session

from processes.actors import Actor
from processes.clock import business_date
from processes.errors import Forbidden, NotFound
from service.identity.passwords import hash_password, matches, needs_rehash
from storage.db import new_id
from storage.models.people import ApiToken, LoginSession, SignInFailure, User
from storage.people import find_user, load_actor

LOCK_AFTER = 5
LOCK_FOR = timedelta(minutes=30)
TOKEN_DAYS = 90
ADDRESS_LIMIT, ADDRESS_SPAN = 10, timedelta(minutes=1)
WRONG = "账号或密码不正确。"
TOO_OFTEN = "从您的网络登录失败的次数太多，请一分钟后再试。"


class SignInRefused(Forbidden):
    """Wrong name, wrong password or locked: the answer is the same for names that do not exist."""

    code = "SIGN_IN_REFUSED"


def digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def try_password(
    session: Session, district_id: str, login: str, password: str, *, now: datetime, address: str | None = None
) -> User | str:
    """The user, or the sentence of the refusal. Five failures lock the account for half an hour.

    Ten failures in a minute close the `address` for the rest of that minute, whatever the names. The refusal is a
    value, not an exception, so that the count of failures is committed.
    """
    if tried_too_often(session, district_id, address, now=now):
        return TOO_OFTEN
    found = _tried(session, district_id, login, password, now=now)
    if isinstance(found, str):
        note_try(session, district_id, address, now=now)
    return found


def _tried(session: Session, district_id: str, login: str, password: str, *, now: datetime) -> User | str:
    user = find_user(session, district_id, login)
    fits = matches(None if user is None else user.password_hash, password)
    if user is None or not user.active:
        return WRONG
    if user.locked_until is not None and user.locked_until > now:
        return "账号已因多次输错密码锁定 30 分钟，请稍后再试或联系系统管理员。"
    if not fits:
        user.failed_logins += 1
        if user.failed_logins >= LOCK_AFTER:
            user.locked_until, user.failed_logins = now + LOCK_FOR, 0
        return WRONG
    user.failed_logins, user.locked_until = 0, None
    if needs_rehash(user.password_hash):
        user.password_hash = hash_password(password)
    return user


def tried_too_often(session: Session, district_id: str, address: str | None, *, now: datetime) -> bool:
    """True when ten tries that count came from the address within the last minute. No address is never closed."""
    if address is None:
        return False
    query = select(func.count()).select_from(SignInFailure)
    of_address = (SignInFailure.district_id == district_id, SignInFailure.address == address)
    return (session.scalar(query.where(*of_address, SignInFailure.at > now - ADDRESS_SPAN)) or 0) >= ADDRESS_LIMIT


def note_try(session: Session, district_id: str, address: str | None, *, now: datetime) -> None:
    """Keep a try that counts; those that no longer count are forgotten."""
    if address is None:
        return
    old = delete(SignInFailure).where(SignInFailure.district_id == district_id, SignInFailure.at <= now - ADDRESS_SPAN)
    session.execute(old.execution_options(synchronize_session=False))
    session.add(SignInFailure(district_id=district_id, id=new_id(), address=address, at=now))


def open_login_session(session: Session, user: User, *, now: datetime, address: str | None) -> str:
    """A new signed-in browser; answers the secret for its cookie."""
    token = secrets.token_urlsafe(32)
    session.add(
        LoginSession(
            district_id=user.district_id,
            id=new_id(),
            token_digest=digest(token),
            user_id=user.id,
            created_at=now,
            seen_at=now,
            address=address,
        )
    )
    return token


def find_login_session(
    session: Session, district_id: str, token: str, *, now: datetime, idle: timedelta, absolute: timedelta
) -> LoginSession | None:
    """The live login session of a cookie; None when ended, idle too long or too old."""
    row = session.scalar(
        select(LoginSession).where(LoginSession.district_id == district_id, LoginSession.token_digest == digest(token))
    )
    if row is None or row.ended_at is not None:
        return None
    if now - row.seen_at > idle or now - row.created_at > absolute:
        return None
    return row


def end_login_sessions(
    session: Session, district_id: str, *, now: datetime, token: str | None = None, user_id: UUID | None = None
) -> None:
    """Sign out one browser, or all of a user's (after a change of password or posts)."""
    query = update(LoginSession).where(LoginSession.district_id == district_id, LoginSession.ended_at.is_(None))
    if token is not None:
        query = query.where(LoginSession.token_digest == digest(token))
    if user_id is not None:
        query = query.where(LoginSession.user_id == user_id)
    session.execute(query.values(ended_at=now).execution_options(synchronize_session=False))


def issue_token(session: Session, user: User, *, name: str, now: datetime, days: int = TOKEN_DAYS) -> str:
    """A bearer token; it is shown once, only its digest is kept."""
    token = f"zhida_{secrets.token_urlsafe(32)}"
    session.add(
        ApiToken(
            district_id=user.district_id,
            id=new_id(),
            token_digest=digest(token),
            user_id=user.id,
            name=name,
            created_at=now,
            expires_at=now + timedelta(days=min(days, 365)),
        )
    )
    return token


def revoke_token(session: Session, district_id: str, token: str, *, user_id: UUID, now: datetime) -> bool:
    """Take a token back; False when the user has no such live token."""
    row = session.scalar(
        select(ApiToken).where(ApiToken.district_id == district_id, ApiToken.token_digest == digest(token))
    )
    if row is None or row.user_id != user_id or row.revoked_at is not None:
        return False
    row.revoked_at = now
    return True


#: Built once: every request of a program runs it.
_TOKEN = select(ApiToken.user_id, ApiToken.expires_at, ApiToken.revoked_at).where(
    ApiToken.district_id == bindparam("district"), ApiToken.token_digest == bindparam("digest")
)


def actor_of_token(session: Session, district_id: str, token: str, *, now: datetime) -> Actor | None:
    """Who a bearer token stands for; None when unknown, expired or revoked."""
    found = session.execute(_TOKEN, {"district": district_id, "digest": digest(token)}).one_or_none()
    if found is None or found.revoked_at is not None or found.expires_at <= now:
        return None
    return _actor(session, district_id, found.user_id, now=now)


def actor_of_session(session: Session, district_id: str, row: LoginSession, *, now: datetime) -> Actor | None:
    return _actor(session, district_id, row.user_id, now=now)


def _actor(session: Session, district_id: str, user_id: UUID, *, now: datetime) -> Actor | None:
    try:
        return load_actor(session, district_id, user_id, on=business_date(now))
    except NotFound:
        return None
